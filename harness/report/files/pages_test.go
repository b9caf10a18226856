package files

import (
	"errors"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/webrtc-rink/rink/harness/check"
	"github.com/webrtc-rink/rink/harness/report"
	"github.com/webrtc-rink/rink/harness/report/evidence/evidencetest"
	"github.com/webrtc-rink/rink/harness/report/html"
)

// Recorded sessions; nothing is expected, so that what deviates is red.
const (
	red   = "pion_chrome_api-states"
	other = "chrome_pion_trickle-full"
	green = "chrome_pion_close-alone"
)

// recorded is the report of these sessions, whose traces are below dir. What is red
// in the last one passes.
func recorded(t *testing.T, dir string) *report.Report {
	t.Helper()
	var r *report.Report
	for _, name := range []string{red, other, green} {
		path := filepath.Join("../../../fixtures/traces", name+".jsonl.gz")
		one, s, _ := evidencetest.Graded(t, path)
		s.Trace = "traces/" + name + ".jsonl.gz"
		data, err := os.ReadFile(path)
		if err == nil {
			err = os.MkdirAll(filepath.Join(dir, "traces"), 0o755)
		}
		if err == nil {
			err = os.WriteFile(filepath.Join(dir, s.Trace), data, 0o644)
		}
		if err != nil {
			t.Fatal(err)
		}
		if s.ID != name {
			t.Fatalf("%s has the id %s", path, s.ID)
		}
		for i := range one.Results {
			if res := &one.Results[i]; name == green && res.Outcome == check.Fail {
				res.Outcome, res.Findings = check.Pass, nil
			}
		}
		if r == nil {
			r = one
			continue
		}
		r.Sessions, r.Results = append(r.Sessions, one.Sessions...), append(r.Results, one.Results...)
	}
	r.Summary = report.Summarize(r)
	return r
}

func sessionPages(t *testing.T, dir string) []string {
	t.Helper()
	if _, err := os.Stat(filepath.Join(dir, "sessions")); errors.Is(err, os.ErrNotExist) {
		return nil
	}
	return names(t, filepath.Join(dir, "sessions"))
}

func readPage(t *testing.T, dir, name string) string {
	t.Helper()
	data, err := os.ReadFile(filepath.Join(dir, name))
	if err != nil {
		t.Fatal(err)
	}
	return string(data)
}

var fileLink = regexp.MustCompile(`href="((?:\.\./)?(?:pairs|sessions|traces|report\.html)[^"#]*)`)

// linked fails for links to files that are not there.
func linked(t *testing.T, dir string) {
	t.Helper()
	n := 0
	for name, text := range content(t, dir) {
		if !strings.HasSuffix(name, ".html") {
			continue
		}
		for _, m := range fileLink.FindAllStringSubmatch(text, -1) {
			n++
			if _, err := os.Stat(filepath.Join(dir, filepath.Dir(name), m[1])); err != nil {
				t.Errorf("%s: %s leads nowhere: %v", name, m[0], err)
			}
		}
	}
	if n == 0 {
		t.Error("no page has a link to another file")
	}
}

func TestEverySessionAndPairHasAPageBesideTheReport(t *testing.T) {
	dir := t.TempDir()
	if err := WriteAll(dir, recorded(t, dir)); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff([]string{green + ".html", other + ".html", red + ".html"}, sessionPages(t, dir)); diff != "" {
		t.Errorf("sessions (-want +got):\n%s", diff)
	}
	if diff := cmp.Diff([]string{"chrome--pion.html", "pion--chrome.html"}, names(t, filepath.Join(dir, "pairs"))); diff != "" {
		t.Errorf("pairs (-want +got):\n%s", diff)
	}
	linked(t, dir)
	page := readPage(t, dir, HTML)
	for id, inside := range map[string]bool{red: true, other: true, green: false} {
		if got := strings.Contains(page, `<summary>Evidence: `+strings.SplitN(id, "_", 3)[2]+","); got != inside {
			t.Errorf("%s: evidence inside the report: %v, want %v", id, got, inside)
		}
	}
	before := content(t, dir)
	if err := WriteAll(dir, recorded(t, dir)); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(before, content(t, dir)); diff != "" {
		t.Error("a second rendering gives other bytes")
	}
}

func TestATraceThatCannotBeShownIsSaidWithItsReason(t *testing.T) {
	for name, tc := range map[string]struct {
		spoil func(dir string, s *report.Session) error
		why   string
	}{
		"missing":  {func(dir string, s *report.Session) error { return os.Remove(filepath.Join(dir, s.Trace)) }, "the trace is missing"},
		"not kept": {func(_ string, s *report.Session) error { s.Trace = ""; return nil }, "no trace was kept"},
		"broken": {func(dir string, s *report.Session) error {
			return os.WriteFile(filepath.Join(dir, s.Trace), []byte("{}\n[]\n"), 0o644)
		}, "the trace cannot be read: traces/" + red + ".jsonl.gz:2: no trace record"},
		"elsewhere": {func(_ string, s *report.Session) error { s.Trace = "../../etc/passwd"; return nil }, "the trace is said to be outside of the report"},
		"absolute":  {func(_ string, s *report.Session) error { s.Trace = "/etc/passwd"; return nil }, "the trace is said to be outside of the report"},
		"a folder": {func(dir string, s *report.Session) error {
			path := filepath.Join(dir, s.Trace)
			return errors.Join(os.Remove(path), os.Mkdir(path, 0o755))
		}, "the trace cannot be read: it is no file"},
	} {
		t.Run(name, func(t *testing.T) {
			dir := t.TempDir()
			r := recorded(t, dir)
			if err := tc.spoil(dir, &r.Sessions[0]); err != nil {
				t.Fatal(err)
			}
			if err := WriteAll(dir, r); err != nil {
				t.Fatalf("that is no error of the report: %v", err)
			}
			if slices.Contains(sessionPages(t, dir), red+".html") {
				t.Error("it has a page")
			}
			pair, page := readPage(t, dir, "pairs/pion--chrome.html"), readPage(t, dir, HTML)
			if !strings.Contains(pair, "1 session without a page: ") || !strings.Contains(pair, tc.why) || !strings.Contains(page, "No page: "+tc.why) {
				t.Errorf("the pages do not say %q", tc.why)
			}
			for _, text := range []string{pair, page} {
				if strings.Contains(text, dir) || strings.Contains(text, `href="/etc`) || strings.Contains(text, `etc/passwd"`) {
					t.Error("a page tells where the folder is, or leads out of it")
				}
			}
		})
	}
}

func TestPagesOverTheBudgetAreLeftOutRedOnesLast(t *testing.T) {
	dir := t.TempDir()
	r := recorded(t, dir)
	slices.Reverse(r.Sessions) // the green one first
	if err := WriteAll(dir, r); err != nil {
		t.Fatal(err)
	}
	size := 0
	for _, name := range []string{red, other} {
		size += len(readPage(t, dir, "sessions/"+name+".html"))
	}
	if err := (Options{PagesBytes: size}).WriteAll(dir, r); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff([]string{other + ".html", red + ".html"}, sessionPages(t, dir)); diff != "" {
		t.Errorf("sessions, also those of the rendering before (-want +got):\n%s", diff)
	}
	pair := readPage(t, dir, "pairs/chrome--pion.html")
	for _, part := range []string{"The evidence of 1 session has no page here", "rink check TRACE --html FILE", `href="../traces/` + green + `.jsonl.gz"`} {
		if !strings.Contains(pair, part) {
			t.Errorf("the page of the pair does not have %q", part)
		}
	}
	linked(t, dir)
	if err := (Options{PagesBytes: 1}).WriteAll(dir, r); err != nil {
		t.Fatal(err)
	}
	if got := sessionPages(t, dir); got != nil {
		t.Errorf("without a budget there are %q", got)
	}
}

func TestPagesOfAnEarlierRenderingGoAndNothingElseDoes(t *testing.T) {
	dir := t.TempDir()
	for _, name := range []string{"sessions/gone.html", "pairs/a--b.html", "pairs/notes.txt"} {
		path := filepath.Join(dir, name)
		if err := errors.Join(os.MkdirAll(filepath.Dir(path), 0o755), os.WriteFile(path, []byte("x"), 0o644)); err != nil {
			t.Fatal(err)
		}
	}
	if err := WriteAll(dir, rich(t)); err != nil { // its traces are missing
		t.Fatal(err)
	}
	if diff := cmp.Diff([]string{"chrome--pion.html", "notes.txt", "pion--chrome.html"}, names(t, filepath.Join(dir, "pairs"))); diff != "" {
		t.Errorf("pairs (-want +got):\n%s", diff)
	}
	if got := sessionPages(t, dir); got != nil {
		t.Errorf("sessions: got %q", got)
	}
}

func TestNoPageIsWrittenOrRemovedThroughALinkOutOfTheFolder(t *testing.T) {
	for _, folder := range pageDirs() {
		dir, outside := t.TempDir(), t.TempDir()
		kept := filepath.Join(outside, "kept.html")
		if err := errors.Join(os.WriteFile(kept, []byte("mine"), 0o644), os.Symlink(outside, filepath.Join(dir, folder))); err != nil {
			t.Fatal(err)
		}
		if err := WriteAll(dir, recorded(t, dir)); err == nil || !strings.Contains(err.Error(), folder) {
			t.Errorf("%s: got %v, want that it leads out", folder, err)
		}
		if diff := cmp.Diff([]string{"kept.html"}, names(t, outside)); diff != "" {
			t.Errorf("%s (-want +got):\n%s", folder, diff)
		}
		if len(readPage(t, dir, HTML)) == 0 {
			t.Error("the report is not there")
		}
	}
}

func TestTheEvidenceHasTheSameSessionOfTheBaseline(t *testing.T) {
	dir, base := t.TempDir(), t.TempDir()
	r := recorded(t, dir)
	if err := WriteAll(base, recorded(t, base)); err != nil {
		t.Fatal(err)
	}
	baseline := func(dirs ...string) Options {
		var reports []report.Report
		for _, dir := range dirs {
			_, file := Locate(dir)
			one, err := report.Read(file)
			if err != nil {
				one = &report.Report{} // a run without sessions
			}
			reports = append(reports, *one)
		}
		return Options{Baseline: Baselines(dirs, reports)}
	}
	w := &writer{dir: dir, report: r, before: baseline(t.TempDir(), base).before(r)}
	compared := func(m made) int {
		n := 0
		for _, x := range m.evidence.Exchanges {
			if x.Offer.Before != nil {
				n++
			}
		}
		return n
	}
	if m := w.make(&r.Sessions[1]); compared(m) == 0 || m.why != "" {
		t.Errorf("got %d offers beside the baseline's, %s", compared(m), m.why)
	}
	old := *r
	old.Peers, old.Sessions = slices.Clone(r.Peers), slices.Clone(r.Sessions)
	for i := range old.Peers {
		if old.Peers[i].ID == "pion" {
			old.Peers[i].ID = "pion@v3.2.40"
		}
	}
	for i := range old.Sessions {
		old.Sessions[i].Pair.Offerer = strings.Replace(old.Sessions[i].Pair.Offerer, "pion", "pion@v3.2.40", 1)
		old.Sessions[i].Pair.Answerer = strings.Replace(old.Sessions[i].Pair.Answerer, "pion", "pion@v3.2.40", 1)
	}
	if err := WriteAll(base, &old); err != nil {
		t.Fatal(err)
	}
	w.before = baseline(filepath.Join(base, JSON)).before(r)
	if m := w.make(&r.Sessions[1]); compared(m) == 0 {
		t.Errorf("of another version: got no offer beside the baseline's, of %v", w.before)
	}
	w.before = baseline(t.TempDir()).before(r)
	if m := w.make(&r.Sessions[1]); compared(m) != 0 || m.why != "" || len(m.page) == 0 {
		t.Errorf("without a baseline: %d offers, %d bytes, %s", compared(m), len(m.page), m.why)
	}
}

func TestTwoSessionsOfOneNameDoNotShareAPage(t *testing.T) {
	dir := t.TempDir()
	r := recorded(t, dir)
	r.Sessions[1].ID = strings.ToUpper(r.Sessions[0].ID)
	if a, b := html.SessionFile(&r.Sessions[0]), html.SessionFile(&r.Sessions[1]); strings.EqualFold(a, b) {
		t.Errorf("%s and %s are one file where capital letters do not count", a, b)
	}
	r.Sessions[1].ID = r.Sessions[0].ID
	if err := WriteAll(dir, r); err != nil {
		t.Fatal(err)
	}
	if got := len(sessionPages(t, dir)); got != 2 {
		t.Errorf("got %d pages", got)
	}
}
