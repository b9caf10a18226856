package expect

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
)

// evidence is the tail that every valid entry needs.
const evidence = `
    since: 2026-11-25
    reason: ToJSON always sends an empty sdpMid
    issue: https://github.com/pion/webrtc/pull/2990
`

func known(id string) bool { return slices.Contains([]string{"CAND-001", "CAND-002", "CONN-001"}, id) }

func roster(id string) bool { return slices.Contains([]string{"pion", "chrome"}, id) }

func files(texts ...string) fstest.MapFS {
	fsys := fstest.MapFS{}
	for i, text := range texts {
		fsys[string(rune('a'+i))+".yaml"] = &fstest.MapFile{Data: []byte(text)}
	}
	return fsys
}

func TestLoad(t *testing.T) {
	set, err := Load(files(`
peer: pion
expectations:
  - checks: [CAND-001, CAND-002]
    versions: "< 4.0.8"
    role: answerer
    scenarios: ["unbundled-*"]
    against: ["chrome*"]
    finding: "sdpMid \"\""
    sometimes: true
    joint: true`+evidence), known, roster)
	if err != nil {
		t.Fatal(err)
	}
	want := Entry{
		Peer: "pion", Check: "CAND-001", Versions: "< 4.0.8", Role: "answerer",
		Scenarios: []string{"unbundled-*"}, Against: []string{"chrome*"}, Finding: `sdpMid ""`,
		Sometimes: true, Joint: true, Since: "2026-11-25", Reason: "ToJSON always sends an empty sdpMid",
		Issue: "https://github.com/pion/webrtc/pull/2990", File: "a.yaml", Line: 4,
	}
	second := want
	second.Check = "CAND-002"
	if diff := cmp.Diff([]*Entry{&want, &second}, set.Entries(), cmpopts.IgnoreUnexported(Entry{})); diff != "" {
		t.Errorf("entries (-want +got):\n%s", diff)
	}
	if got := set.Entries()[0].Where(); got != "a.yaml:4" {
		t.Errorf("got %q, want a.yaml:4", got)
	}
}

func TestLoadProblems(t *testing.T) {
	entry := func(lines string) string { return "peer: pion\nexpectations:\n  - " + lines }
	for name, tc := range map[string]struct {
		text string
		want []string
	}{
		"empty file":      {"", []string{"a.yaml:1: the file is empty"}},
		"malformed":       {"peer: pion\nexpectations: [\n", []string{"a.yaml:2: malformed YAML: "}},
		"two documents":   {entry("check: CAND-001"+evidence) + "---\npeer: x\n", []string{"a.yaml:1: got more than one YAML document, want one"}},
		"not a mapping":   {"- a\n", []string{"a.yaml:1: got a list, want a mapping with the keys peer, expectations"}},
		"a word":          {"pion\n", []string{`a.yaml:1: got "pion", want a mapping`}},
		"no peer":         {"expectations: []\n", []string{"a.yaml:1: no peer"}},
		"nobody":          {"peer: poin\nexpectations:\n  - check: CAND-001" + evidence, []string{`a.yaml:1: peer "poin": no peer of that name in the roster`}},
		"no expectations": {"peer: pion\n", []string{`a.yaml:1: no expectations for peer "pion": delete the file`}},
		"wrong type":      {"peer: pion\nexpectations: 3\n", []string{"a.yaml:2: malformed YAML: cannot unmarshal !!int"}},
		"unknown top key": {"pear: pion\n", []string{`a.yaml:1: unknown key "pear", want one of peer, expectations`, "a.yaml:1: no peer"}},
		"unknown key": {
			entry("check: CAND-001\n    reasn: x" + evidence),
			[]string{`a.yaml:4: unknown key "reasn", want one of check, checks, versions`},
		},
		"key twice":   {entry("check: CAND-001\n    check: CAND-002" + evidence), []string{`a.yaml:4: key "check" is there twice`}},
		"entry word":  {entry("CAND-001\n"), []string{`a.yaml:3: got "CAND-001", want a mapping`}},
		"entry alias": {"peer: pion\nexpectations:\n  - &x\n    check: CAND-001" + evidence + "  - *x\n", []string{"a.yaml:8: got an alias, want a mapping"}},
		"entry types": {
			entry("check: CAND-001\n    sometimes: maybe\n    role: [x]" + evidence),
			[]string{"a.yaml:4: malformed YAML: cannot unmarshal !!str `maybe` into bool", "a.yaml:5: malformed YAML: cannot unmarshal !!seq into string"},
		},
		"no check":      {entry("versions: '*'" + evidence), []string{"a.yaml:3: no check"}},
		"both":          {entry("check: CAND-001\n    checks: [CAND-002]" + evidence), []string{"a.yaml:3: got both check and checks, want one of them"}},
		"unknown check": {entry("checks: [CAND-001, CAND-999]" + evidence), []string{`a.yaml:3: check "CAND-999" does not exist`}},
		"constraint":    {entry("check: CAND-001\n    versions: '< x.y'" + evidence), []string{`a.yaml:4: versions "< x.y": `}},
		"role":          {entry("check: CAND-001\n    role: caller" + evidence), []string{`a.yaml:4: role: got "caller", want offerer or answerer`}},
		"globs": {
			entry("check: CAND-001\n    scenarios: ['[a']\n    against: ['[b']" + evidence),
			[]string{`a.yaml:4: scenarios: bad pattern "[a"`, `a.yaml:5: against: bad pattern "[b"`},
		},
		"no evidence": {entry("check: CAND-001\n"), []string{
			"a.yaml:3: no reason: say what the peer does and why it is accepted for now",
			"a.yaml:3: no issue: link the report that tracks the deviation",
			"a.yaml:3: no since: write the day of the review, like 2026-11-25",
		}},
		"weak evidence": {entry("check: CAND-001\n    reason: flaky\n    issue: ask Bob\n    since: last week\n"), []string{
			`a.yaml:4: reason "flaky": got 5 characters, want at least 20`,
			`a.yaml:5: issue: got "ask Bob", want an http or https URL`,
			`a.yaml:6: since: got "last week", want a day like 2026-11-25`,
		}},
		"script issue": {
			entry("check: CAND-001\n    reason: a reason that is long enough\n    issue: javascript:alert(1)\n    since: 2026-11-25\n"),
			[]string{`a.yaml:5: issue: got "javascript:alert(1)", want an http or https URL`},
		},
		"duplicate": {
			entry("check: CAND-001"+evidence) + "  - check: CAND-001" + evidence,
			[]string{"a.yaml:7: CAND-001 for pion is covered by the entry at a.yaml:3 already"},
		},
		"narrower first": {
			entry("check: CAND-001\n    role: offerer"+evidence) + "  - check: CAND-001" + evidence,
			[]string{"a.yaml:3: CAND-001 for pion is covered by the entry at a.yaml:8 already"},
		},
		"same check twice": {entry("checks: [CAND-001, CAND-001]" + evidence), []string{"a.yaml:3: CAND-001 for pion is covered by the entry at a.yaml:3 already"}},
	} {
		t.Run(name, func(t *testing.T) {
			set, err := Load(files(tc.text), known, roster)
			if err == nil {
				t.Fatalf("got no error, want %q", tc.want)
			}
			if len(set.Entries()) > 0 {
				t.Errorf("got entries beside the error: %v", set.Entries())
			}
			got := strings.Split(err.Error(), "\n")
			if len(got) != len(tc.want) {
				t.Fatalf("got %d problems, want %d:\n%s", len(got), len(tc.want), err)
			}
			for i, want := range tc.want {
				if !strings.HasPrefix(got[i], want) {
					t.Errorf("got  %s\nwant %s...", got[i], want)
				}
			}
		})
	}
}

func TestLoadTellsEveryProblemOfEveryFile(t *testing.T) {
	_, err := Load(files("peer: x\n", "pear: y\n", "peer: pion\nexpectations:\n  - check: CAND-001"+evidence), known, roster)
	if err == nil {
		t.Fatal("got no error")
	}
	for _, want := range []string{"a.yaml:1: peer", "a.yaml:1: no expectations", "b.yaml:1: unknown key"} {
		if !strings.Contains(err.Error(), want) {
			t.Errorf("got\n%v\nwithout %q", err, want)
		}
	}
}

func TestLoadDir(t *testing.T) {
	dir := t.TempDir()
	if _, err := LoadDir(filepath.Join(dir, "nowhere"), nil, nil); err == nil || !strings.Contains(err.Error(), "nowhere") {
		t.Errorf("a missing directory: got %v", err)
	}
	if _, err := LoadDir(dir, nil, nil); err == nil || !strings.Contains(err.Error(), "no *.yaml file in") {
		t.Errorf("an empty directory: got %v", err)
	}
	file := filepath.Join(dir, "pion.yaml")
	if err := os.WriteFile(file, []byte("peer: pion\nexpectations:\n  - check: CAND-777\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := LoadDir(file, nil, nil); err == nil || !strings.Contains(err.Error(), "got a file") {
		t.Errorf("a file: got %v", err)
	}
	_, err := LoadDir(dir, known, roster)
	if want := filepath.ToSlash(file) + `:3: check "CAND-777" does not exist`; err == nil || !strings.Contains(err.Error(), want) {
		t.Errorf("got %v, want %s", err, want)
	}
}
