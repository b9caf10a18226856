package baseline

import (
	"bytes"
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"

	"github.com/webrtc-rink/rink/harness/check"
	"github.com/webrtc-rink/rink/harness/peer"
	"github.com/webrtc-rink/rink/harness/report"
	"github.com/webrtc-rink/rink/harness/trace"
)

// Encode writes the file: one line for each item of a list, so that a diff of two
// files shows what changed.
func (b *Baseline) Encode() ([]byte, error) {
	var out bytes.Buffer
	var errs []error
	line := func(format string, item any) {
		data, err := encode(item)
		errs = append(errs, err)
		fmt.Fprintf(&out, format, data)
	}
	line("{\n\"schema\": %s,\n", Schema)
	line("\"runs\": %s,\n", b.Runs)
	line("\"network\": %s,\n", b.Network)
	list(line, "peers", b.Peers)
	out.WriteString(",\n")
	list(line, "checks", b.Checks)
	out.WriteString(",\n")
	list(line, "scenarios", b.Scenarios)
	out.WriteString(",\n")
	list(line, "sessions", b.sessionLines())
	out.WriteString(",\n")
	list(line, "results", b.resultLines())
	out.WriteString("\n}\n")
	return out.Bytes(), errors.Join(errs...)
}

func list[T any](line func(string, any), name string, items []T) {
	if len(items) == 0 {
		line("%s: []", name)
		return
	}
	line("%s: [\n", name)
	for i, item := range items {
		end := ",\n"
		if i == len(items)-1 {
			end = "\n]"
		}
		line("%s"+end, item)
	}
}

func encode(item any) ([]byte, error) {
	var out bytes.Buffer
	enc := json.NewEncoder(&out)
	enc.SetEscapeHTML(false) // the arrow of a pair stays one
	err := enc.Encode(item)
	return bytes.TrimSpace(out.Bytes()), err
}

// Is reports whether the content of a file says that it is a baseline, of whatever
// version.
func Is(data []byte) bool {
	var head struct {
		Schema string `json:"schema"`
	}
	name, _, _ := strings.Cut(Schema, "/")
	return json.Unmarshal(data, &head) == nil && strings.HasPrefix(head.Schema, name+"/")
}

// Decode reads the file. The error names the first members that are wrong.
func Decode(data []byte) (*Baseline, error) {
	var f file
	if err := json.Unmarshal(data, &f.head); err != nil {
		return nil, fmt.Errorf("no baseline: %w", err)
	}
	if f.Schema != Schema && f.Schema != SchemaV1 {
		return nil, fmt.Errorf("no baseline: schema: got %q, want %q", f.Schema, Schema)
	}
	if f.Runs < 1 || f.Runs > maxRuns {
		return nil, fmt.Errorf("no baseline: runs: got %d, want 1 to %d", f.Runs, maxRuns)
	}
	b := &Baseline{}
	var err error
	if f.Schema == SchemaV1 {
		if err = json.Unmarshal(data, b); err == nil {
			err = b.check()
		}
	} else if err = json.Unmarshal(data, &f); err == nil {
		b, err = f.baseline()
	}
	if err != nil {
		return nil, fmt.Errorf("no baseline: %w", err)
	}
	b.Schema = Schema
	return b, nil
}

func (b *Baseline) check() error {
	for i, s := range b.Sessions {
		if err := b.session(s); err != nil {
			return fmt.Errorf("sessions[%d]: %w", i, err)
		}
	}
	for i, r := range b.Results {
		if err := b.result(r); err != nil {
			return fmt.Errorf("results[%d]: %w", i, err)
		}
	}
	return nil
}

func (b *Baseline) session(s Session) error {
	if err := b.item(s.Pair, s.Scenarios); err != nil {
		return err
	}
	if !slices.Contains([]trace.EndResult{trace.EndCompleted, trace.EndStopped, trace.EndUnsupported, trace.EndError}, s.Result) {
		return fmt.Errorf("result: got %q", s.Result)
	}
	return nil
}

func (b *Baseline) result(r Result) error {
	if err := b.item(r.Pair, r.Scenarios); err != nil {
		return err
	}
	if !slices.Contains(check.Outcomes(), r.Outcome) {
		return fmt.Errorf("outcome: got %q", r.Outcome)
	}
	if r.Check == "" || !slices.Contains([]trace.Side{trace.Offerer, trace.Answerer}, r.Role) {
		return fmt.Errorf("got check %q and role %q, want both", r.Check, r.Role)
	}
	return nil
}

func (b *Baseline) item(pair string, scenarios map[string]int) error {
	if _, ok := pairOf(pair); !ok {
		return fmt.Errorf("pair: got %q, want OFFERER->ANSWERER", pair)
	}
	for _, name := range slices.Sorted(maps.Keys(scenarios)) {
		if n := scenarios[name]; n < 1 || n > b.Runs {
			return fmt.Errorf("scenarios: %s: got %d runs, want 1 to %d", name, n, b.Runs)
		}
	}
	return nil
}

func pairOf(text string) (report.Pair, bool) {
	offerer, answerer, ok := strings.Cut(text, "->")
	return report.Pair{Offerer: offerer, Answerer: answerer}, ok && offerer != "" && answerer != ""
}

// Report returns the runs as one report that has each session as often as it was
// played. It has no times and no traces; the scale of timeouts, and which of the runs a
// result is from, are not known.
func (b *Baseline) Report() *report.Report {
	r := &report.Report{
		Schema: report.Schema, Run: report.Run{ID: b.id(), Network: b.Network, Complete: true},
		Peers: []peer.Description{}, Checks: []report.Check{}, Scenarios: []report.Scenario{}, Sessions: []report.Session{}, Results: []report.Result{},
	}
	for _, p := range b.Peers {
		r.Peers = append(r.Peers, peer.Description{ID: p.ID, Implementation: p.Implementation, Version: p.Version, Features: peer.Features{}})
	}
	for _, c := range b.Checks {
		r.Checks = append(r.Checks, report.Check{ID: c.ID, Level: c.Level, Title: c.Title})
	}
	for _, name := range b.Scenarios {
		r.Scenarios = append(r.Scenarios, report.Scenario{Name: name})
	}
	broke, played := map[string]string{}, map[string]string{} // ids of sessions by pair and scenario
	for _, s := range b.Sessions {
		pair, _ := pairOf(s.Pair)
		each(s.Scenarios, func(scenario string) {
			id := strconv.Itoa(len(r.Sessions) + 1)
			r.Sessions = append(r.Sessions, report.Session{
				ID: id, Scenario: scenario, Pair: pair, Result: s.Result, Stage: s.Stage, Side: s.Side, Reason: s.Reason,
			})
			if s.Result == trace.EndError {
				broke[s.Pair+scenario] = id
			}
			played[s.Pair+scenario] = id
		})
	}
	for _, x := range b.Results {
		pair, _ := pairOf(x.Pair)
		var findings []report.Finding
		for _, f := range x.Findings {
			findings = append(findings, report.Finding{Object: f.Object, Got: f.Got, Want: f.Want})
		}
		each(x.Scenarios, func(scenario string) {
			session := played[x.Pair+scenario]
			if x.Outcome == check.Error {
				session = cmp.Or(broke[x.Pair+scenario], session)
			}
			r.Results = append(r.Results, report.Result{
				Check: x.Check, Scenario: scenario, Pair: pair, Subject: pair.Peer(x.Role), Role: x.Role,
				Outcome: x.Outcome, Reason: x.Reason, Findings: findings, Session: session,
			})
		})
	}
	r = report.Safe(r)
	r.Summary = report.Summarize(r)
	return r
}

// each calls f for every scenario as often as it was played, in order.
func each(scenarios map[string]int, f func(scenario string)) {
	for _, name := range slices.Sorted(maps.Keys(scenarios)) {
		for range scenarios[name] {
			f(name)
		}
	}
}

// id names the runs by who took part.
func (b *Baseline) id() string {
	var names []string
	for _, p := range b.Peers {
		names = append(names, p.ID+" "+p.Version)
	}
	return "baseline of " + strings.Join(names, ", ")
}
