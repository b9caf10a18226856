package wire

import (
	"reflect"
	"regexp"
	"testing"
)

func FuzzParseCandidate(f *testing.F) {
	for _, text := range fixtures(f, "candidates/*valid-*.txt") {
		for _, line := range candidateLines(f, text) {
			f.Add(line)
		}
	}
	f.Fuzz(func(t *testing.T, s string) {
		c, err := ParseCandidate(s)
		if err != nil {
			if !reflect.DeepEqual(c, Candidate{}) {
				t.Errorf("%q: got %+v with %v, want nothing", s, c, err)
			}
			return
		}
		if err := inRange(c); err != "" {
			t.Errorf("%q: %s: %+v", s, err, c)
		}
		again, err := ParseCandidate(c.String())
		if err != nil || !reflect.DeepEqual(again, c) {
			t.Errorf("%q: again %+v, %v, want %+v", s, again, err, c)
		}
		if again.String() != c.String() {
			t.Errorf("%q: String() got %q, then %q", s, c, again)
		}
	})
}

// inRange names what a parsed candidate may not have.
func inRange(c Candidate) string {
	switch {
	case c.Component < 1 || c.Component > 256:
		return "component out of range"
	case c.Priority < 1 || c.Priority > maxPriority:
		return "priority out of range"
	case c.Port < 0 || c.Port > 65535 || c.RelatedPort < -1 || c.RelatedPort > 65535:
		return "port out of range"
	case c.Foundation == "" || c.Transport == "" || c.Address == "" || c.Type == "":
		return "field empty"
	case !c.HasRelated && (c.RelatedAddress != "" || c.RelatedPort != 0):
		return "related address without raddr and rport"
	}
	return ""
}

// zeroPadded finds m= lines whose numbers String writes without leading zeros.
var zeroPadded = regexp.MustCompile(`(?m)^m=\S* (0\d|\d+/0)`)

func FuzzParseDescription(f *testing.F) {
	for _, text := range fixtures(f, "sdp/*valid-*.sdp") {
		f.Add(text)
	}
	f.Add("v=0\nm=audio 00/01 RTP/AVP 0\nm=audio 9 RTP/AVP 0\na=candidate:only")
	f.Fuzz(func(t *testing.T, s string) {
		d, err := ParseDescription(s)
		if err != nil {
			if d != nil {
				t.Errorf("%q: got %v with %v, want nil", s, d, err)
			}
			return
		}
		if !zeroPadded.MatchString(s) && d.String() != withCRLF(s) {
			t.Errorf("String() got %q, want %q", d, withCRLF(s))
		}
		if again, err := ParseDescription(d.String()); err != nil || !reflect.DeepEqual(again, d) {
			t.Errorf("%q: again %v, %v", d, again, err)
		}
		if !reflect.DeepEqual(d.Clone(), d) {
			t.Errorf("%q: the clone differs", s)
		}
		d.RemoveCandidates()
		d.RenameMids(map[string]string{"0": "audio", "1": "0"})
		d.SetGroup("BUNDLE", d.Mids())
		if again, err := ParseDescription(d.String()); err != nil || again.String() != d.String() {
			t.Errorf("%q edited: again %v, %v", d, again, err)
		}
		for i, m := range d.Media {
			if len(m.Candidates()) > 0 || m.EndOfCandidates() {
				t.Errorf("%q: section %d still has candidates", s, i)
			}
		}
	})
}

func BenchmarkParseCandidate(b *testing.B) {
	const line = "candidate:1285727805 1 udp 1677729535 10.99.0.1 38805 typ srflx raddr 10.99.0.1 rport 38805 generation 0 ufrag vfeX network-cost 999"
	b.ReportAllocs()
	b.SetBytes(int64(len(line)))
	for b.Loop() {
		if _, err := ParseCandidate(line); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkParseDescription(b *testing.B) {
	text := fixtures(b, "sdp/valid-chromium-156-av-data-turn-offer.sdp")["valid-chromium-156-av-data-turn-offer"]
	b.ReportAllocs()
	b.SetBytes(int64(len(text)))
	for b.Loop() {
		if _, err := ParseDescription(text); err != nil {
			b.Fatal(err)
		}
	}
}
