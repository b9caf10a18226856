package sdpdiff

import (
	"os"
	"path/filepath"
	"testing"
)

// fixtures are the descriptions of pion and Chromium, and the broken ones.
func fixtures(t testing.TB) map[string]string {
	t.Helper()
	paths, err := filepath.Glob("../../../fixtures/sdp/*.sdp")
	if err != nil || len(paths) < 20 {
		t.Fatalf("got %d fixtures, %v", len(paths), err)
	}
	texts := map[string]string{}
	for _, path := range paths {
		data, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		texts[filepath.Base(path)] = string(data)
	}
	return texts
}

// allSame reports a row of a text with itself that is not the same.
func allSame(d Diff) (Row, bool) {
	for _, s := range d.Sections() {
		if s.Class != Same {
			return Row{Key: s.Title, Class: s.Class, Note: s.Note}, false
		}
		for _, r := range s.Rows {
			if r.Class != Same || r.A != r.B {
				return r, false
			}
		}
	}
	for _, l := range d.Lines {
		if l.Class != Same {
			return Row{Key: l.Text, Class: l.Class}, false
		}
	}
	return Row{}, true
}

func TestADescriptionIsTheSameAsItself(t *testing.T) {
	for name, text := range fixtures(t) {
		for _, d := range []Diff{Versions(text, text), Copies(text, text)} {
			if r, same := allSame(d); !same {
				t.Errorf("%s, %s: got %+v", name, d.Mode, r)
			}
		}
	}
}

func FuzzDiff(f *testing.F) {
	var last string
	for _, text := range fixtures(f) {
		f.Add(text, last)
		last = text
	}
	f.Add(offer, answer)
	f.Fuzz(func(t *testing.T, a, b string) {
		for _, compare := range []func(a, b string) Diff{OfferAnswer, Versions, Copies} {
			d := compare(a, b)
			bounded(t, d)
			if len(d.Text(true)) > 1000*(len(a)+len(b)+1000) {
				t.Errorf("%d bytes of text", len(d.Text(true)))
			}
			_ = d.Summary()
		}
		for _, d := range []Diff{Versions(a, a), Copies(a, a)} {
			if r, same := allSame(d); !same {
				t.Errorf("%s with itself: got %+v", d.Mode, r)
			}
		}
	})
}

func bounded(t *testing.T, d Diff) {
	t.Helper()
	if len(d.Media) > MaxSections || len(d.Lines) > 2*MaxLines {
		t.Errorf("got %d sections, %d lines", len(d.Media), len(d.Lines))
	}
	for _, s := range d.Sections() {
		if len(s.Rows) > MaxRows {
			t.Errorf("%s: got %d rows", s.Title, len(s.Rows))
		}
		for _, r := range s.Rows {
			if max(len(r.Key), len(r.A), len(r.B), len(r.Note)) > 4*maxValue {
				t.Errorf("%s: got a row of %d, %d, %d and %d bytes", s.Title, len(r.Key), len(r.A), len(r.B), len(r.Note))
			}
			if r.LineA == 0 && r.LineB == 0 && r.Class != Order && r.Key != directionKey {
				t.Errorf("%s: %+v is in no line", s.Title, r)
			}
		}
	}
}
