package compare

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"unicode"

	"github.com/webrtc-rink/rink/harness/check"
	"github.com/webrtc-rink/rink/harness/report"
	"github.com/webrtc-rink/rink/harness/report/baseline"
	"github.com/webrtc-rink/rink/harness/trace"
)

func TestFilesThatAreNoReportSayWhatTheyAre(t *testing.T) {
	dir := t.TempDir()
	for name, tc := range map[string]struct{ content, want string }{
		"no JSON":                  {"<html>", "no report: want the report.json of a run, or a baseline"},
		"empty":                    {"", "no report: want"},
		"a list":                   {"[1, 2]", "no report: want"},
		"no schema":                {"{}", `it has no member "schema"`},
		"a trace":                  {`{"schema": "rink.trace/v1"}`, `got "rink.trace/v1", want "rink.report/v1" or "rink.baseline/v2"`},
		"a comparison":             {`{"schema": "rink.diff/v1"}`, `got "rink.diff/v1"`},
		"a newer report":           {`{"schema": "rink.report/v2"}`, `got "rink.report/v2", want "rink.report/v1": another version of Rink`},
		"a newer baseline":         {`{"schema": "rink.baseline/v7"}`, `got "rink.baseline/v7", want "rink.baseline/v2"`},
		"results of another shape": {`{"schema": "rink.report/v1", "results": {"a": 1}}`, "no report: json"},
		"a baseline of no runs":    {`{"schema": "rink.baseline/v2"}`, "runs: got 0"},
	} {
		t.Run(name, func(t *testing.T) {
			path := filepath.Join(dir, "a.json")
			if err := os.WriteFile(path, []byte(tc.content), 0o600); err != nil {
				t.Fatal(err)
			}
			_, err := Read(path)
			if err == nil || !strings.Contains(err.Error(), tc.want) || !strings.HasPrefix(err.Error(), path) {
				t.Errorf("got %v, want the path and %q", err, tc.want)
			}
		})
	}
	if _, err := Read(filepath.Join(dir, "none")); err == nil || !strings.Contains(err.Error(), "none") {
		t.Errorf("no such file: got %v", err)
	}
}

func TestABaselineComparesAsTheRunsThatItHolds(t *testing.T) {
	from := several(oldPion, "ppp")
	b, err := baseline.Of(from)
	if err != nil {
		t.Fatal(err)
	}
	data, err := b.Encode()
	if err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(t.TempDir(), "pion.json")
	if err := os.WriteFile(path, data, 0o600); err != nil {
		t.Fatal(err)
	}
	read, err := Read(path)
	if err != nil {
		t.Fatal(err)
	}
	for letters, want := range map[string][]string{
		"ppp": {},
		"fff": {"regressed CAND-002 pion"},
		"xxx": {"regressed session pion"},
	} {
		same(t, letters, short(compared(t, []report.Report{*read}, several(newPion, letters))), want)
	}
}

func TestHostileReportsAreComparedAndStayText(t *testing.T) {
	hostile := one(newPion, "fail", "\x1b[31m\u202e | `x` <script>\n# title")
	hostile.Run.Filter, hostile.Run.ID = "\x1b[2J", "\x00"
	hostile.Results[0].Reason = "\x1b"
	hostile.Results = append(hostile.Results,
		report.Result{Check: "\u202e", Outcome: "splendid", Role: "bystander", Session: "nowhere"},
		report.Result{Check: SessionCheck, Outcome: check.Fail, Role: trace.Offerer},
	)
	hostile.Sessions = append(hostile.Sessions, report.Session{Result: "won", Side: "nobody", DurationMs: -1e300})
	d := compared(t, several(oldPion, "p"), []report.Report{hostile})
	var text strings.Builder
	if err := d.WriteText(&text); err != nil {
		t.Fatal(err)
	}
	for _, s := range []string{text.String(), string(d.Markdown())} {
		if i := strings.IndexFunc(s, func(r rune) bool { return unicode.IsControl(r) && r != '\n' || unicode.Is(unicode.Bidi_Control, r) }); i >= 0 {
			t.Errorf("got a control character at %d of %q", i, s)
		}
	}
	if strings.Contains(string(d.Markdown()), "<script") || strings.Contains(string(d.Markdown()), "\n# title") {
		t.Errorf("got %s", d.Markdown())
	}
	if len(d.Regressed) != 1 || d.Regressed[0].Check != "CAND-002" {
		t.Errorf("got %v, want CAND-002 regressed", short(d))
	}
}
