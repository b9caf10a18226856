package evidence_test

import (
	"bytes"
	"encoding/json"
	"reflect"
	"slices"
	"testing"

	"github.com/webrtc-rink/rink/harness/check"
	"github.com/webrtc-rink/rink/harness/peer"
	"github.com/webrtc-rink/rink/harness/report"
	"github.com/webrtc-rink/rink/harness/report/evidence"
	"github.com/webrtc-rink/rink/harness/report/evidence/evidencetest"
	"github.com/webrtc-rink/rink/harness/trace"
)

// lines are the records that can be read of a text, as trace.Read takes them, but
// without asking for a head: whatever is there has to be shown.
func lines(text []byte) []trace.Record {
	var all []trace.Record
	for line := range bytes.SplitSeq(text, []byte("\n")) {
		var r trace.Record
		if json.Unmarshal(line, &r) == nil {
			all = append(all, r)
		}
	}
	return all
}

// kindOf tells records apart by what there is to be read in them.
func kindOf(r trace.Record) string {
	kind := string(r.Kind)
	switch {
	case r.Event != nil:
		kind += string(r.Event.Type)
	case r.Call != nil:
		kind += r.Call.Method
	case r.Return != nil:
		kind += r.Return.Method
	case r.Signal != nil:
		kind += r.Signal.What + string(r.Signal.Act)
	}
	return kind
}

// small is a record with short descriptions, for the fuzzer has to change all of it.
func small(f *testing.F, r trace.Record) []byte {
	f.Helper()
	cut := func(d *peer.SessionDescription) {
		if d != nil && len(d.SDP) > 300 {
			d.SDP = d.SDP[len(d.SDP)-300:]
		}
	}
	switch {
	case r.Call != nil:
		cut(r.Call.Description)
	case r.Return != nil:
		cut(r.Return.Description)
	case r.Signal != nil:
		cut(r.Signal.Description)
	case r.Snapshot != nil:
		cut(r.Snapshot.LocalDescription)
		cut(r.Snapshot.RemoteDescription)
	}
	line, err := json.Marshal(r)
	if err != nil {
		f.Fatal(err)
	}
	return line
}

// FuzzOf: whatever a trace holds is arranged without a panic, within bounds, and safe
// to be shown.
func FuzzOf(f *testing.F) {
	var seed [][]byte
	seen := map[string]bool{}
	for _, path := range evidencetest.Traces(f, root) {
		records, err := trace.ReadFile(path)
		if err != nil {
			f.Fatal(err)
		}
		for _, r := range records {
			line := small(f, r)
			if kind := kindOf(r); !seen[kind] && len(line) < 2000 {
				seen[kind] = true
				seed = append(seed, line)
			}
		}
	}
	for chunk := range slices.Chunk(seed, 8) {
		f.Add(bytes.Join(chunk, []byte("\n")), 7, "offer, section 0 (audio)", "a=setup:active")
	}
	f.Add([]byte(`{"kind":"event","side":"x\u202e","t":-1e300,"event":{"type":"icecandidate","candidate":{"candidate":"\u0000"}}}`), 0, "", "")
	f.Fuzz(func(t *testing.T, text []byte, where int, object, got string) {
		records := lines(text)
		pair := report.Pair{Offerer: "a", Answerer: "b"}
		result := report.Result{
			Check: "CAND-012", Pair: pair, Role: trace.Offerer, Outcome: check.Fail, Session: "s",
			Findings: []report.Finding{{Object: object, Got: got, Where: []int{where, -1, len(records), 3}}},
		}
		r := &report.Report{Sessions: []report.Session{{ID: "s", Scenario: object, Pair: pair, Reason: got}}, Results: []report.Result{result}}
		e := evidence.Of(r, &r.Sessions[0], records, records)
		if n := len(e.Sequence.Items); n > 1300 {
			t.Errorf("%d rows", n)
		}
		if bad := unsafeText(reflect.ValueOf(e)); bad != "" {
			t.Errorf("not safe: %q", bad)
		}
		seen := map[int]bool{}
		for _, n := range numbers(e) {
			if seen[n] {
				t.Errorf("two places for record %d", n)
			}
			seen[n] = true
		}
	})
}
