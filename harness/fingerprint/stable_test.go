package fingerprint_test

import (
	"fmt"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/webrtc-rink/rink/harness/fingerprint"
	"github.com/webrtc-rink/rink/harness/trace"
)

func TestWhatVariesBetweenRepeatsIsKeptApart(t *testing.T) {
	const cell = "s/offerer to chrome"
	got := fingerprint.Merge(
		printOf(cell, "candidates/a", "1", "candidates/b", "1", "candidates/c", "1"),
		printOf(cell, "candidates/a", "1", "candidates/b", "2"),
		printOf("other/offerer to chrome", "candidates/b", "3"),
	)
	want := fingerprint.Stable{
		Values: map[string]string{
			cell + "/session/end": "completed", cell + "/candidates/a": "1",
			"other/offerer to chrome/session/end": "completed", "other/offerer to chrome/candidates/b": "3",
		},
		Unstable: map[string][]string{cell + "/candidates/b": {"1", "2"}, cell + "/candidates/c": {"", "1"}},
		Repeats:  map[string]int{cell: 2, "other/offerer to chrome": 1},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

func TestAValueIsThereWhereItsCellWasRunAndItIsStable(t *testing.T) {
	const cell = "s/offerer to chrome"
	s := fingerprint.Merge(printOf(cell, "candidates/a", "1", "candidates/b", "1"), printOf(cell, "candidates/a", "1"))
	for key, want := range map[string]struct {
		value string
		ok    bool
	}{
		cell + "/candidates/a":              {"1", true},
		cell + "/candidates/b":              {"", false},
		cell + "/candidates/c":              {"", true},
		"s/answerer to chrome/candidates/a": {"", false},
	} {
		if value, ok := s.Value(key); value != want.value || ok != want.ok {
			t.Errorf("%s: got %q, %v, want %q, %v", key, value, ok, want.value, want.ok)
		}
	}
}

func TestEveryNameCanBeTakenApart(t *testing.T) {
	for key := range ofPion(t, "v4.0.7-candidates-rejected-first") {
		k, err := fingerprint.ParseKey(key)
		if err != nil {
			t.Error(err)
		}
		if k.String() != key || k.Scenario != "candidates-rejected-first" || k.Side != trace.Answerer || k.Opponent != "chrome" || k.Object == "" {
			t.Errorf("%s: got %+v", key, k)
		}
	}
	for _, name := range []string{"", "s", "s/offerer", "s/offerer to chrome", "s/neither to chrome/a", "/offerer to chrome/a"} {
		if k, err := fingerprint.ParseKey(name); err == nil {
			t.Errorf("%q: got %+v, want an error", name, k)
		}
	}
}

func TestOnlyWhatBothVersionsShowIsCompared(t *testing.T) {
	const cell = "s/offerer to chrome"
	value := func(v string) fingerprint.Print { return printOf(cell, "candidates/a", v) }
	stopped := fingerprint.Print{cell + "/session/end": "stopped at dtls"}
	for name, c := range map[string]struct{ from, to fingerprint.Stable }{
		"another opponent":         {fingerprint.Merge(value("1")), fingerprint.Merge(printOf("s/offerer to firefox", "candidates/a", "2"))},
		"unstable before":          {fingerprint.Merge(value("1"), value("2")), fingerprint.Merge(value("3"))},
		"unstable after":           {fingerprint.Merge(value("3")), fingerprint.Merge(value("1"), value("2"))},
		"a session that stopped":   {fingerprint.Merge(value("1")), fingerprint.Merge(stopped)},
		"a call that was not made": {fingerprint.Merge(printOf(cell, "calls/send", "taken")), fingerprint.Merge(printOf(cell))},
		"gathering goes on":        {fingerprint.Merge(printOf(cell, "local description/sections", "audio", "local description/session/a=x", "1")), fingerprint.Merge(printOf(cell))},
		"one candidate alone":      {fingerprint.Merge(printOf(cell, "candidates/priorities within a section", "some equal")), fingerprint.Merge(printOf(cell))},
		"nothing":                  {fingerprint.Merge(), fingerprint.Merge(value("1"))},
	} {
		if changes := fingerprint.Diff(c.from, c.to); len(changes) > 0 {
			t.Errorf("%s: got %q, want nothing", name, sentences(changes))
		}
	}
}

// TestWhatCanDependOnTimeNeedsMoreThanOneLook: a value that both versions show
// somewhere is no change until it was seen often enough.
func TestWhatCanDependOnTimeNeedsMoreThanOneLook(t *testing.T) {
	runs := func(n int, values ...string) fingerprint.Stable {
		var all []fingerprint.Print
		for i, v := range values {
			for range n {
				all = append(all, printOf(fmt.Sprintf("s%d/offerer to chrome", i), "order/a, b", v))
			}
		}
		return fingerprint.Merge(all...)
	}
	for _, c := range []struct {
		name     string
		from, to fingerprint.Stable
		want     int
	}{
		{"one scenario, once", runs(1, "before"), runs(1, "after"), 0},
		{"one scenario, three times", runs(3, "before"), runs(3, "after"), 1},
		{"three scenarios, once", runs(1, "before", "before", "before"), runs(1, "after", "after", "after"), 3},
		{"one scenario of three, once", runs(1, "before", "before", "before"), runs(1, "after", "before", "before"), 0},
		{"a new value in one scenario, three times", runs(3, "before", "before"), runs(3, "after", "before"), 1},
		{"a known value in one scenario, three times", runs(3, "before", "after"), runs(3, "after", "before"), 0},
		{"a known value in one scenario, five times", runs(5, "before", "after"), runs(5, "after", "before"), 2},
	} {
		if changes := fingerprint.Diff(c.from, c.to); countKeys(changes) != c.want {
			t.Errorf("%s: got %q, want %d names", c.name, sentences(changes), c.want)
		}
	}
	varies := fingerprint.Merge(
		printOf("s0/offerer to chrome", "order/a, b", "before"), printOf("s1/offerer to chrome", "order/a, b", "before"),
		printOf("s1/offerer to chrome", "order/a, b", "after"),
	)
	if changes := fingerprint.Diff(varies, runs(1, "after", "after", "after")); len(changes) > 0 {
		t.Errorf("an order that varies in another scenario: got %q, want nothing", sentences(changes))
	}
}

func countKeys(changes []fingerprint.Change) int {
	n := 0
	for _, c := range changes {
		n += len(c.Keys)
	}
	return n
}
