package expect

import (
	"encoding/json"
	"slices"
	"testing"

	"github.com/webrtc-rink/rink/harness/check"
	"github.com/webrtc-rink/rink/harness/peer"
	"github.com/webrtc-rink/rink/harness/trace"
)

var (
	noMid  = check.Finding{Object: "candidate", Got: `sdpMid ""`, Want: `one of ["0"]`}
	noFrag = check.Finding{Object: "candidate", Got: "no usernameFragment", Want: `"abcd"`}
	joint  = check.Finding{Object: "session", Got: "no connection", Want: "connected", Joint: true, Why: "no side shows why"}
)

func session(offerer, answerer string) Context {
	version := map[string]string{
		"pion": "v3.3.6", "pion@v4.0.8": "v4.0.8", "pion@v4.0.0-beta.1": "v4.0.0-beta.1",
		"chrome": "156.0.8078.79", "firefox": "153.7.0esr",
	}
	describe := func(id string) peer.Description {
		v, ok := version[id]
		if !ok {
			v = peer.Unknown
		}
		return peer.Description{ID: id, Version: v}
	}
	return Context{Scenario: "unbundled-trickle", Offerer: describe(offerer), Answerer: describe(answerer)}
}

// setOf reads entries of a peer; each is the YAML of its conditions.
func setOf(t *testing.T, peerID string, entries ...string) Set {
	t.Helper()
	text := "peer: " + peerID + "\nexpectations:\n"
	for _, e := range entries {
		text += "  - " + e + evidence
	}
	set, err := Load(files(text), nil, nil)
	if err != nil {
		t.Fatal(err)
	}
	return set
}

func TestJudgeMatches(t *testing.T) {
	pionChrome, chromePion := session("pion", "chrome"), session("chrome", "pion")
	for name, tc := range map[string]struct {
		peer, entry string
		session     Context
		side        trace.Side
		match       bool
	}{
		"plain":                    {"pion", "check: CAND-002", pionChrome, trace.Offerer, true},
		"other check":              {"pion", "check: CAND-001", pionChrome, trace.Offerer, false},
		"the other peer":           {"pion", "check: CAND-002", pionChrome, trace.Answerer, false},
		"as answerer":              {"pion", "check: CAND-002", chromePion, trace.Answerer, true},
		"family":                   {"pion", "check: CAND-002", session("pion@v4.0.8", "chrome"), trace.Offerer, true},
		"one version of a family":  {"pion@v4.0.8", "check: CAND-002", pionChrome, trace.Offerer, false},
		"a longer name":            {"pion", "check: CAND-002", session("pionish", "chrome"), trace.Offerer, false},
		"version":                  {"pion", "check: CAND-002\n    versions: '< 4.0.8'", pionChrome, trace.Offerer, true},
		"later version":            {"pion", "check: CAND-002\n    versions: '< 4.0.8'", session("pion@v4.0.8", "chrome"), trace.Offerer, false},
		"beta":                     {"pion", "check: CAND-002\n    versions: '< 4.0.8'", session("pion@v4.0.0-beta.1", "chrome"), trace.Offerer, true},
		"browser version":          {"chrome", "check: CAND-002\n    versions: '>= 156, < 157'", pionChrome, trace.Answerer, true},
		"other browser version":    {"chrome", "check: CAND-002\n    versions: '< 156'", pionChrome, trace.Answerer, false},
		"esr":                      {"firefox", "check: CAND-002\n    versions: '~153.7'", session("firefox", "pion"), trace.Offerer, true},
		"unknown version":          {"aiortc", "check: CAND-002", session("aiortc", "pion"), trace.Offerer, true},
		"constraint, unknown":      {"aiortc", "check: CAND-002\n    versions: '>= 0'", session("aiortc", "pion"), trace.Offerer, false},
		"role":                     {"pion", "check: CAND-002\n    role: offerer", pionChrome, trace.Offerer, true},
		"other role":               {"pion", "check: CAND-002\n    role: offerer", chromePion, trace.Answerer, false},
		"scenario":                 {"pion", "check: CAND-002\n    scenarios: ['x', 'unbundled-*']", pionChrome, trace.Offerer, true},
		"other scenario":           {"pion", "check: CAND-002\n    scenarios: ['bundled-*']", pionChrome, trace.Offerer, false},
		"against":                  {"pion", "check: CAND-002\n    against: ['chrome*']", pionChrome, trace.Offerer, true},
		"against another":          {"pion", "check: CAND-002\n    against: ['firefox']", pionChrome, trace.Offerer, false},
		"a pair with itself, role": {"pion", "check: CAND-002\n    role: answerer", session("pion", "pion"), trace.Offerer, false},
	} {
		t.Run(name, func(t *testing.T) {
			set := setOf(t, tc.peer, tc.entry)
			want := map[bool][2]check.Outcome{true: {check.Known, check.Stale}, false: {check.Fail, check.Pass}}[tc.match]
			fail := check.Grade{Check: "CAND-002", Side: tc.side, Outcome: check.Fail, Findings: []check.Finding{noMid}}
			if v := set.Judge(fail, tc.session); v.Outcome != want[0] || (v.Entry != nil) != tc.match {
				t.Errorf("fail: got %s, entry %v, want %s", v.Outcome, v.Entry, want[0])
			}
			pass := check.Grade{Check: "CAND-002", Side: tc.side, Outcome: check.Pass}
			if v := set.Judge(pass, tc.session); v.Outcome != want[1] || (v.Entry != nil) != tc.match {
				t.Errorf("pass: got %s, entry %v, want %s", v.Outcome, v.Entry, want[1])
			}
		})
	}
}

func TestJudgeFindings(t *testing.T) {
	onlyMid := "check: CAND-002\n    finding: 'sdpMid \"\"'"
	onlyFrag := "check: CAND-002\n    finding: usernameFragment"
	for name, tc := range map[string]struct {
		entries   []string
		findings  []check.Finding
		outcome   check.Outcome
		uncovered []check.Finding
		line      int // of the entry shown
	}{
		"all covered":         {[]string{"check: CAND-002"}, []check.Finding{noMid, noFrag}, check.Known, nil, 3},
		"some not":            {[]string{onlyMid}, []check.Finding{noMid, noFrag}, check.Fail, []check.Finding{noFrag}, 3},
		"none covered, shown": {[]string{onlyMid}, []check.Finding{noFrag}, check.Fail, []check.Finding{noFrag}, 3},
		"two entries":         {[]string{onlyMid, onlyFrag}, []check.Finding{noFrag, noMid}, check.Known, nil, 8},
		"no entry":            {nil, []check.Finding{noMid}, check.Fail, []check.Finding{noMid}, 0},
		"a fail without finding cannot be covered": {[]string{"check: CAND-002"}, nil, check.Fail, nil, 3},
	} {
		t.Run(name, func(t *testing.T) {
			set := None()
			if tc.entries != nil {
				set = setOf(t, "pion", tc.entries...)
			}
			v := set.Judge(check.Grade{Check: "CAND-002", Side: trace.Offerer, Outcome: check.Fail, Findings: tc.findings}, session("pion", "chrome"))
			same := func(a, b check.Finding) bool { return a.String() == b.String() }
			if v.Outcome != tc.outcome || !slices.EqualFunc(v.Uncovered, tc.uncovered, same) {
				t.Errorf("got %s, uncovered %v, want %s, %v", v.Outcome, v.Uncovered, tc.outcome, tc.uncovered)
			}
			if (v.Entry == nil) != (tc.line == 0) || v.Entry != nil && v.Entry.Line != tc.line {
				t.Errorf("got entry %+v, want the one at line %d", v.Entry, tc.line)
			}
		})
	}
}

func TestJudgeJoint(t *testing.T) {
	set := setOf(t, "pion", "check: CONN-001\n    joint: true\n    role: offerer\n    against: [chrome]")
	judge := func(s Context, side trace.Side, o check.Outcome, fs ...check.Finding) check.Outcome {
		return set.Judge(check.Grade{Check: "CONN-001", Side: side, Outcome: o, Findings: fs}, s).Outcome
	}
	pionChrome := session("pion", "chrome")
	for name, tc := range map[string]struct{ got, want check.Outcome }{
		"its peer":               {judge(pionChrome, trace.Offerer, check.Fail, joint), check.Known},
		"the other end":          {judge(pionChrome, trace.Answerer, check.Fail, joint), check.Known},
		"the other role":         {judge(session("chrome", "pion"), trace.Offerer, check.Fail, joint), check.Fail},
		"not joint":              {judge(pionChrome, trace.Answerer, check.Fail, noMid), check.Fail},
		"its peer passes":        {judge(pionChrome, trace.Offerer, check.Pass), check.Stale},
		"the other end passes":   {judge(pionChrome, trace.Answerer, check.Pass), check.Pass},
		"without the entry's":    {judge(session("chrome", "firefox"), trace.Offerer, check.Fail, joint), check.Fail},
		"one finding of another": {judge(pionChrome, trace.Offerer, check.Fail, joint, noMid), check.Fail},
	} {
		if tc.got != tc.want {
			t.Errorf("%s: got %s, want %s", name, tc.got, tc.want)
		}
	}
}

func TestJudgeNeverExcusesOrChangesTheRest(t *testing.T) {
	set := setOf(t, "pion", "check: CAND-002")
	for _, o := range []check.Outcome{check.Error, check.Skipped, check.Unsupported} {
		v := set.Judge(check.Grade{Check: "CAND-002", Side: trace.Offerer, Outcome: o, Findings: []check.Finding{noMid}}, session("pion", "chrome"))
		if v.Outcome != o || v.Entry != nil || v.Exercised != nil {
			t.Errorf("%s: got %+v", o, v)
		}
	}
}

func TestSometimes(t *testing.T) {
	set := setOf(t, "pion", "check: CAND-002\n    sometimes: true")
	pass := set.Judge(check.Grade{Check: "CAND-002", Side: trace.Offerer, Outcome: check.Pass}, session("pion", "chrome"))
	fail := set.Judge(check.Grade{Check: "CAND-002", Side: trace.Offerer, Outcome: check.Fail, Findings: []check.Finding{noMid}}, session("pion", "chrome"))
	if pass.Outcome != check.Pass || pass.Entry != nil || fail.Outcome != check.Known {
		t.Errorf("got %s and %s, want pass and known", pass.Outcome, fail.Outcome)
	}
}

func TestUnused(t *testing.T) {
	set := setOf(t, "pion",
		"checks: [CAND-002, CONN-001]", // covers; meets a pass
		"check: CAND-001",              // its check was not graded
		"check: CAND-002\n    finding: a=candidate\n    sometimes: true\n    role: answerer", // covers nothing
	)
	s := session("pion", "chrome")
	verdicts := []Verdict{
		set.Judge(check.Grade{Check: "CAND-002", Side: trace.Offerer, Outcome: check.Fail, Findings: []check.Finding{noMid}}, s),
		set.Judge(check.Grade{Check: "CONN-001", Side: trace.Offerer, Outcome: check.Pass}, s),
	}
	// Verdicts cross process borders as JSON.
	data, err := json.Marshal(verdicts)
	if err != nil {
		t.Fatal(err)
	}
	var back []Verdict
	if err := json.Unmarshal(data, &back); err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, e := range set.Unused(slices.Values(back)) {
		got = append(got, e.id())
	}
	if want := []string{"a.yaml:7 CAND-001", "a.yaml:11 CAND-002"}; !slices.Equal(got, want) {
		t.Errorf("got %q, want %q", got, want)
	}
}

func TestAnEntryConcernsItsVersionsAndOpponents(t *testing.T) {
	set, err := Load(files("peer: pion\nexpectations:\n  - check: CAND-001\n    versions: '>= 4.0.0'\n    against: ['chrome*']"+evidence), known, nil)
	if err != nil {
		t.Fatal(err)
	}
	e := set.Entries()[0]
	is := func(id, version string) peer.Description { return peer.Description{ID: id, Version: version} }
	for _, tc := range []struct {
		self, other peer.Description
		want        bool
	}{
		{is("pion@v4.0.8", "v4.0.8"), is("chrome-mdns", "156"), true},
		{is("pion", "v3.3.6"), is("chrome", "156"), false},
		{is("pion", peer.Unknown), is("chrome", "156"), false},
		{is("pion", "v4.0.8"), is("firefox", "153"), false},
		{is("chrome", "156"), is("pion", "v4.0.8"), false},
	} {
		if got := e.Concerns(tc.self, tc.other); got != tc.want {
			t.Errorf("%s %s against %s: got %t, want %t", tc.self.ID, tc.self.Version, tc.other.ID, got, tc.want)
		}
	}
}
