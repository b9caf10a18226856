package wire

import (
	"reflect"
	"strings"
	"testing"
)

// edited applies edit to the description made of lines and returns its lines.
func edited(t *testing.T, lines string, edit func(*Description)) string {
	t.Helper()
	d, err := ParseDescription("v=0\n" + lines)
	if err != nil {
		t.Fatal(err)
	}
	edit(d)
	text := strings.ReplaceAll(d.String(), "\r\n", "\n")
	return strings.TrimSuffix(strings.TrimPrefix(text, "v=0\n"), "\n")
}

func TestEdits(t *testing.T) {
	const audio = "m=audio 9 RTP/AVP 0\n"
	tests := map[string]struct {
		edit      func(*Description)
		have, got string
	}{
		"remove group": {
			func(d *Description) { d.RemoveGroup("BUNDLE") },
			"a=group:LS 0\na=group:BUNDLE 0\na=x\na=group:BUNDLE", "a=group:LS 0\na=x",
		},
		"remove group that is not there": {
			func(d *Description) { d.RemoveGroup("BUNDLE") },
			"a=group:BUNDLEX 0\na=groups:BUNDLE 0", "a=group:BUNDLEX 0\na=groups:BUNDLE 0",
		},
		"set group in place of two": {
			func(d *Description) { d.SetGroup("BUNDLE", []string{"b", "c"}) },
			"s=-\na=group:LS 0\na=group:BUNDLE 0\na=x\na=group:BUNDLE 1", "s=-\na=group:LS 0\na=group:BUNDLE b c\na=x",
		},
		"set new group": {
			func(d *Description) { d.SetGroup("BUNDLE", []string{"0"}) },
			"s=-\n" + audio + "a=mid:0", "s=-\na=group:BUNDLE 0\n" + audio + "a=mid:0",
		},
		"set empty group": {
			func(d *Description) { d.SetGroup("BUNDLE", nil) },
			"a=group:BUNDLE 0", "a=group:BUNDLE",
		},
		"set session attribute": {
			func(d *Description) { d.SetAttr("ice-lite", "") },
			"s=-\n" + audio + "a=ice-lite", "s=-\na=ice-lite\n" + audio + "a=ice-lite",
		},
		"add session attribute": {
			func(d *Description) { d.AddAttr("ice-options", "ice2") },
			"a=ice-options:trickle", "a=ice-options:trickle\na=ice-options:ice2",
		},
		"remove session attribute": {
			func(d *Description) { d.RemoveAttr("ice-options") },
			"a=ice-options:trickle\na=ice-options\na=ice-options-x\na=ICE-options:x\nb=ice-options",
			"a=ice-options-x\na=ICE-options:x\nb=ice-options",
		},
		"set attribute in place of two": {
			func(d *Description) { d.Media[0].SetAttr("setup", "active") },
			audio + "a=mid:0\na=setup:actpass\na=x\na=setup\na=y",
			audio + "a=mid:0\na=setup:active\na=x\na=y",
		},
		"set new attribute": {
			func(d *Description) { d.Media[0].SetAttr("mid", "a:b") },
			audio + "a=midx:0", audio + "a=midx:0\na=mid:a:b",
		},
		"add attribute": {
			func(d *Description) { d.Media[0].AddAttr("end-of-candidates", "") },
			audio, audio + "a=end-of-candidates",
		},
		"swap mids": {
			func(d *Description) { d.RenameMids(map[string]string{"0": "1", "1": "0", "x": "never"}) },
			"a=group:BUNDLE 0 1 2\na=group:0 1\na=msid-semantic: 0\n" + audio + "a=mid:0\na=x:0\n" + audio + "a=mid:1\n" + audio + "a=mid:2",
			"a=group:BUNDLE 1 0 2\na=group:0 0\na=msid-semantic: 0\n" + audio + "a=mid:1\na=x:0\n" + audio + "a=mid:0\n" + audio + "a=mid:2",
		},
		"rename keeps the spacing": {
			func(d *Description) { d.RenameMids(map[string]string{"0": "foo"}) },
			"a=group:BUNDLE  0 00 ", "a=group:BUNDLE  foo 00 ",
		},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			if got := edited(t, test.have, test.edit); got != strings.TrimSuffix(test.got, "\n") {
				t.Errorf("got\n%s\nwant\n%s", got, test.got)
			}
		})
	}
}

func TestRemoveAttrCounts(t *testing.T) {
	d := fixture(t, "valid-chromium-156-unbundled-answer")
	if n := d.Media[0].RemoveAttr("candidate"); n != 2 {
		t.Errorf("candidates removed: got %d, want 2", n)
	}
	if n := d.Media[0].RemoveAttr("candidate"); n != 0 || len(d.Media[0].Candidates()) != 0 {
		t.Errorf("candidates removed again: got %d, left %q, want none", n, d.Media[0].Candidates())
	}
	if n := d.RemoveAttr("extmap-allow-mixed"); n != 1 {
		t.Errorf("extmap-allow-mixed removed: got %d, want 1", n)
	}
}

func TestRemoveCandidates(t *testing.T) {
	got := edited(t, `c=IN IP4 192.0.2.1
a=candidate:1 1 udp 1 192.0.2.1 5 typ host
a=end-of-candidates
m=audio 5000/2 RTP/AVP 0
a=rtcp:5001
m=video 5002 RTP/AVP 96
c=IN IP6 2001:db8::1
b=AS:1
a=candidate:1 1 udp 1 192.0.2.1 5002 typ host
a=rtcp:5003 IN IP6 2001:db8::1
a=rtcp-mux
a=candidate:2 1 udp 1 192.0.2.1 5002 typ host
a=end-of-candidates
m=video 0 RTP/AVP 96
c=IN IP4 192.0.2.1
a=bundle-only
m=audio 0 RTP/AVP 0
a=candidate:3 1 udp 1 192.0.2.1 5004 typ host`, (*Description).RemoveCandidates)
	want := `c=IN IP4 0.0.0.0
m=audio 9/2 RTP/AVP 0
a=rtcp:9
m=video 9 RTP/AVP 96
c=IN IP4 0.0.0.0
b=AS:1
a=rtcp:9 IN IP4 0.0.0.0
a=rtcp-mux
m=video 0 RTP/AVP 96
c=IN IP4 0.0.0.0
a=bundle-only
m=audio 0 RTP/AVP 0`
	if got != want {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
}

// What Chromium and pion write before gathering differs from what they write
// after it in nothing but what RemoveCandidates removes.
func TestRemoveCandidatesGivesTheOfferFromBeforeGathering(t *testing.T) {
	for before, after := range map[string]string{
		"valid-chromium-156-data-mdns-create-offer": "valid-chromium-156-data-mdns-offer",
		"valid-pion-v3.3.6-data-create-offer":       "valid-pion-v3.3.6-data-offer",
	} {
		d := fixture(t, after)
		d.RemoveCandidates()
		if want := fixture(t, before); !reflect.DeepEqual(d, want) {
			t.Errorf("%s: got\n%s\nwant\n%s", after, d, want)
		}
	}
}
