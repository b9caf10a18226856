package html

import (
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
)

var (
	selectors = regexp.MustCompile(`([^{}]*)\{`)
	class     = regexp.MustCompile(`\.([a-zA-Z][\w-]*)`)
	given     = regexp.MustCompile(`class="([^"]*)"`)
	literal   = regexp.MustCompile(`"[^"\n]*"`)
	action    = regexp.MustCompile(`\{\{[^}]*\}\}`)
)

// styled are the classes that sheets have rules for.
func styled(t *testing.T, names ...string) []string {
	t.Helper()
	var all []string
	for _, m := range selectors.FindAllStringSubmatch(joined(names...), -1) {
		for _, c := range class.FindAllStringSubmatch(m[1], -1) {
			all = append(all, c[1])
		}
	}
	if len(all) == 0 {
		t.Fatalf("%v style no class", names)
	}
	slices.Sort(all)
	return slices.Compact(all)
}

// sources are the files that match, one after the other, without tests.
func sources(t *testing.T, patterns ...string) string {
	t.Helper()
	var b strings.Builder
	for _, p := range patterns {
		paths, err := filepath.Glob(p)
		if err != nil || len(paths) == 0 {
			t.Fatalf("%s: %d files (%v)", p, len(paths), err)
		}
		for _, path := range paths {
			if strings.HasSuffix(path, "_test.go") {
				continue
			}
			data, err := os.ReadFile(path)
			if err != nil {
				t.Fatal(err)
			}
			b.Write(data)
		}
	}
	return b.String()
}

func TestEveryRuleOfTheStyleIsOfSomethingOnAPage(t *testing.T) {
	var said []string
	for _, m := range given.FindAllStringSubmatch(sources(t, "*.tmpl"), -1) {
		said = append(said, m[1])
	}
	said = append(said, literal.FindAllString(sources(t, "*.go", "*.js", "../../check/outcome.go"), -1)...)
	pages := strings.Join(said, "\n")
	for _, c := range styled(t, "page.css", "report.css", "session.css", "sdp.css", "theme.css") {
		named := strings.TrimPrefix(c, "c-") // cards have the outcome in their class
		if !regexp.MustCompile(`(^|[^\w-])` + regexp.QuoteMeta(named) + `([^\w-]|$)`).MatchString(pages) {
			t.Errorf("nothing has the class %s", c)
		}
	}
}

func TestAPageOfASessionHasTheStyleOfAllThatItShows(t *testing.T) {
	has := styled(t, "page.css", "session.css", "sdp.css", "theme.css")
	var missing []string
	elsewhere := styled(t, "report.css")
	for _, m := range given.FindAllStringSubmatch(sources(t, "session*.tmpl", "session*.go", "sdp.go"), -1) {
		for c := range strings.FieldsSeq(action.ReplaceAllString(m[1], " ")) {
			if slices.Contains(elsewhere, c) && !slices.Contains(has, c) {
				missing = append(missing, c)
			}
		}
	}
	if len(missing) > 0 {
		t.Errorf("report.css alone styles %v", missing)
	}
}
