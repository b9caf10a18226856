package fingerprint_test

import (
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/webrtc-rink/rink/harness/fingerprint"
	"github.com/webrtc-rink/rink/harness/peer"
	"github.com/webrtc-rink/rink/harness/trace"
)

var update = flag.Bool("update", false, "write the golden files in testdata again")

// recorded reads a session that was recorded with real peers.
func recorded(t testing.TB, name string) []trace.Record {
	t.Helper()
	records, err := trace.ReadFile(filepath.Join("testdata", name+".jsonl"))
	if err != nil {
		t.Fatal(err)
	}
	return records
}

// ofPion is the print of the end of a recorded session that is pion.
func ofPion(t testing.TB, name string) fingerprint.Print {
	t.Helper()
	records := recorded(t, name)
	for _, side := range trace.Sides() {
		if records[0].Session.Peer(side).Implementation == "pion/webrtc" {
			return of(t, records, side)
		}
	}
	t.Fatalf("%s: no end is pion", name)
	return nil
}

func of(t testing.TB, records []trace.Record, side trace.Side) fingerprint.Print {
	t.Helper()
	p, err := fingerprint.Of(records, side)
	if err != nil {
		t.Fatal(err)
	}
	return p
}

// golden compares text with a file of testdata.
func golden(t *testing.T, name, got string) {
	t.Helper()
	path := filepath.Join("testdata", name)
	if *update {
		if err := os.WriteFile(path, []byte(got), 0o644); err != nil { //nolint:gosec // a source file
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(want), got); diff != "" {
		t.Errorf("%s (-want +got); if that is meant, run the test with -update:\n%s", path, diff)
	}
}

// TestThePrintOfARecordedSession: names are what bisecting goes by, so a change of
// the golden file is a change of the API.
func TestThePrintOfARecordedSession(t *testing.T) {
	for _, name := range []string{"v4.0.7-trickle-full", "v4.0.7-candidates-rejected-first"} {
		p := ofPion(t, name)
		var b strings.Builder
		for _, key := range slices.Sorted(maps.Keys(p)) {
			fmt.Fprintf(&b, "%s\t%s\n", key, p[key])
		}
		golden(t, name+".txt", b.String())
	}
}

func TestNothingThatIsDrawnIsInAPrint(t *testing.T) {
	a, b := ofPion(t, "v4.0.7-trickle-full"), ofPion(t, "v4.0.7-trickle-full-again")
	for key, value := range a {
		if !strings.Contains(key, "/order/") && b[key] != value {
			t.Errorf("%s: got %q, then %q", key, value, b[key])
		}
	}
	all, err := json.Marshal(a)
	if err != nil {
		t.Fatal(err)
	}
	for _, r := range recorded(t, "v4.0.7-trickle-full") {
		if r.Event == nil || r.Event.Candidate == nil {
			continue
		}
		init, err := peer.ParseCandidateInit(r.Event.Candidate)
		if err != nil || init == nil {
			continue
		}
		for _, field := range strings.Fields(init.Candidate) {
			if len(field) > 8 && strings.Contains(string(all), field) {
				t.Errorf("the print holds %q of the candidate %q", field, init.Candidate)
			}
		}
	}
}

func TestSessionsThatSayNothingOfThePeerAreRefused(t *testing.T) {
	whole := recorded(t, "v4.0.7-trickle-full")
	broken := slices.Clone(whole)
	broken[len(broken)-1].End = &trace.End{Result: trace.EndError, Reason: "Chrome is gone"}
	for name, records := range map[string][]trace.Record{"broken": broken, "cut": whole[:20]} {
		if _, err := fingerprint.Of(records, trace.Offerer); !errors.Is(err, fingerprint.ErrBroken) {
			t.Errorf("%s: got %v, want ErrBroken", name, err)
		}
	}
	if _, err := fingerprint.Of(whole, ""); err == nil || !strings.Contains(err.Error(), `side ""`) {
		t.Errorf("no side: got %v", err)
	}
	if _, err := fingerprint.Of(nil, trace.Offerer); err == nil || !strings.Contains(err.Error(), "no header") {
		t.Errorf("no trace: got %v", err)
	}
}

func TestTheLocalDescriptionIsReadOnceGatheringIsComplete(t *testing.T) {
	records := recorded(t, "v4.0.7-trickle-full")
	count := func() (n int) {
		for key := range of(t, records, trace.Answerer) {
			if strings.Contains(key, "/local description/") {
				n++
			}
		}
		return n
	}
	if count() == 0 {
		t.Error("gathering is complete: got no local description")
	}
	for _, r := range records {
		if r.Snapshot != nil {
			r.Snapshot.ICEGatheringState = "gathering"
		}
	}
	if n := count(); n > 0 {
		t.Errorf("gathering goes on: got %d lines of a local description, want none", n)
	}
}

func TestAPeerThatMeetsItsOwnKindHasItselfAsOpponent(t *testing.T) {
	records := recorded(t, "v4.0.7-trickle-full")
	header := *records[0].Session
	header.Offerer.ID = header.Answerer.ID
	records[0].Session = &header
	for key := range of(t, records, trace.Answerer) {
		if !strings.HasPrefix(key, "trickle-full/answerer to itself/") {
			t.Fatalf("got %q", key)
		}
	}
}
