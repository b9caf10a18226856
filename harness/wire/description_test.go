package wire

import (
	"errors"
	"reflect"
	"strings"
	"testing"
)

// invalidDescriptions has the error of every invalid description, without the
// text of the line; "" stands for an error that is not a SyntaxError.
var invalidDescriptions = map[string]string{
	"invalid-empty":                  `description: got nothing, want "v=0" first`,
	"invalid-no-version":             `1: version: got "o=- 1 1 IN IP4 0.0.0.0", want "v=0" first`,
	"invalid-version-1":              `1: version: got "v=1", want "v=0" first`,
	"invalid-media-first":            `1: version: got "m=audio 9 UDP/TLS/RTP/SAVPF 0", want "v=0" first`,
	"invalid-blank-line":             `3: line: got nothing, want a letter, then "="`,
	"invalid-space-before-equals":    `3: line: got "s =-", want a letter, then "="`,
	"invalid-no-equals":              `5: line: got "candidate:1 1 udp 1 192.0.2.1 9 typ host", want a letter, then "="`,
	"invalid-digit-type":             `2: line: got "1=x", want a letter, then "="`,
	"invalid-html":                   `1: line: got "<!doctype html>", want a letter, then "="`,
	"invalid-json":                   `1: line: got "{\"type\":\"offer\",\"sdp\":\"v=0\\r\\n\"}", want a letter, then "="`,
	"invalid-nul":                    `3: line: got "\x00", want no CR or NUL in it`,
	"invalid-stray-cr":               `3: line: got "\r", want no CR or NUL in it`,
	"invalid-cr-only":                `1: line: got "\r", want no CR or NUL in it`,
	"invalid-media-no-format":        `3: m= line: got "video 9 UDP/TLS/RTP/SAVPF", want media, port, proto and at least one format`,
	"invalid-media-trailing-space":   `3: format: got nothing, want a token`,
	"invalid-media-two-spaces":       `3: port: got nothing, want 0 to 65535`,
	"invalid-media-port-word":        `3: port: got "nine", want 0 to 65535`,
	"invalid-media-port-65536":       `3: port: got "65536", want 0 to 65535`,
	"invalid-media-port-negative":    `3: port: got "-1", want 0 to 65535`,
	"invalid-media-count-zero":       `3: port count: got "0", want 1 to 65535`,
	"invalid-media-count-empty":      `3: port count: got nothing, want 1 to 65535`,
	"invalid-media-kind-empty":       `3: media: got nothing, want a token`,
	"invalid-media-kind-slash":       `3: media: got "audio/opus", want a token`,
	"invalid-media-proto-empty-part": `3: proto: got "UDP//RTP", want tokens joined by "/"`,
	"invalid-media-format-comma":     `3: format: got "0,8", want a token`,
}

func TestInvalidDescriptionFixtures(t *testing.T) {
	got := fixtures(t, "sdp/invalid-*.sdp")
	for name, text := range got {
		d, err := ParseDescription(text)
		if err == nil || d != nil {
			t.Errorf("%s: got %v, %v, want no description and an error", name, d, err)
			continue
		}
		msg := err.Error()
		var syntax *SyntaxError
		if errors.As(err, &syntax) {
			short := *syntax
			short.Text = ""
			msg = strings.TrimPrefix(strings.Replace(short.Error(), ` "":`, ":", 1), "description line ")
			if line := strings.Split(text, "\n")[syntax.Line-1]; !strings.HasPrefix(line, syntax.Text) {
				t.Errorf("%s: error quotes %q, want line %d, %q", name, syntax.Text, syntax.Line, line)
			}
		}
		if msg != invalidDescriptions[name] {
			t.Errorf("%s:\n got %s\nwant %s", name, msg, invalidDescriptions[name])
		}
	}
	for name := range invalidDescriptions {
		if _, ok := got[name]; !ok {
			t.Errorf("%s: no such fixture", name)
		}
	}
}

func TestParseDescriptionLimits(t *testing.T) {
	const line = "a=x\r\n"
	fill := func(n int) string { return "v=0\r\n" + strings.Repeat(line, n-1) }
	if _, err := ParseDescription(fill(MaxDescriptionLines)); err != nil {
		t.Errorf("%d lines: %v", MaxDescriptionLines, err)
	}
	exact := "v=0\r\na=" + strings.Repeat("x", MaxDescriptionBytes-7)
	if d, err := ParseDescription(exact); err != nil || len(d.Session[1].Value) != MaxDescriptionBytes-7 {
		t.Errorf("%d bytes: %v", len(exact), err)
	}
	for text, want := range map[string]string{
		fill(MaxDescriptionLines + 1): "description: got more than 100000 lines",
		exact + "x":                   "description: got 4194305 bytes, want at most 4194304",
	} {
		if _, err := ParseDescription(text); err == nil || err.Error() != want {
			t.Errorf("got %.200v, want %s", err, want)
		}
	}
	_, err := ParseDescription("v=0\nm=" + strings.Repeat("/", 1<<20))
	if err == nil || len(err.Error()) > 1000 {
		t.Errorf("long line: got %.200v, want an error of at most 1000 bytes", err)
	}
}

// fixture parses a valid description by its name without extension.
func fixture(t testing.TB, name string) *Description {
	t.Helper()
	d, err := ParseDescription(fixtures(t, "sdp/"+name+".sdp")[name])
	if err != nil {
		t.Fatalf("%s: %v", name, err)
	}
	return d
}

func TestAttributes(t *testing.T) {
	d := fixture(t, "valid-hand-unknown-lines")
	m := d.Media[0]
	if m.PortCount != 2 || m.Proto != "RTP/AVP" || !reflect.DeepEqual(m.Formats, []string{"0"}) {
		t.Errorf("m= line: got %+v", m)
	}
	for key, want := range map[string]string{"x-rink": "", "latin": "caf\xe9", "group": "BUNDLE"} {
		if v, ok := d.Attr(key); !ok || v != want {
			t.Errorf("Attr(%q): got %q, %t, want %q", key, v, ok, want)
		}
	}
	for _, key := range []string{"X-RINK", "absent", "mid", "what"} {
		if v, ok := d.Attr(key); ok {
			t.Errorf("Attr(%q): got %q, want none", key, v)
		}
	}
	if got := values(d.Session, "x-rink"); !reflect.DeepEqual(got, []string{"", "", "a:b:c  two spaces "}) {
		t.Errorf("x-rink: got %q", got)
	}
	if got := m.Attrs("mid"); !reflect.DeepEqual(got, []string{"0", "1"}) || m.Mid() != "0" {
		t.Errorf("Attrs(mid): got %q, Mid %q", got, m.Mid())
	}
	if v, ok := m.Attr("latin"); ok {
		t.Errorf("media Attr(latin): got %q, want none: it is the session's", v)
	}
	if mids, ok := d.Group("BUNDLE"); !ok || len(mids) != 0 {
		t.Errorf("Group(BUNDLE): got %q, %t, want the first, empty one", mids, ok)
	}
	for _, semantics := range []string{"bundle", "BUND", ""} {
		if mids, ok := d.Group(semantics); ok {
			t.Errorf("Group(%q): got %q, want none", semantics, mids)
		}
	}
	if got := fixture(t, "valid-hand-bundle-only-offer").Groups("LS"); !reflect.DeepEqual(got, [][]string{{"a1", "v1"}}) {
		t.Errorf("Groups(LS): got %q", got)
	}
}

func TestSessionAndMediaLevel(t *testing.T) {
	d := fixture(t, "valid-hand-session-level-ice-offer")
	audio, video := d.Media[0], d.Media[1]
	for _, test := range []struct {
		what, got, want string
	}{
		{"ufrag of audio", d.ICEUfrag(audio), "sess"},
		{"ufrag of video", d.ICEUfrag(video), "media"},
		{"ufrag of session", d.ICEUfrag(nil), "sess"},
		{"pwd of audio", d.ICEPwd(audio), "sessionpasswordsessionp"},
		{"pwd of video", d.ICEPwd(video), "mediapasswordmediapassw"},
		{"setup of audio", d.Setup(audio), "passive"},
		{"setup of video", d.Setup(video), "active"},
		{"connection of audio", audio.Connection(), ""},
		{"connection of video", video.Connection(), "IN IP6 2001:db8::1"},
		{"candidate of video", strings.Join(video.Candidates(), ","), "candidate:1 1 UDP 2130706431 2001:db8::1 45666 typ host"},
	} {
		if test.got != test.want {
			t.Errorf("%s: got %q, want %q", test.what, test.got, test.want)
		}
	}
	if audio.EndOfCandidates() {
		t.Error("EndOfCandidates: got true for a section, want false: it is the session's")
	}
}

func TestByMid(t *testing.T) {
	d := fixture(t, "valid-hand-bundle-only-offer")
	if i, m := d.ByMid("v1"); i != 1 || m != d.Media[1] {
		t.Errorf("ByMid(v1): got %d, %v", i, m)
	}
	legacy := fixture(t, "valid-hand-legacy-no-mid-offer")
	for _, test := range []struct {
		d   *Description
		mid string
	}{{d, ""}, {d, "V1"}, {d, "v"}, {legacy, ""}} {
		if i, m := test.d.ByMid(test.mid); i != -1 || m != nil {
			t.Errorf("ByMid(%q): got %d, %v, want -1 and nil", test.mid, i, m)
		}
	}
	if got := d.Mids(); !reflect.DeepEqual(got, []string{"a1", "v1", "d1"}) {
		t.Errorf("Mids: got %q", got)
	}
	if got := legacy.Mids(); !reflect.DeepEqual(got, []string{""}) {
		t.Errorf("Mids of legacy: got %q", got)
	}
}

func TestClone(t *testing.T) {
	for name, text := range fixtures(t, "sdp/valid-*.sdp") {
		d := fixture(t, name)
		c := d.Clone()
		if !reflect.DeepEqual(c, d) {
			t.Errorf("%s: clone differs", name)
		}
		c.RemoveCandidates()
		c.SetGroup("BUNDLE", []string{"x"})
		c.Session[0].Value = "1"
		for _, m := range c.Media {
			m.Kind, m.Formats[0], m.Lines[0].Value = "text", "99", "changed"
			m.AddAttr("x", "y")
		}
		if d.String() != withCRLF(text) {
			t.Errorf("%s: an edit of the clone changed the original", name)
		}
	}
}
