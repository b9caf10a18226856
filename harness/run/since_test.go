package run_test

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/webrtc-rink/rink/harness/check"
	"github.com/webrtc-rink/rink/harness/expect"
	"github.com/webrtc-rink/rink/harness/netlab"
	"github.com/webrtc-rink/rink/harness/peer"
	"github.com/webrtc-rink/rink/harness/peer/fake"
	"github.com/webrtc-rink/rink/harness/report"
	"github.com/webrtc-rink/rink/harness/report/files"
	"github.com/webrtc-rink/rink/harness/run"
)

// earlier plays two scenarios both ways between a, which gets the index of bundled
// sections wrong, and b, and returns where the report is. One session is red.
func earlier(t *testing.T) (run.Plan, string) {
	t.Helper()
	p := plan(t, crew(&member{id: "a", defects: []fake.Defect{defect(t, "index-always-zero")}}, &member{id: "b"}), "candidates-bundled,connect-data")
	p.Network = netlab.Describe()
	p.Pairs = []run.Pair{between}
	r := executed(t.Context(), t, p)
	exits(t, r, report.ExitFailed)
	return p, filepath.Join(p.Out, r.Run.ID)
}

func since(t *testing.T, paths ...string) *run.Since {
	t.Helper()
	s, err := run.ReadSince(paths)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// ranWith lists what a run played.
func ranWith(r *report.Report) string {
	var ids []string
	for _, s := range r.Sessions {
		ids = append(ids, s.ID)
	}
	return strings.Join(ids, " ")
}

func TestOnlyWhatIsNewOrWasNotGreenIsPlayedAgain(t *testing.T) {
	t.Parallel()
	again := func(change func(p *run.Plan)) (*report.Report, string) {
		p, dir := earlier(t)
		p.Since = since(t, dir)
		change(&p)
		r := executed(t.Context(), t, p)
		return r, ranWith(r)
	}
	version := func(v string) func(p *run.Plan) {
		return func(p *run.Plan) {
			start := p.Roster[1].Start
			p.Roster[1].Start = func(ctx context.Context, log func(string)) (peer.Peer, error) {
				up, err := start(ctx, log)
				return versioned{up, v}, err
			}
		}
	}
	const red, green = "a_b_candidates-bundled", "a_b_connect-data"
	for name, tc := range map[string]struct {
		change  func(p *run.Plan)
		want    string
		leftOut int
	}{
		"nothing changed":         {func(*run.Plan) {}, red, 1},
		"the report file itself":  {func(p *run.Plan) { p.Since = since(t, filepath.Join(p.Out, files.LatestName, files.JSON)) }, red, 1},
		"another scenario":        {func(p *run.Plan) { p.Scenarios = scenarios(t, "connect-data,trickle-half") }, "a_b_trickle-half", 1},
		"another pair":            {func(p *run.Plan) { p.Pairs = []run.Pair{{Offerer: "b", Answerer: "a"}} }, "b_a_candidates-bundled b_a_connect-data", 0},
		"another version of b":    {version("99"), red + " " + green, 0},
		"a version nobody knows":  {version(peer.Unknown), red + " " + green, 0},
		"another network":         {func(p *run.Plan) { p.Network.Network = "elsewhere" }, red + " " + green, 0},
		"a scenario that changed": {func(p *run.Plan) { p.Scenarios[1].Traits = nil }, red + " " + green, 0},
		"a rule that changed": {func(p *run.Plan) {
			p.Checks = append([]check.Check(nil), p.Checks...)
			p.Checks[3].Statement += " And more."
		}, red + " " + green, 0},
		"fewer rules": {func(p *run.Plan) { p.Checks = p.Checks[:5] }, red, 1},
		"b does not start any more": {func(p *run.Plan) {
			p.Roster[1].Start = func(context.Context, func(string)) (peer.Peer, error) { return nil, errors.New("no display") }
		}, red + " " + green, 0},
	} {
		t.Run(name, func(t *testing.T) {
			r, got := again(tc.change)
			if got != tc.want || r.Run.Since == nil || r.Run.Since.LeftOut != tc.leftOut {
				t.Errorf("got %q played and %+v, want %q and %d left out", got, r.Run.Since, tc.want, tc.leftOut)
			}
			if partial := strings.HasPrefix(r.Summary.Verdict, "Partial run, 1 session left out"); partial != (tc.leftOut > 0) {
				t.Errorf("got the verdict %q", r.Summary.Verdict)
			}
			if len(r.Notes) == 0 || !strings.Contains(strings.Join(r.Notes, " "), "left out: ") {
				t.Errorf("got the notes %q, want one that tells what was left out", r.Notes)
			}
		})
	}
}

// versioned is a peer in another version.
type versioned struct {
	peer.Peer
	version string
}

func (v versioned) Describe() peer.Description {
	d := v.Peer.Describe()
	d.Version = v.version
	return d
}

func TestARunWithNothingNewSaysSoAndIsGreen(t *testing.T) {
	t.Parallel()
	p, dir := earlier(t)
	p.Since, p.Scenarios = since(t, dir), scenarios(t, "connect-data")
	r := executed(t.Context(), t, p)
	exits(t, r, report.ExitOK)
	if !strings.HasPrefix(r.Summary.Verdict, "Nothing was played: 1 session left out, green in ") || len(r.Sessions) != 0 {
		t.Errorf("got %q with %d sessions", r.Summary.Verdict, len(r.Sessions))
	}
}

func TestReportsOfPartsAddUp(t *testing.T) {
	t.Parallel()
	p, first := earlier(t)
	p.Since, p.Scenarios = since(t, first), scenarios(t, "connect-data,trickle-half")
	second := executed(t.Context(), t, p)
	p.Since, p.Scenarios = since(t, filepath.Join(p.Out, second.Run.ID), first), scenarios(t, "connect-data,trickle-half,candidates-bundled")
	if third := executed(t.Context(), t, p); ranWith(third) != "a_b_candidates-bundled" || third.Run.Since.LeftOut != 2 {
		t.Errorf("got %q played and %+v, want what was red in the first alone", ranWith(third), third.Run.Since)
	}
}

func TestWhatIsKnownIsPlayedAgainWithoutItsExpectation(t *testing.T) {
	t.Parallel()
	p, dir := earlier(t)
	p.Scenarios = scenarios(t, "candidates-bundled")
	was, err := report.Read(filepath.Join(dir, files.JSON))
	if err != nil {
		t.Fatal(err)
	}
	var entries [][2]string
	for _, res := range was.Results {
		if res.Outcome == check.Fail {
			entries = append(entries, entry(res.Subject, res.Check, res.Scenario))
		}
	}
	p.Expectations = expectations(t, p.Roster, entries...)
	known := executed(t.Context(), t, p)
	if known.Summary.Outcomes.Known == 0 || known.Summary.Outcomes.Fail > 0 {
		t.Fatalf("got %+v, want what fails to be known", known.Summary.Outcomes)
	}
	p.Since = since(t, filepath.Join(p.Out, known.Run.ID))
	if r := executed(t.Context(), t, p); ranWith(r) != "" {
		t.Errorf("with the expectation: got %q played, want nothing", ranWith(r))
	}
	p.Expectations = expect.None()
	if r := executed(t.Context(), t, p); ranWith(r) != "a_b_candidates-bundled" {
		t.Errorf("without it: got %q played, want the session", ranWith(r))
	}
}

func TestAReportThatCannotBeReadIsNamed(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	broken := filepath.Join(dir, "broken.json")
	if err := os.WriteFile(broken, []byte(`{"schema":`), 0o600); err != nil {
		t.Fatal(err)
	}
	other := filepath.Join(dir, "other.json")
	if err := os.WriteFile(other, []byte(`{"schema":"something/v2"}`), 0o600); err != nil {
		t.Fatal(err)
	}
	_, err := run.ReadSince([]string{dir, broken, other, filepath.Join(dir, "absent.json")})
	has(t, err, "--since "+dir+": want a report.json", "--since "+broken, "--since "+other, `something/v2`, "absent.json: no such file")
}
