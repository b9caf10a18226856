package main

import (
	"bytes"
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/webrtc-rink/rink/harness/check"
	"github.com/webrtc-rink/rink/harness/netlab"
	"github.com/webrtc-rink/rink/harness/peer/chrome"
)

// asRink makes the test binary be rink, so that tests can signal it.
const asRink = "RINK_TEST_IS_RINK"

func TestMain(m *testing.M) {
	netlab.Init()
	if kind := os.Getenv(asAgent); kind != "" && len(os.Args) == 1 { // a test's own environment has it too
		beAgent(kind)
	}
	if os.Getenv(asRink) != "" {
		main()
	}
	os.Exit(m.Run())
}

// rink runs a command line in this process.
func rink(t *testing.T, args ...string) (code int, stdout, stderr string) {
	t.Helper()
	var out, err bytes.Buffer
	code = execute(args, &out, &err)
	return code, out.String(), err.String()
}

// expect runs a command line and wants its exit code and parts of what it says.
func expect(t *testing.T, want int, args []string, parts ...string) string {
	t.Helper()
	code, stdout, stderr := rink(t, args...)
	said := stdout + stderr
	if code != want {
		t.Errorf("rink %s: got exit code %d, want %d; it said:\n%s", strings.Join(args, " "), code, want, said)
	}
	for _, part := range parts {
		if !strings.Contains(said, part) {
			t.Errorf("rink %s: want it to say %q; it said:\n%s", strings.Join(args, " "), part, said)
		}
	}
	if strings.ContainsRune(said, '\x1b') {
		t.Errorf("rink %s: wrote escape sequences to what is no terminal", strings.Join(args, " "))
	}
	return said
}

func TestHelpTeaches(t *testing.T) {
	for _, args := range [][]string{nil, {"--help"}} {
		expect(t, 0, args, "rink run", "explain CAND-002", "Exit codes", "RINK_CHROME", "doctor", "netns", "validate", "rink run --shard 1/4", "merge", "durations")
	}
	expect(t, 0, []string{"run", "--help"}, "--expectations", "--network", "--timeout-scale", "JOB_COMPLETION_INDEX, RINK_SHARDS", "--shard auto")
	expect(t, 0, []string{"merge", "--help"}, "shard that is missing", "exit code", "--out")
	expect(t, 0, []string{"version"}, "rink ")
	said := expect(t, 0, []string{"--help"})
	for _, group := range []string{"Play:", "Read:", "Compare:", "In CI:", "Tools:"} {
		if !strings.Contains(said, "\n"+group+"\n") {
			t.Errorf("rink --help: want the commands of the group %q", group)
		}
	}
	if strings.Contains(said, "\nCommands:\n") {
		t.Errorf("rink --help: want each command in a group; it said:\n%s", said)
	}
}

func TestBadCommandLinesNameWhatIsWrong(t *testing.T) {
	empty := t.TempDir()
	broken := t.TempDir()
	write(t, filepath.Join(broken, "pion.yaml"), "peer: pion\nexpectations:\n  - check: CAND-999\n")
	for name, tc := range map[string]struct {
		args  []string
		parts []string
	}{
		"command":         {[]string{"rnu"}, []string{"rnu"}},
		"flag":            {[]string{"run", "--pears", "a"}, []string{"--pears"}},
		"network":         {[]string{"run", "--network", "mars"}, []string{"mars", "private"}},
		"peer":            {[]string{"run", "--peers", "pion,firefax"}, []string{`"firefax"`, "pion, chrome"}},
		"pair":            {[]string{"run", "--pairs", "pion->lynx"}, []string{`"pion->lynx"`, `"lynx"`}},
		"pair syntax":     {[]string{"run", "--pairs", "pion"}, []string{`"pion"`, "OFFERER->ANSWERER"}},
		"scenario":        {[]string{"run", "--scenarios", "tickle-*"}, []string{`"tickle-*"`, "rink list scenarios"}},
		"check":           {[]string{"run", "--checks", "CAND-999"}, []string{`"CAND-999"`, "rink list checks"}},
		"all at once":     {[]string{"run", "--checks", "X", "--scenarios", "Y", "--pairs", "Z->pion"}, []string{`"X"`, `"Y"`, `"Z"`}},
		"scale":           {[]string{"run", "--timeout-scale", "0"}, []string{"--timeout-scale", "0.1 to 100"}},
		"no directory":    {[]string{"run", "--expectations", filepath.Join(empty, "none-there")}, []string{"none-there"}},
		"empty directory": {[]string{"run", "--expectations", empty}, []string{"no *.yaml file"}},
		"bad entry":       {[]string{"run", "--expectations", broken}, []string{"pion.yaml:3", "CAND-999"}},
		"explain":         {[]string{"explain", "CAND-999"}, []string{"CAND-999", "rink list checks"}},
		"list":            {[]string{"list", "stars"}, []string{"stars"}},
		"agent":           {[]string{"run", "--peer", "mine"}, []string{`"mine"`, "NAME=COMMAND"}},
		"agent's name":    {[]string{"run", "--peer", "a,b=./x", "--peer", "pion=./x"}, []string{`"a,b"`, "there is a peer pion already"}},
		"since":           {[]string{"run", "--since", filepath.Join(empty, "gone.json"), "--since", broken}, []string{"gone.json: no such file", "--since " + broken, "want a report.json"}},
		"shard":           {[]string{"run", "--shard", "5/4"}, []string{"--shard 5/4", "index: got 5, want 1 to 4"}},
		"shard syntax":    {[]string{"run", "--shard", "2"}, []string{"--shard 2", "want i/n, such as 2/4"}},
		"durations alone": {[]string{"run", "--durations", empty}, []string{"--durations", "--shard I/N"}},
		"durations":       {[]string{"run", "--shard", "1/2", "--durations", filepath.Join(empty, "gone.json")}, []string{"--durations", "gone.json", "want a report.json"}},
		"merge":           {[]string{"merge"}, []string{"<run>"}},
		"netns":           {[]string{"netns", "--"}, []string{"command"}},
		"peers and pairs": {[]string{"run", "--peers", "pion", "--pairs", "pion->pion"}, []string{"--peers", "--pairs"}},
		"copy and judge":  {[]string{"report", empty, "--anonymise", "--out", empty, "--fail-on-regression"}, []string{"--fail-on-regression and --anonymise"}},
		"none to judge":   {[]string{"report", empty, "--baseline", "none", "--fail-on-regression"}, []string{"--baseline none", "nothing to compare with"}},
		"schema of":       {[]string{"validate", "--schema", "report.json"}, []string{"--schema", "report.json too"}},
		"validate":        {[]string{"validate"}, []string{"report.json"}},
	} {
		t.Run(name, func(t *testing.T) { expect(t, exitUsage, tc.args, tc.parts...) })
	}
}

func TestExplainTellsEveryRequirement(t *testing.T) {
	for _, c := range check.All() {
		expect(t, 0, []string{"explain", strings.ToLower(c.ID)}, c.ID, c.Title, string(c.Level), c.Refs[0].URL, "Graded in", "rink run --checks "+c.ID)
	}
	expect(t, 0, []string{"explain", "CAND-002"}, "Known of pion", "https://github.com/pion/webrtc/issues/1833")
}

func TestListsAreTablesAndJSON(t *testing.T) {
	for what, part := range map[string]string{"checks": "CAND-002", "scenarios": "trickle-full", "peers": "pion", "pairs": "pion->chrome"} {
		expect(t, 0, []string{"list", what}, part)
		_, stdout, _ := rink(t, "list", what, "--json")
		var items []map[string]any
		if err := json.Unmarshal([]byte(stdout), &items); err != nil || len(items) == 0 {
			t.Errorf("list %s --json: got %v and %d items", what, err, len(items))
		}
	}
}

func TestPeersAreListedWithTheVersionThatRuns(t *testing.T) {
	_, stdout, _ := rink(t, "list", "peers", "--json")
	var peers []struct {
		ID, Implementation, Version, Reason string
		Available                           bool
	}
	if err := json.Unmarshal([]byte(stdout), &peers); err != nil || len(peers) == 0 {
		t.Fatalf("got %v and %d peers in:\n%s", err, len(peers), stdout)
	}
	for _, p := range peers {
		if p.Available != (p.Version != "") || p.Available != (p.Reason == "") || p.ID == "" || p.Implementation == "" {
			t.Errorf("got %+v, want a version or a reason", p)
		}
		if p.ID == "pion" && !strings.HasPrefix(p.Version, "v3.") {
			t.Errorf("got version %q of pion, want a v3", p.Version)
		}
	}
}

func TestWithoutABrowserNothingRuns(t *testing.T) {
	t.Setenv(chrome.EnvExec, filepath.Join(t.TempDir(), "no-chrome"))
	out := t.TempDir()
	expect(t, 2, []string{"run", "--network", "host", "--out", out}, "nothing was run", "peer chrome", "no-chrome")
	if entries, err := os.ReadDir(out); err != nil || len(entries) > 0 {
		t.Errorf("folder of reports: got %v, %v, want it empty", entries, err)
	}
	expect(t, 2, []string{"doctor"}, "missing chrome", "no-chrome")
	t.Setenv(chrome.EnvExec, "")
	t.Setenv("PATH", t.TempDir())
	expect(t, 2, []string{"run", "--network", "host", "--out", out}, "no Chrome or Chromium found", "apt-get install chromium")
}

func write(t *testing.T, path, text string) {
	t.Helper()
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
}
