package compare

import (
	"strings"
	"testing"

	"github.com/webrtc-rink/rink/harness/check"
	"github.com/webrtc-rink/rink/harness/peer"
	"github.com/webrtc-rink/rink/harness/report"
	"github.com/webrtc-rink/rink/harness/trace"
)

// withPeers is a report of peers: id, or id=implementation.
func withPeers(peers ...string) []report.Report {
	var r report.Report
	for _, p := range peers {
		id, implementation, _ := strings.Cut(p, "=")
		r.Peers = append(r.Peers, peer.Description{ID: id, Implementation: implementation, Version: "1"})
	}
	return []report.Report{r}
}

func TestPeersAreMatchedByIDThenWithoutTheVersionThenByImplementation(t *testing.T) {
	for name, tc := range map[string]struct {
		from, to []report.Report
		want     [2]map[string]string
		notes    []string
	}{
		"ids": {withPeers("pion", "chrome"), withPeers("chrome", "pion"), [2]map[string]string{
			{"pion": "pion", "chrome": "chrome"}, {"pion": "pion", "chrome": "chrome"},
		}, nil},
		"versions": {withPeers("pion@v3.2.40", "chrome"), withPeers("pion@v3.3.6", "chrome"), [2]map[string]string{
			{"pion@v3.2.40": "pion", "chrome": "chrome"}, {"pion@v3.3.6": "pion", "chrome": "chrome"},
		}, nil},
		"in process": {withPeers("pion"), withPeers("pion@v4.2.26"), [2]map[string]string{{"pion": "pion"}, {"pion@v4.2.26": "pion"}}, nil},
		"the same id before another version": {withPeers("pion", "pion@v1"), withPeers("pion"), [2]map[string]string{
			{"pion": "pion"}, {"pion": "pion"},
		}, []string{"peer pion@v1 has no counterpart in the new reports"}},
		"implementation": {withPeers("pion@v1=pion/webrtc"), withPeers("mine=pion/webrtc"), [2]map[string]string{
			{"pion@v1": "pion"}, {"mine": "pion"},
		}, nil},
		"a name that is taken": {withPeers("pion=x", "pion@v1=pion/webrtc"), withPeers("pion=x", "mine=pion/webrtc"), [2]map[string]string{
			{"pion": "pion", "pion@v1": "pion@v1|mine"}, {"pion": "pion", "mine": "pion@v1|mine"},
		}, nil},
		"two that could be": {withPeers("pion@v1"), withPeers("pion@v2", "pion@v3"), [2]map[string]string{{}, {}}, []string{
			"peer pion@v1 has no counterpart in the new reports",
			"peer pion@v2 has no counterpart in the old reports", "peer pion@v3 has no counterpart in the old reports",
		}},
		"nobody": {nil, nil, [2]map[string]string{{}, {}}, nil},
	} {
		t.Run(name, func(t *testing.T) {
			o, notes := MatchPeers(tc.from, tc.to)
			same(t, "names", [2]map[string]string{o.From, o.To}, tc.want)
			same(t, "notes", notes, tc.notes)
		})
	}
}

func TestRenamedChecksAndScenariosAreTheSameCell(t *testing.T) {
	aliases, err := ParseAliases("# renamed\n\ncheck\tCAND-901\tCAND-902\ncheck\tCAND-902\tCAND-002\nscenario\tplain\tconnect-data\n")
	if err != nil {
		t.Fatal(err)
	}
	from := run{pion: oldPion, results: [][5]string{{"CAND-901", "plain", "offerer", "pass", ""}}}.report()
	to := one(newPion, "fail", "none")
	o, _ := MatchPeers([]report.Report{from}, []report.Report{to})
	same(t, "without the table", short(Reports([]report.Report{from}, []report.Report{to}, o)),
		[]string{"gone CAND-901 pion", "gone session ", "new CAND-002 pion", "new session "})
	o.Aliases = aliases
	same(t, "with the table", short(Reports([]report.Report{from}, []report.Report{to}, o)), []string{"regressed CAND-002 pion?"})
}

func TestBadAliasesAreNamed(t *testing.T) {
	for table, want := range map[string]string{
		"check\tA":                   "line 1",
		"peer\tA\tB":                 `"peer\tA\tB"`,
		"check A B":                  "with tabs between",
		"check\tA\tB\ncheck\tA\tC":   "line 2: check A has a new name already",
		"check\tA\tB\ncheck\tB\tA":   "leads back to itself",
		"scenario\tA\tA":             "scenario A leads back to itself",
		"check\t\tB\nscenario\tA\t ": "line 2",
	} {
		if _, err := ParseAliases(table); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%q: got %v, want it to say %q", table, err, want)
		}
	}
}

func TestOnePairMayStandForSeveral(t *testing.T) {
	meets := func(offerer, answerer string, o, a string) report.Report {
		pair := report.Pair{Offerer: offerer, Answerer: answerer}
		r := report.Report{Run: report.Run{Complete: true}, Checks: []report.Check{{ID: "CONN-001"}}}
		r.Sessions = []report.Session{{ID: "1", Scenario: "connect-data", Pair: pair, Result: "completed"}}
		for role, outcome := range map[trace.Side]string{trace.Offerer: o, trace.Answerer: a} {
			r.Results = append(r.Results, report.Result{
				Check: "CONN-001", Scenario: "connect-data", Pair: pair, Role: role, Subject: pair.Peer(role), Outcome: check.Outcome(outcome), Session: "1",
			})
		}
		return r
	}
	before := []report.Report{meets(oldPion, oldPion, "pass", "pass")}
	now := []report.Report{meets(oldPion, newPion, "pass", "fail"), meets(newPion, oldPion, "pass", "pass")}
	d := Reports(before, now, Options{
		FromPairs: map[report.Pair][]report.Pair{
			{Offerer: oldPion, Answerer: oldPion}: {{Offerer: "old", Answerer: "pion"}, {Offerer: "pion", Answerer: "old"}},
		},
		To: map[string]string{oldPion: "old", newPion: "pion"},
	})
	same(t, "changes", short(d), []string{"regressed CONN-001 pion?"})
	same(t, "undecided", d.Undecided(), []Repeat{{
		From: report.Pair{Offerer: oldPion, Answerer: oldPion}, To: report.Pair{Offerer: oldPion, Answerer: newPion},
		Scenario: "connect-data", Runs: 2, Why: []string{"CONN-001 pion regressed?"},
	}})
	if d.Regressed[0].Pair != "old->pion" || d.Unchanged != 5 {
		t.Errorf("got %s and %d unchanged, want old->pion and 5", d.Regressed[0].Pair, d.Unchanged)
	}
}
