package mutant

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"sync"
	"time"

	"github.com/webrtc-rink/rink/harness/check"
	"github.com/webrtc-rink/rink/harness/peer/fake"
	"github.com/webrtc-rink/rink/harness/scenario"
	"github.com/webrtc-rink/rink/harness/trace"
)

// Proof is what became of one defect.
type Proof struct {
	Check    string     `json:"check"`
	Defect   string     `json:"defect"`
	Scenario string     `json:"scenario"`
	Side     trace.Side `json:"side"`
	// Killed: the check failed, and at the end that has the defect alone.
	Killed bool `json:"killed"`
	// Others are further checks that failed.
	Others []string `json:"others,omitempty"`
	Reason string   `json:"reason,omitempty"` // why it was not killed
}

// Alarm is a result of healthy fakes that is not a pass.
type Alarm struct {
	Check    string        `json:"check"`
	Scenario string        `json:"scenario"`
	Side     trace.Side    `json:"side"`
	Outcome  check.Outcome `json:"outcome"`
	Text     string        `json:"text"`
}

// Timeouts are short: fakes do in microseconds what they do at all. What a scenario
// holds back on purpose stays.
func Timeouts(sc scenario.Scenario) scenario.Timeouts {
	t := scenario.DefaultTimeouts()
	t.Gather, t.Connect, t.App, t.Settle, t.Quiet = 3*time.Second, 3*time.Second, 3*time.Second, 500*time.Millisecond, 20*time.Millisecond
	t.Patience, t.Late = 100*time.Millisecond, 5*time.Second
	if sc.Traits.Has(trace.TraitLate) {
		t.Connect = 20 * time.Second
	}
	return t
}

// Play runs a scenario between two fakes, one of which has the defect, and grades it.
// The error is of the harness: a fake that does not close, a session that was cut off.
func Play(ctx context.Context, sc scenario.Scenario, d fake.Defect) (trace.End, []check.Grade, error) {
	network := fake.NewNetwork()
	defects := map[trace.Side][]fake.Defect{d.Side: {d}}
	offerer := network.Peer("fake-offerer", defects[trace.Offerer]...)
	answerer := network.Peer("fake-answerer", defects[trace.Answerer]...)
	result := scenario.Run(ctx, sc, offerer, answerer, scenario.Options{ID: sc.Name, Seed: 1, Timeouts: Timeouts(sc)})
	if err := errors.Join(offerer.Close(), answerer.Close(), context.Cause(ctx)); err != nil {
		return result.End, nil, err
	}
	grades, err := check.GradeTrace(result.Records, check.All())
	return result.End, grades, err
}

// Prove plays every defect.
func Prove(ctx context.Context, parallel int) ([]Proof, error) {
	defects := fake.Defects()
	proofs := make([]Proof, len(defects))
	err := each(len(defects), parallel, func(i int) error {
		d := defects[i]
		sc, ok := scenario.ByName(d.Scenario)
		if !ok {
			return fmt.Errorf("defect %s: scenario %q: there is none", d.Name, d.Scenario)
		}
		_, grades, err := Play(ctx, sc, d)
		if err != nil {
			return fmt.Errorf("defect %s in %s: %w", d.Name, d.Scenario, err)
		}
		proofs[i] = proofOf(d, grades)
		return nil
	})
	return proofs, err
}

func proofOf(d fake.Defect, grades []check.Grade) Proof {
	p := Proof{Check: d.Check, Defect: d.Name, Scenario: d.Scenario, Side: d.Side, Reason: "no check noticed"}
	for _, g := range grades {
		switch {
		case g.Outcome == check.Error:
			p.Killed, p.Reason = false, fmt.Sprintf("%s at the %s: %s", g.Check, g.Side, g.Reason)
			return p
		case g.Outcome != check.Fail && (g.Outcome != check.Observed || g.Check != d.Check):
		case g.Check != d.Check:
			if !slices.Contains(p.Others, g.Check) {
				p.Others = append(p.Others, g.Check)
			}
		case g.Side != d.Side:
			p.Killed, p.Reason = false, fmt.Sprintf("%s blames the %s", g.Check, g.Side)
			return p
		default:
			p.Killed, p.Reason = true, ""
		}
	}
	return p
}

// Healthy plays every scenario between fakes without a defect.
func Healthy(ctx context.Context, parallel int) ([]Alarm, error) {
	all := scenario.All()
	found := make([][]Alarm, len(all))
	err := each(len(all), parallel, func(i int) error {
		_, grades, err := Play(ctx, all[i], fake.Defect{})
		if err != nil {
			return fmt.Errorf("%s: %w", all[i].Name, err)
		}
		for _, g := range grades {
			if g.Outcome != check.Pass && g.Outcome != check.Observed {
				found[i] = append(found[i], Alarm{
					Check: g.Check, Scenario: all[i].Name, Side: g.Side, Outcome: g.Outcome, Text: fmt.Sprint(g.Reason, g.Findings),
				})
			}
		}
		return nil
	})
	return slices.Concat(found...), err
}

// each calls f for 0 to n-1, some at the same time, and returns the first error.
func each(n, parallel int, f func(i int) error) error {
	seats := make(chan struct{}, max(parallel, 1))
	errs := make([]error, n)
	var working sync.WaitGroup
	for i := range n {
		seats <- struct{}{}
		working.Go(func() {
			defer func() { <-seats }()
			errs[i] = f(i)
		})
	}
	working.Wait()
	for _, err := range errs {
		if err != nil {
			return err
		}
	}
	return nil
}
