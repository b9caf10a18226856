package report_test

import (
	"bytes"
	"encoding/json"
	"encoding/xml"
	"errors"
	"fmt"
	stdhtml "html"
	"io"
	"regexp"
	"slices"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"

	"github.com/webrtc-rink/rink/harness/check"
	"github.com/webrtc-rink/rink/harness/report"
	"github.com/webrtc-rink/rink/harness/report/badge"
	"github.com/webrtc-rink/rink/harness/report/evidence"
	"github.com/webrtc-rink/rink/harness/report/github"
	"github.com/webrtc-rink/rink/harness/report/html"
	"github.com/webrtc-rink/rink/harness/report/junit"
	"github.com/webrtc-rink/rink/harness/report/markdown"
	"github.com/webrtc-rink/rink/harness/report/schema"
)

// against runs a test with each hostile string in every place of a report.
func against(t *testing.T, test func(t *testing.T, r *report.Report, s string)) {
	t.Helper()
	for name, s := range hostile {
		t.Run(name, func(t *testing.T) { test(t, filled(s), s) })
	}
	t.Run("outcomes and results of sessions that nobody knows", func(t *testing.T) {
		const s = `"><img src=x>`
		r := filled(s)
		r.Checks[0].Level, r.Results[0].Outcome, r.Results[0].Role, r.Sessions[0].Result = s, s, s, s
		test(t, r, s)
	})
}

func TestHostileStringsSurviveInTheJSON(t *testing.T) {
	against(t, func(t *testing.T, r *report.Report, s string) {
		data := encode(t, r)
		if !json.Valid(data) || !utf8.Valid(data) {
			t.Fatalf("no JSON: %s", data)
		}
		again, err := report.Decode(data)
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(texts(report.Safe(r)), texts(again)); diff != "" {
			t.Errorf("(-written +read):\n%s", diff)
		}
		if got := encode(t, again); !bytes.Equal(got, data) {
			t.Error("a second writing gives other bytes")
		}
		if err := schema.Validate(data); err != nil && r.Checks[0].Level == check.Must {
			t.Errorf("not valid: %v", err)
		}
		if got, want := again.Results[0].Findings[0].Got, safe(s); got != want {
			t.Errorf("got %q, want %q", got, want)
		}
	})
}

var (
	handlers = regexp.MustCompile(`(?i)\son\w+`)
	tags     = regexp.MustCompile(`<[a-zA-Z/!][^>]*>`)
	values   = regexp.MustCompile(`="[^"]*"`)
	hrefs    = regexp.MustCompile(` href="([^"]*)"`)
	address  = regexp.MustCompile(`^(https?://|#|data:,$)`)
)

// pages are report.html and those beside it.
var pages = map[string]func(r *report.Report) ([]byte, error){
	"report": func(r *report.Report) ([]byte, error) {
		s := &r.Sessions[0]
		return html.Beside{Evidence: map[string]evidence.Session{s.ID: evidence.Of(r, s, nil, nil)}, Pages: map[string]bool{s.ID: true}}.Render(r)
	},
	"pair": func(r *report.Report) ([]byte, error) {
		s := &r.Sessions[0]
		return html.Beside{Pages: map[string]bool{}, Missing: map[string]string{s.ID: s.Reason}}.RenderPair(r, s.Pair)
	},
	"session": func(r *report.Report) ([]byte, error) {
		return html.RenderSession(r, evidence.Of(r, &r.Sessions[0], nil, nil))
	},
}

// structure is a page's tags with the names of their attributes. Every value is
// quoted and has no bare quote or bracket, or the structure would be another one.
func structure(page []byte) []string {
	all := tags.FindAllString(string(page), -1)
	for i := range all {
		all[i] = values.ReplaceAllString(all[i], "")
	}
	return all
}

func TestHostileStringsAreNothingButTextInTheHTML(t *testing.T) {
	for name, render := range pages {
		t.Run(name, func(t *testing.T) {
			text(t, func(t *testing.T, r *report.Report) []byte {
				t.Helper()
				data, err := render(report.Safe(r))
				if err != nil {
					t.Fatal(err)
				}
				return data
			})
		})
	}
}

// text fails unless what is hostile is text in a page.
func text(t *testing.T, page func(t *testing.T, r *report.Report) []byte) {
	t.Helper()
	want := structure(page(t, filled("harmless")))
	against(t, func(t *testing.T, r *report.Report, s string) {
		data := page(t, r)
		if !utf8.Valid(data) {
			t.Fatal("no valid UTF-8")
		}
		if s := r.Results[0].Outcome; slices.Contains(check.Outcomes(), s) {
			if diff := cmp.Diff(want, structure(data)); diff != "" {
				t.Errorf("the page has another structure (-want +got):\n%s", diff)
			}
		}
		text := tags.ReplaceAllString(string(data), "")
		escaped := strings.NewReplacer("+", "&#43;", "\x00", "\ufffd").Replace(stdhtml.EscapeString(safe(s)))
		if !strings.Contains(text, escaped) {
			t.Errorf("the page does not show %.200q", escaped)
		}
		for _, bad := range []string{"<img", "<svg onload", "<!--", "\x00", "\x1b", "\u202e"} {
			if strings.Contains(string(data), bad) {
				t.Errorf("the page has %q", bad)
			}
		}
		for _, tag := range tags.FindAllString(string(data), -1) {
			if bare := values.ReplaceAllString(tag, ""); handlers.MatchString(bare) {
				t.Errorf("a tag has a handler: %s", tag)
			}
		}
		for _, href := range hrefs.FindAllSubmatch(data, -1) {
			to := stdhtml.UnescapeString(string(href[1]))
			if scheme, _, ok := strings.Cut(to, ":"); ok && !strings.ContainsAny(scheme, "/#?") && !address.MatchString(to) {
				t.Errorf("a link goes to %.100q", to)
			}
		}
	})
}

func TestHostileStringsLeaveTheJUnitFileWellFormed(t *testing.T) {
	want := elements(t, filled("harmless"))
	against(t, func(t *testing.T, r *report.Report, s string) {
		if diff := cmp.Diff(want, elements(t, r)); diff != "" {
			t.Errorf("the file has another structure (-want +got):\n%s", diff)
		}
		data, err := junit.Render(r)
		if err != nil {
			t.Fatal(err)
		}
		var file struct {
			Suites []struct {
				Name string `xml:"name,attr"`
			} `xml:"testsuite"`
		}
		if err := xml.Unmarshal(data, &file); err != nil {
			t.Fatal(err)
		}
		if got, want := file.Suites[0].Name, safe(s)+"->"+safe(s); got != want {
			t.Errorf("got suite %.200q, want %.200q", got, want)
		}
	})
}

// elements are the names of the elements of junit.xml, which must be well-formed.
func elements(t *testing.T, r *report.Report) []string {
	t.Helper()
	data, err := junit.Render(r)
	if err != nil {
		t.Fatal(err)
	}
	if !utf8.Valid(data) {
		t.Fatal("no valid UTF-8")
	}
	var names []string
	for d := xml.NewDecoder(bytes.NewReader(data)); ; {
		token, err := d.Token()
		if errors.Is(err, io.EOF) {
			return names
		}
		if err != nil {
			t.Fatalf("not well-formed: %v", err)
		}
		if start, ok := token.(xml.StartElement); ok {
			names = append(names, start.Name.Local)
		}
	}
}

var (
	escape = regexp.MustCompile(`\\[^\n]`)
	// inert is what Markdown takes literally: an escaped character, a span of code.
	inert = regexp.MustCompile("\\\\[^\n]|`[^`\n]*`")
	// folds are those that the summary makes itself.
	folds = regexp.MustCompile(`(?m)^<details><summary>(Known deviations|Requirements|Graded on one side alone): \d+( requirements?)?</summary>$`)
)

func TestHostileStringsBreakNoLineOfTheSummary(t *testing.T) {
	shape := func(r *report.Report) []string {
		data := markdown.Render(r)
		if len(data) > markdown.Limit || !utf8.Valid(data) {
			t.Errorf("%d bytes, valid: %v", len(data), utf8.Valid(data))
		}
		var lines []string
		for line := range strings.Lines(string(data)) {
			cells := strings.Count(escape.ReplaceAllString(line, ""), "|") // also in code, as GitHub splits rows
			links := strings.Count(inert.ReplaceAllString(line, ""), "](")
			lines = append(lines, fmt.Sprintf("%q %d cells, %d links", line[:min(len(line), 2)], cells, links))
		}
		return lines
	}
	want := shape(filled("harmless"))
	against(t, func(t *testing.T, r *report.Report, _ string) {
		if r.Checks[0].Level == check.Must {
			if diff := cmp.Diff(want, shape(r)); diff != "" {
				t.Errorf("the summary has other lines (-want +got):\n%s", diff)
			}
		}
		text := inert.ReplaceAllString(folds.ReplaceAllString(string(markdown.Render(r)), ""), "")
		for _, bad := range []string{"`", "<img", "<svg", "<script", "<details", "@oct", "@org", "](javascript:", "](data:", "\x1b", "\u202e"} {
			if strings.Contains(text, bad) {
				t.Errorf("the summary has %q", bad)
			}
		}
	})
}

func TestHostileStringsAreOneAnnotationEach(t *testing.T) {
	count := func(r *report.Report) int {
		lines := strings.Split(strings.TrimSuffix(github.Annotations(r), "\n"), "\n")
		for _, line := range lines {
			if !strings.HasPrefix(line, "::error title=") || strings.ContainsAny(line, "\r\x00\x1b") {
				t.Errorf("no annotation: %.200q", line)
			}
			// A property ends at a comma or at the colons before the text.
			if title, _, ok := strings.Cut(line[len("::error title="):], "::"); !ok || strings.ContainsAny(title, ":,") {
				t.Errorf("the title is not escaped: %.200q", line)
			}
		}
		if len(lines) > 10 {
			t.Errorf("got %d annotations", len(lines))
		}
		return len(lines)
	}
	want := count(filled("harmless"))
	against(t, func(t *testing.T, r *report.Report, _ string) {
		if got := count(r); got != want && r.Checks[0].Level == check.Must {
			t.Errorf("got %d annotations, want %d", got, want)
		}
	})
}

func TestHostileStringsAreNotInTheBadge(t *testing.T) {
	want, err := badge.Render(filled("harmless"))
	if err != nil {
		t.Fatal(err)
	}
	against(t, func(t *testing.T, r *report.Report, _ string) {
		got, err := badge.Render(r)
		if err != nil || !json.Valid(got) {
			t.Fatalf("got %s and %v", got, err)
		}
		if diff := cmp.Diff(string(want), string(got)); diff != "" {
			t.Errorf("(-want +got):\n%s", diff)
		}
	})
}
