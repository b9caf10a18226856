package sdpdiff

import (
	"strings"
	"testing"
)

// offer and answer are a pair in which everything is as it should be.
const (
	offer = `v=0
o=- 1 2 IN IP4 127.0.0.1
s=-
t=0 0
a=group:BUNDLE 0 1
a=extmap-allow-mixed
m=video 9 UDP/TLS/RTP/SAVPF 96 97 102
c=IN IP4 0.0.0.0
a=ice-ufrag:offr
a=ice-pwd:offeroffer offeroffer22
a=ice-options:trickle
a=fingerprint:sha-256 AA:BB
a=setup:actpass
a=mid:0
a=extmap:1 urn:one
a=extmap:2 urn:two
a=sendrecv
a=rtcp-mux
a=rtpmap:96 VP8/90000
a=rtcp-fb:96 nack
a=rtcp-fb:96 nack pli
a=rtpmap:97 rtx/90000
a=fmtp:97 apt=96
a=rtpmap:102 H264/90000
a=fmtp:102 level-asymmetry-allowed=1;packetization-mode=1;profile-level-id=42e01f
a=ssrc:11 cname:offer
m=application 9 UDP/DTLS/SCTP webrtc-datachannel
c=IN IP4 0.0.0.0
a=ice-ufrag:offr
a=ice-pwd:offeroffer offeroffer22
a=fingerprint:sha-256 AA:BB
a=setup:actpass
a=mid:1
a=sctp-port:5000
`
	answer = `v=0
o=- 7 2 IN IP4 127.0.0.1
s=-
t=0 0
a=group:BUNDLE 0 1
m=video 5000 UDP/TLS/RTP/SAVPF 96 102
c=IN IP4 192.0.2.1
a=candidate:1 1 udp 1 192.0.2.1 5000 typ host
a=ice-ufrag:answ
a=ice-pwd:answeransweranswer22
a=fingerprint:sha-256 CC:DD
a=setup:active
a=mid:0
a=extmap:1 urn:one
a=recvonly
a=rtcp-mux
a=rtpmap:96 VP8/90000
a=rtcp-fb:96 nack
a=rtpmap:102 H264/90000
a=fmtp:102 packetization-mode=1; profile-level-id=42E00D;level-asymmetry-allowed=1
m=application 5000 UDP/DTLS/SCTP webrtc-datachannel
c=IN IP4 192.0.2.1
a=mid:1
a=sctp-port:5000
`
)

// edit replaces a part of a text, which has to be there.
func edit(t *testing.T, text, old, replacement string) string {
	t.Helper()
	if !strings.Contains(text, old) {
		t.Fatalf("no %q in the text", old)
	}
	return strings.Replace(text, old, replacement, 1)
}

// row finds a row by its key, in any section.
func row(t *testing.T, d Diff, key string) Row {
	t.Helper()
	var keys []string
	for _, s := range d.Sections() {
		for _, r := range s.Rows {
			if r.Key == key {
				return r
			}
			keys = append(keys, r.Key)
		}
	}
	t.Fatalf("no row %q, got %q", key, keys)
	return Row{}
}

func TestAnAnswerThatIsRightHasNothingToLookAt(t *testing.T) {
	d := OfferAnswer(offer, answer)
	if d.Differs() {
		t.Errorf("got something to look at:\n%s", d.Text(false))
	}
	for key, want := range map[string]Class{
		"ice-ufrag": Must, "ice-pwd": Must, "fingerprint": Must, "setup": Must, "o=": Must, "m= port": Must, "candidate": Must, "ssrc": Must,
		"direction": Changed, "rtpmap:97": OnlyA, "fmtp:97": OnlyA, "extmap:urn:two": OnlyA, "extmap-allow-mixed": OnlyA,
		"rtcp-fb:96": Changed, "fmtp:102": Changed, "rtpmap:102": Same, "mid": Same, "group:BUNDLE": Same, "sctp-port": Same,
	} {
		if r := row(t, d, key); r.Class != want || !r.Fine() {
			t.Errorf("%s: got %+v, want %s and fine", key, r, want)
		}
	}
	bundled := d.Media[1]
	for _, r := range bundled.Rows {
		if r.Key == "ice-ufrag" && (r.Class != Must || !strings.Contains(r.Note, "RFC 9143 section 7.1.3")) {
			t.Errorf("in the bundled section: got %+v, want that the tagged one has it", r)
		}
	}
}

func TestAnAnswerThatContradictsIsAConflictWithItsClause(t *testing.T) {
	for name, tc := range map[string]struct {
		offer, answer [2]string // what is replaced, by what
		key, clause   string
	}{
		"mid differs":               {answer: [2]string{"a=mid:0", "a=mid:x"}, key: "mid", clause: "RFC 9429 section 5.3.1"},
		"mid is missing":            {answer: [2]string{"a=mid:0\n", ""}, key: "mid", clause: "RFC 9429 section 5.3.1"},
		"setup undecided":           {answer: [2]string{"a=setup:active", "a=setup:actpass"}, key: "setup", clause: "RFC 8842 section 5.3"},
		"setup both active":         {offer: [2]string{"a=setup:actpass", "a=setup:active"}, key: "setup", clause: "RFC 8842 section 5.3"},
		"direction":                 {offer: [2]string{"a=sendrecv", "a=recvonly"}, key: "direction", clause: "RFC 3264 section 6.1"},
		"direction of none":         {offer: [2]string{"a=sendrecv", "a=inactive"}, key: "direction", clause: "RFC 3264 section 6.1"},
		"default direction":         {offer: [2]string{"a=sendrecv", "a=recvonly"}, answer: [2]string{"a=recvonly\n", ""}, key: "direction", clause: "RFC 3264 section 6.1"},
		"another codec":             {answer: [2]string{"a=rtpmap:96 VP8", "a=rtpmap:96 VP9"}, key: "rtpmap:96", clause: "RFC 3264 section 6.1"},
		"profile of H.264":          {answer: [2]string{"42E00D", "64001f"}, key: "fmtp:102", clause: "RFC 6184 section 8.2.2"},
		"packetization of H.264":    {answer: [2]string{"packetization-mode=1; ", ""}, key: "fmtp:102", clause: "RFC 6184 section 8.2.2"},
		"feedback not offered":      {answer: [2]string{"a=rtcp-fb:96 nack", "a=rtcp-fb:96 goog-remb"}, key: "rtcp-fb:96", clause: "RFC 4585 section 4.2"},
		"extension not offered":     {answer: [2]string{"urn:one", "urn:three"}, key: "extmap:urn:three", clause: "RFC 9429 section 5.3.1"},
		"extension's number":        {answer: [2]string{"extmap:1", "extmap:5"}, key: "extmap:urn:one", clause: "RFC 8285 section 7"},
		"bundle not offered":        {offer: [2]string{"BUNDLE 0 1", "BUNDLE 0"}, key: "group:BUNDLE", clause: "RFC 9143 section 7.3"},
		"bundle without an offer's": {offer: [2]string{"a=group:BUNDLE 0 1\n", ""}, key: "group:BUNDLE", clause: "RFC 9143 section 7.3"},
		"bundle-only":               {answer: [2]string{"a=rtcp-mux", "a=rtcp-mux\na=bundle-only"}, key: "bundle-only", clause: "RFC 9143 section 7.3"},
		"rtcp-mux not offered":      {offer: [2]string{"a=rtcp-mux\n", ""}, key: "rtcp-mux", clause: "RFC 5761 section 5.1.1"},
		"mixed extensions":          {offer: [2]string{"a=extmap-allow-mixed\n", ""}, answer: [2]string{"t=0 0", "t=0 0\na=extmap-allow-mixed"}, key: "extmap-allow-mixed", clause: "RFC 8285 section 6"},
		"tls-id not offered":        {answer: [2]string{"a=mid:0", "a=mid:0\na=tls-id:x"}, key: "tls-id", clause: "RFC 8842 section 5.3"},
		"profile":                   {answer: [2]string{"UDP/TLS/RTP/SAVPF", "RTP/SAVPF"}, key: "m= protocol", clause: "RFC 9429 section 5.3.1"},
		"kind":                      {answer: [2]string{"m=video", "m=audio"}, key: "m= media", clause: "RFC 3264 section 6"},
		"rejected offer":            {offer: [2]string{"m=video 9", "m=video 0"}, key: "m= port", clause: "RFC 3264 section 8.2"},
		"time":                      {answer: [2]string{"t=0 0", "t=0 1"}, key: "t=", clause: "RFC 3264 section 6"},
		"password repeated":         {answer: [2]string{"answeransweranswer22", "offeroffer offeroffer22"}, key: "ice-pwd", clause: "RFC 8445 section 5.3"},
	} {
		t.Run(name, func(t *testing.T) {
			a, b := offer, answer
			if tc.offer[0] != "" {
				a = edit(t, a, tc.offer[0], tc.offer[1])
			}
			if tc.answer[0] != "" {
				b = edit(t, b, tc.answer[0], tc.answer[1])
			}
			d := OfferAnswer(a, b)
			r := row(t, d, tc.key)
			if r.Class != Conflict || !strings.Contains(r.Note, tc.clause) || r.Fine() {
				t.Errorf("got %+v, want a conflict that cites %s", r, tc.clause)
			}
			if !d.Differs() || !strings.Contains(d.Summary(), "conflict") {
				t.Errorf("got %s, want something to look at", d.Summary())
			}
		})
	}
}

func TestSectionsThatDoNotFitAreConflicts(t *testing.T) {
	_, second, _ := strings.Cut(answer, "m=application")
	second = "m=application" + second
	for name, tc := range map[string]struct {
		answer, note string
	}{
		"missing": {strings.TrimSuffix(answer, second), "as many as the offer (RFC 3264 section 6)"},
		"added":   {answer + edit(t, second, "mid:1", "mid:2"), "an answer adds none (RFC 3264 section 6)"},
		"moved":   {strings.Replace(strings.TrimSuffix(answer, second), "m=video", second+"m=video", 1), "section 0 of the offer is section 1 of the answer"},
	} {
		d := OfferAnswer(offer, tc.answer)
		found := false
		for _, s := range d.Media {
			found = found || s.Class == Conflict && strings.Contains(s.Note, tc.note)
		}
		if !found {
			t.Errorf("%s: got\n%s", name, d.Text(false))
		}
	}
}

func TestWhatIsLeftToTheAnswerIsSaid(t *testing.T) {
	for name, tc := range map[string]struct {
		answer [2]string
		key    string
		class  Class
		fine   bool
	}{
		"section rejected":     {[2]string{"m=video 5000", "m=video 0"}, "m= port", Changed, true},
		"bundle smaller":       {[2]string{"BUNDLE 0 1", "BUNDLE 0"}, "group:BUNDLE", Changed, true},
		"bundle reordered":     {[2]string{"BUNDLE 0 1", "BUNDLE 1 0"}, "group:BUNDLE", Order, true},
		"no bundle":            {[2]string{"a=group:BUNDLE 0 1\n", ""}, "group:BUNDLE", OnlyA, true},
		"preferences":          {[2]string{" 96 102", " 102 96"}, "m= formats", Changed, true},
		"inactive":             {[2]string{"a=recvonly", "a=inactive"}, "direction", Changed, true},
		"passive":              {[2]string{"a=setup:active", "a=setup:passive"}, "setup", Must, true},
		"data has a direction": {[2]string{"a=sctp-port", "a=sendrecv\na=sctp-port"}, "sctp-port", Same, true},
		"no setup at all":      {[2]string{"a=setup:active\n", ""}, "setup", OnlyA, false},
		"no rtcp-mux":          {[2]string{"a=rtcp-mux\n", ""}, "rtcp-mux", OnlyA, false},
		"a codec more":         {[2]string{"96 102\n", "96 102 8\n"}, "rtpmap:8", OnlyB, false},
		"another number":       {[2]string{"SAVPF 96 102", "SAVPF 96 103"}, "m= formats", Changed, true},
	} {
		b := edit(t, answer, tc.answer[0], tc.answer[1])
		if name == "another number" {
			b = strings.NewReplacer("rtpmap:102", "rtpmap:103", "fmtp:102", "fmtp:103").Replace(b)
			if r := row(t, OfferAnswer(offer, b), "rtpmap:102 / 103"); r.Class != Changed || r.Fine() {
				t.Errorf("%s: got %+v, want a change to look at", name, r)
			}
		}
		if r := row(t, OfferAnswer(offer, b), tc.key); r.Class != tc.class || r.Fine() != tc.fine || r.Note == "" && r.Class != Same {
			t.Errorf("%s: got %+v, want %s, fine %t, and a note", name, r, tc.class, tc.fine)
		}
	}
}
