package evidence

import (
	"slices"
	"strings"
	"testing"

	"github.com/webrtc-rink/rink/harness/check"
	"github.com/webrtc-rink/rink/harness/report"
)

func TestEveryCheckOfCandidatesSaysWhichFieldsItJudges(t *testing.T) {
	known := map[string]bool{}
	for _, q := range check.Requirements() {
		known[q.ID] = true
		of := strings.HasPrefix(q.ID, "CAND-") || strings.HasPrefix(q.ID, "GRAM-")
		if _, ok := judged[q.ID]; of && !ok {
			t.Errorf("%s (%s) judges candidates, and the table does not say which fields", q.ID, q.Title)
		}
	}
	for id, fields := range judged {
		if !known[id] {
			t.Errorf("%s is in the table, and no requirement", id)
		}
		for _, f := range fields {
			if f != FieldRow && !slices.Contains(Fields(), f) {
				t.Errorf("%s judges %q, which is no column", id, f)
			}
		}
	}
}

func TestAFindingOfAttributesMarksTheColumnThatItNames(t *testing.T) {
	for got, want := range map[string]Field{
		"another address than in the string":     FieldAddress,
		"another relatedPort than in the string": FieldRelated,
		"another tcpType than in the string":     FieldProtocol,
		"something else":                         FieldRow,
	} {
		m := Mark{Check: "CAND-012", finding: report.Finding{Got: got}}
		if fields := m.fields(); len(fields) != 1 || fields[0] != want {
			t.Errorf("%s: got %q, want %q", got, fields, want)
		}
	}
	if fields := (Mark{Check: "STATE-005"}).fields(); len(fields) != 1 || fields[0] != FieldRow {
		t.Errorf("a check of something else marks %q, want the whole row", fields)
	}
}

func TestLinesThatAFindingQuotesAreMarked(t *testing.T) {
	for _, tc := range []struct {
		got, line string
		want      bool
	}{
		{"a=setup:active", "a=setup:active", true},
		{"a=setup:active", "a=setup:actpass", false},
		{"a=ice-ufrag, a=ice-pwd", "a=ice-pwd:abc", true},
		{"a=ice-ufrag, a=ice-pwd", "a=ice-pwdx:abc", false},
		{"a=rtcp:9 IN IP4 0.0.0.0", "a=rtcp:9 IN IP4 0.0.0.0", true},
		{"no a=tls-id", "a=tls-id:1", false},
		{"port 9, no bundle-only", "m=audio 9 UDP/TLS/RTP/SAVPF 0", true},
		{"port 9, no bundle-only", "m=audio 90 UDP/TLS/RTP/SAVPF 0", false},
		{"port 9, c=IN IP4 0.0.0.0", "c=IN IP4 0.0.0.0", true},
	} {
		if got := saysLine(tc.got, tc.line); got != tc.want {
			t.Errorf("%q in %q: got %v", tc.got, tc.line, got)
		}
	}
}

func TestATextIsSplitIntoItsSectionsWhateverItIs(t *testing.T) {
	text := textOf("v=0\r\na=group:BUNDLE a b\r\nm=audio 9 UDP/TLS/RTP/SAVPF 0\r\na=mid:a\r\nm=application 9 X y\nno line", []Mark{
		{Check: "SDP-005", finding: report.Finding{Object: "offer, section 1 (application)", Got: "no trickle"}},
		{Check: "SDP-012", finding: report.Finding{Object: "offer, section 0 (audio)", Got: "a=mid:a"}},
	})
	if len(text.Sections) != 3 {
		t.Fatalf("got %d sections", len(text.Sections))
	}
	names := []string{text.Sections[0].Name, text.Sections[1].Name, text.Sections[2].Name}
	if want := []string{"session", "0 audio, mid a", "1 application"}; !slices.Equal(names, want) {
		t.Errorf("got %q, want %q", names, want)
	}
	if s := text.Sections[2]; len(s.Marks) != 1 || !s.Marked() || s.Lines[1].Text != "no line" {
		t.Errorf("the section that was named: %+v", s)
	}
	if s := text.Sections[1]; len(s.Marks) != 0 || len(s.Lines[1].Marks) != 1 || text.Sections[0].Marked() {
		t.Errorf("the line that was quoted: %+v", s)
	}
	if got := textOf("garbage", nil); len(got.Sections) != 1 || got.Sections[0].Lines[0].Text != "garbage" {
		t.Errorf("what is no description is not shown: %+v", got)
	}
}
