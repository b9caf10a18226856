package report_test

import (
	"bytes"
	"math/rand/v2"
	"slices"
	"strconv"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/webrtc-rink/rink/harness/check"
	"github.com/webrtc-rink/rink/harness/peer"
	"github.com/webrtc-rink/rink/harness/report"
	"github.com/webrtc-rink/rink/harness/trace"
)

func TestBuildGivesTheSameBytesInWhateverOrderSessionsEnd(t *testing.T) {
	later, renamed, unseen := pion, pion, chrome
	later.Version, later.Features = "v4.0.8", nil
	renamed.Version, renamed.Details = "v2.0.0", map[string]string{"flag": "x"}
	unseen.Version = peer.Unknown
	in := richInput()
	in.Sessions = append(in.Sessions, sessionOf("a", later, chrome), sessionOf("b", renamed, chrome), sessionOf("c", unseen, pion),
		sessionOf("c", pion, unseen))
	other := sessionOf("trickle", pion, chrome)
	other.Header.ID, other.Header.Title, other.Header.Offerer.Details = "another", "Another title", nil
	in.Sessions = append(in.Sessions, other)
	want := encode(t, report.Build(in))
	random := rand.New(rand.NewPCG(1, 2))
	for range 50 {
		random.Shuffle(len(in.Sessions), func(i, j int) { in.Sessions[i], in.Sessions[j] = in.Sessions[j], in.Sessions[i] })
		if got := encode(t, report.Build(in)); !bytes.Equal(got, want) {
			t.Fatalf("another order gives another report (-want +got):\n%s", cmp.Diff(string(want), string(got)))
		}
	}
}

func TestBuildLeavesItsInputAlone(t *testing.T) {
	in := richInput()
	in.Run.ID = "a\x00b"
	order := in.Sessions[0].Header.ID
	report.Build(in)
	if in.Sessions[0].Header.ID != order || in.Run.ID != "a\x00b" || in.Notes[0] != "the second note" {
		t.Errorf("got sessions from %q, run %q, notes %q", in.Sessions[0].Header.ID, in.Run.ID, in.Notes)
	}
}

func TestBuildSortsEveryList(t *testing.T) {
	r := report.Build(richInput())
	for name, tc := range map[string]struct{ got, want []string }{
		"peers":     {keys(r.Peers, func(p peer.Description) string { return p.ID }), []string{"chrome", "firefox", "pion"}},
		"notes":     {r.Notes, []string{"a note", "the second note"}},
		"scenarios": {keys(r.Scenarios, func(s report.Scenario) string { return s.Name }), []string{"late", "nominate", "refused", "trickle", "video"}},
		"checks": {keys(r.Checks, func(c report.Check) string { return c.ID }), []string{
			"CAND-001", "CAND-002", "CAND-003", "CAND-004", "CONN-001", "MEDIA-001", "ZZZ-001",
		}},
		"sessions": {keys(r.Sessions, func(s report.Session) string { return s.Scenario + " " + s.Pair.String() }), []string{
			"nominate pion->chrome", "refused chrome->pion", "trickle chrome->pion", "trickle pion->chrome", "video pion->chrome",
		}},
		"results": {keys(r.Results, func(r report.Result) string {
			return r.Check + " " + r.Scenario + " " + r.Pair.String() + " " + string(r.Role) + " " + r.Subject
		}), []string{
			"CAND-001 nominate pion->chrome offerer pion", "CAND-001 trickle pion->chrome offerer pion",
			"CAND-002 trickle chrome->pion answerer pion", "CAND-002 trickle pion->chrome offerer pion",
			"CAND-003 trickle pion->chrome offerer pion", "CAND-004 trickle pion->chrome offerer pion",
			"CAND-004 trickle pion->chrome answerer chrome", "CONN-001 nominate pion->chrome answerer chrome",
			"CONN-001 refused chrome->pion offerer chrome", "MEDIA-001 video pion->chrome offerer pion",
		}},
		"pairs": {keys(report.Pairs(r), report.Pair.String), []string{"chrome->pion", "pion->chrome"}},
	} {
		if diff := cmp.Diff(tc.want, tc.got); diff != "" {
			t.Errorf("%s (-want +got):\n%s", name, diff)
		}
	}
}

func keys[T any](list []T, key func(T) string) []string {
	var all []string
	for _, item := range list {
		all = append(all, key(item))
	}
	return all
}

func TestBuildCutsFindingsAndCountsTheRest(t *testing.T) {
	for name, tc := range map[string]struct{ given, kept, more int }{
		"none":          {0, 0, 0},
		"at the limit":  {50, 50, 0},
		"one too many":  {51, 50, 1},
		"far too many":  {1234, 50, 1184},
		"one and alone": {1, 1, 0},
	} {
		t.Run(name, func(t *testing.T) {
			var findings []check.Finding
			for i := range tc.given {
				findings = append(findings, check.Finding{Object: "candidate #" + strconv.Itoa(i), Got: "x", Want: "y", Where: []int{i}})
			}
			res := report.Build(inputOf(sessionOf("s", pion, chrome, verdictOf("A-1", trace.Offerer, check.Fail, findings...)))).Results[0]
			if len(res.Findings) != tc.kept || res.MoreFindings != tc.more {
				t.Errorf("got %d findings and %d more, want %d and %d", len(res.Findings), res.MoreFindings, tc.kept, tc.more)
			}
			for i, f := range res.Findings {
				if f.Object != findings[i].Object {
					t.Fatalf("finding %d: got %s, want %s", i, f.Object, findings[i].Object)
				}
			}
		})
	}
}

// inputOf is a complete run of these sessions, which wanted A-1 graded.
func inputOf(sessions ...report.SessionInput) report.Input {
	return report.Input{Run: runOf("r"), Requirements: []check.Requirement{requirement("A-1", check.Must)}, Sessions: sessions}
}

func TestBuildCopiesTheExpectationAndMarksWhatItCovers(t *testing.T) {
	partly := verdictOf("A-1", trace.Offerer, check.Fail, noMid, lost)
	partly.Uncovered, partly.Entry = []check.Finding{lost}, &entry
	want := &report.Expectation{
		Check: "CAND-002", Peer: "pion", Reason: entry.Reason, Issue: entry.Issue, Versions: "< 4.0.8", Since: "2026-02-03",
		File: "fixtures/expectations/pion.yaml:12",
	}
	r := report.Build(inputOf(
		sessionOf("a", pion, chrome, partly),
		sessionOf("b", pion, chrome, verdictOf("A-1", trace.Offerer, check.Known, noMid)),
		sessionOf("c", pion, chrome, verdictOf("A-1", trace.Offerer, check.Stale)),
		sessionOf("d", pion, chrome, verdictOf("A-1", trace.Offerer, check.Fail, noMid)),
	))
	known := [][]bool{{true, false}, {true}, nil, {false}}
	for i, res := range r.Results {
		var got []bool
		for _, f := range res.Findings {
			got = append(got, f.Known)
		}
		if !slices.Equal(got, known[i]) {
			t.Errorf("%s: known findings: got %v, want %v", res.Scenario, got, known[i])
		}
		if i == 3 {
			want = nil
		}
		if diff := cmp.Diff(want, res.Expectation); diff != "" {
			t.Errorf("%s: expectation (-want +got):\n%s", res.Scenario, diff)
		}
	}
	if f := r.Results[0].Findings; !slices.Equal(f[0].Where, noMid.Where) || !f[1].Joint || f[1].Why != lost.Why {
		t.Errorf("got findings %+v", f)
	}
}

func TestBuildNotesAPeerThatChangesItsVersion(t *testing.T) {
	version := func(v string) peer.Description { return peer.Description{ID: "pion", Version: v} }
	for name, tc := range map[string]struct {
		versions []string
		shown    string
		notes    []string
	}{
		"the same":           {[]string{"v3.3.6", "v3.3.6"}, "v3.3.6", nil},
		"two":                {[]string{"v3.3.6", "v3.3.5"}, "v3.3.5", []string{"peer pion changed its version during the run: v3.3.5 and v3.3.6"}},
		"two, many times":    {[]string{"v1", "v2", "v1", "v2"}, "v1", []string{"peer pion changed its version during the run: v1 and v2"}},
		"did not come up":    {[]string{peer.Unknown, "v3.3.6", peer.Unknown}, "v3.3.6", nil},
		"never came up":      {[]string{peer.Unknown, peer.Unknown}, peer.Unknown, nil},
		"came up once, last": {[]string{peer.Unknown, peer.Unknown, "156.0"}, "156.0", nil},
	} {
		t.Run(name, func(t *testing.T) {
			in := inputOf()
			for i, v := range tc.versions {
				in.Sessions = append(in.Sessions, sessionOf(strconv.Itoa(i), version(v), chrome))
			}
			r := report.Build(in)
			if diff := cmp.Diff(tc.notes, r.Notes); diff != "" {
				t.Errorf("notes (-want +got):\n%s", diff)
			}
			p := r.Peers[1]
			if p.Version != tc.shown || p.Features == nil {
				t.Errorf("got version %q and features %#v, want %q and a list", p.Version, p.Features, tc.shown)
			}
		})
	}
}

func TestBuildPutsTimesIntoUTCAndRoundsDurations(t *testing.T) {
	in := inputOf(sessionOf("s", pion, chrome))
	east := time.FixedZone("east", 2*60*60)
	in.Run.StartedAt, in.Sessions[0].StartedAt = began.In(east), began.In(east)
	r := report.Build(in)
	if r.Run.StartedAt != began || r.Sessions[0].StartedAt != began {
		t.Errorf("got %v and %v, want %v", r.Run.StartedAt, r.Sessions[0].StartedAt, began)
	}
	if r.Run.DurationMs != 4321.099 || r.Sessions[0].DurationMs != 1234.567 || r.Sessions[0].Timing.RinkMs != 34.317 {
		t.Errorf("got %v, %v and %v ms", r.Run.DurationMs, r.Sessions[0].DurationMs, r.Sessions[0].Timing.RinkMs)
	}
}

func TestBuildOfNothingHasListsThatReadersCanWalk(t *testing.T) {
	data := encode(t, report.Build(report.Input{}))
	for _, list := range []string{`"command": []`, `"peers": []`, `"checks": []`, `"scenarios": []`, `"sessions": []`, `"results": []`} {
		if !bytes.Contains(data, []byte(list)) {
			t.Errorf("no %s in\n%s", list, data)
		}
	}
}
