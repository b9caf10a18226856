package signaling_test

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/webrtc-rink/rink/harness/signaling"
	"github.com/webrtc-rink/rink/harness/trace"
)

// Time in these tests is that of the bubble: it passes when all goroutines wait.

func TestTrickledCandidatesArriveAsTheyAreSurfaced(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := newRig(t, signaling.Policy{}, 1)
		r.surface(offerer, from(1, `"0"`, "0"))
		r.want(answerer, "before the answerer is ready")
		r.Ready(answerer)
		r.want(answerer, "when the answerer is ready", "c1 mid=0 index=0")
		r.surface(offerer, from(2, `"0"`, "0"))
		r.want(answerer, "after one more", "c1 mid=0 index=0", "c2 mid=0 index=0")
		r.surface(answerer, from(3, `"0"`, "0"))
		r.want(offerer, "while only the answerer is ready")
	})
}

func TestBatchedCandidatesArriveTogetherAtTheEndOfGathering(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := newRig(t, signaling.Policy{Faults: []signaling.Fault{signaling.Batch().Only(offerer)}}, 1)
		r.open()
		r.surface(offerer, from(1, `"0"`, "0"), end, from(2, `"0"`, "0"))
		r.surface(answerer, from(3, `"0"`, "0"))
		r.want(answerer, "while the offerer gathers")
		r.want(offerer, "from the end that is not batched", "c3 mid=0 index=0")
		r.Gathered(offerer)
		// The end of candidates is last even when the implementation was wrong.
		r.want(answerer, "after gathering", "c1 mid=0 index=0", "c2 mid=0 index=0", "null")
		r.surface(offerer, from(4, `"0"`, "0"))
		r.want(answerer, "after the batch", "c1 mid=0 index=0", "c2 mid=0 index=0", "null", "c4 mid=0 index=0")
	})
}

func TestABatchWaitsForTheReceiverToo(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := newRig(t, signaling.Policy{Faults: []signaling.Fault{signaling.Batch()}}, 1)
		r.surface(offerer, from(1, `"0"`, "0"))
		r.Gathered(offerer)
		r.want(answerer, "before the answerer is ready")
		r.Ready(answerer)
		r.want(answerer, "when it is ready", "c1 mid=0 index=0")
	})
}

func TestLateCandidatesAreHeldBackFromTheReceiversReadiness(t *testing.T) {
	const hold = 2 * time.Second
	synctest.Test(t, func(t *testing.T) {
		// The longest of several holds counts.
		r := newRig(t, signaling.Policy{Faults: []signaling.Fault{signaling.Hold(hold), signaling.Hold(time.Second)}}, 1)
		r.surface(offerer, from(1, `"0"`, "0"))
		time.Sleep(time.Hour)
		r.Ready(answerer)
		time.Sleep(hold - time.Nanosecond)
		r.want(answerer, "a moment before the hold is over")
		time.Sleep(time.Nanosecond)
		r.want(answerer, "when the hold is over", "c1 mid=0 index=0")
		r.surface(offerer, from(2, `"0"`, "0"))
		r.want(answerer, "after the hold", "c1 mid=0 index=0", "c2 mid=0 index=0")
		log := "signalling holds the candidates of the offerer back for 2s"
		if !slices.ContainsFunc(r.rec.Records(), func(rec trace.Record) bool { return rec.Side == offerer && rec.Log == log }) {
			t.Errorf("the trace does not say %q", log)
		}
	})
}

func TestOvertakingCandidatesComeAsProbesAndAgainAfterTheDescription(t *testing.T) {
	const probe = " probe=before-remote-description fault=overtake"
	synctest.Test(t, func(t *testing.T) {
		r := newRig(t, signaling.Policy{Faults: []signaling.Fault{signaling.Overtake().Only(answerer)}}, 1)
		r.surface(answerer, from(1, `"0"`, "0"), from(2, `"0"`, "0"), end)
		r.surface(offerer, from(9, `"0"`, "0"))
		early := []string{"c1 mid=0 index=0" + probe, "c2 mid=0 index=0" + probe}
		r.want(offerer, "before the answer", early...)
		r.want(answerer, "from the end that does not overtake")

		r.Seal(offerer)
		r.surface(answerer, from(3, `"0"`, "0"))
		r.want(offerer, "while the answer is being set", early...)

		r.Ready(offerer)
		all := append(early, "c1 mid=0 index=0", "c2 mid=0 index=0", "null", "c3 mid=0 index=0")
		r.want(offerer, "after the answer", all...)
		r.wantTrace(answerer)
	})
}

// The receiver sets its description when Seal returns: a probe that is still on
// its way by then would be no probe.
func TestSealWaitsForTheProbeThatIsUnderWay(t *testing.T) {
	entered, release := make(chan struct{}), make(chan struct{})
	var settled atomic.Bool
	link := signaling.NewLink(signaling.Policy{Faults: []signaling.Fault{signaling.Overtake()}}, 1, trace.NewRecorder(nil),
		func(context.Context, trace.Side, signaling.Candidate) {
			close(entered)
			<-release
			settled.Store(true)
		})
	ctx, cancel := context.WithCancel(t.Context())
	link.Start(ctx)
	link.Candidate(answerer, json.RawMessage(from(1, `"0"`, "0")))
	<-entered
	sealed := make(chan bool)
	go func() {
		link.Seal(offerer)
		sealed <- settled.Load()
	}()
	close(release)
	if !<-sealed {
		t.Error("Seal returned while a probe was being delivered")
	}
	cancel()
	link.Wait()
}

// reordered runs both ends with that seed and returns the order of foundations
// at the answerer and at the offerer.
func reordered(t *testing.T, seed int64, n int) (atAnswerer, atOfferer string) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		r := newRig(t, signaling.Policy{Faults: []signaling.Fault{signaling.Reorder()}}, seed)
		r.open()
		for _, side := range trace.Sides() {
			for id := range n {
				r.surface(side, from(id, `"0"`, "0"))
			}
			r.surface(side, end)
			r.Gathered(side)
		}
		order := func(to trace.Side) string {
			var ids []string
			for _, s := range r.arrived(to) {
				id, _, _ := strings.Cut(s, " ")
				ids = append(ids, id)
			}
			return strings.Join(ids, " ")
		}
		atAnswerer, atOfferer = order(answerer), order(offerer)
	})
	return atAnswerer, atOfferer
}

func TestReorderedCandidatesComeInAnOrderThatTheSeedGives(t *testing.T) {
	const n = 6
	original := "c0 c1 c2 c3 c4 c5 null"
	orders := map[string]bool{}
	for seed := range int64(20) {
		first, other := reordered(t, seed, n)
		again, otherAgain := reordered(t, seed, n)
		if first != again || other != otherAgain {
			t.Errorf("seed %d: got %q and %q, then %q and %q, want the same", seed, first, other, again, otherAgain)
		}
		for _, got := range []string{first, other} {
			ids := strings.Fields(got)
			if got == original || len(ids) == 0 || ids[len(ids)-1] != "null" {
				t.Errorf("seed %d: got %q, want another order than %q and null last", seed, got, original)
			}
			slices.Sort(ids)
			if diff := cmp.Diff(strings.Fields(original), ids); diff != "" {
				t.Errorf("seed %d: all that arrived (-want +got):\n%s", seed, diff)
			}
		}
		orders[first] = true
	}
	if len(orders) < 2 {
		t.Errorf("20 seeds: got only %v, want different orders", orders)
	}
}

func TestFewCandidatesAreReorderedAsFarAsThatIsPossible(t *testing.T) {
	for n, want := range []string{"null", "c0 null", "c1 c0 null"} {
		t.Run(fmt.Sprintf("%d candidates", n), func(t *testing.T) {
			if got, _ := reordered(t, 7, n); got != want {
				t.Errorf("got %q, want %q", got, want)
			}
		})
	}
}

// TestTheEndOfASectionIsNotReordered: some implementations say it by an empty
// candidate, and what comes behind it need not be looked at.
func TestTheEndOfASectionIsNotReordered(t *testing.T) {
	for seed := range int64(10) {
		synctest.Test(t, func(t *testing.T) {
			r := newRig(t, signaling.Policy{Faults: []signaling.Fault{signaling.Reorder()}}, seed)
			r.open()
			r.surface(offerer, from(0, `"0"`, "0"), from(1, `"0"`, "0"), `{"candidate":"","sdpMid":"0"}`, end)
			r.Gathered(offerer)
			got := r.arrived(answerer)
			if len(got) != 4 || !strings.HasPrefix(got[0], "c1") || !strings.HasPrefix(got[1], "c0") || got[3] != end {
				t.Errorf("seed %d: got %q, want both candidates in the other order, the empty one, null", seed, got)
			}
		})
	}
}
