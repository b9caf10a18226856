package repair_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/webrtc-rink/rink/harness/peer"
	"github.com/webrtc-rink/rink/harness/repair"
)

// section is a media section of a description in short: its mid line if any,
// its ufrag if any, and the candidate lines that it lists.
func section(mline, mid, ufrag string, candidates ...string) string {
	lines := []string{"m=" + mline}
	if mid != "" {
		lines = append(lines, "a="+mid)
	}
	if ufrag != "" {
		lines = append(lines, "a=ice-ufrag:"+ufrag)
	}
	for _, c := range candidates {
		lines = append(lines, "a="+c)
	}
	return strings.Join(lines, "\r\n") + "\r\n"
}

func description(session string, sections ...string) peer.SessionDescription {
	return peer.SessionDescription{Type: "offer", SDP: "v=0\r\ns=-\r\n" + session + strings.Join(sections, "")}
}

const (
	bundled  = "a=group:BUNDLE 0 1\r\n"
	audio    = "audio 9 UDP/TLS/RTP/SAVPF 111"
	video    = "video 9 UDP/TLS/RTP/SAVPF 96"
	rejected = "audio 0 UDP/TLS/RTP/SAVPF 0"
	data     = "application 9 UDP/DTLS/SCTP webrtc-datachannel"

	first  = "candidate:1 1 udp 2130706431 192.0.2.1 5000 typ host"
	second = "candidate:2 1 udp 2130706175 192.0.2.2 5001 typ host"
	third  = "candidate:3 1 tcp 1518280447 192.0.2.1 9 typ host tcptype active"
)

// of is a candidate with its place; a mid or ufrag of "null" is nil.
func of(line, mid string, index uint16, ufrag string) peer.ICECandidateInit {
	c := peer.ICECandidateInit{Candidate: line, SDPMLineIndex: &index}
	if mid != "null" {
		c.SDPMid = &mid
	}
	if ufrag != "null" {
		c.UsernameFragment = &ufrag
	}
	return c
}

// stamped are local descriptions and their candidates.
var stamped = map[string]struct {
	local peer.SessionDescription
	want  []peer.ICECandidateInit
}{
	"one section": {
		description("", section(data, "mid:0", "abcd", first, second)),
		[]peer.ICECandidateInit{of(first, "0", 0, "abcd"), of(second, "0", 0, "abcd")},
	},
	"bundled: all candidates are in the first section": {
		description(bundled, section(audio, "mid:0", "abcd", first, second, third), section(data, "mid:1", "abcd")),
		[]peer.ICECandidateInit{of(first, "0", 0, "abcd"), of(second, "0", 0, "abcd"), of(third, "0", 0, "abcd")},
	},
	"bundled: each section has candidates of its own": {
		description(bundled, section(audio, "mid:0", "abcd", first), section(data, "mid:1", "abcd", second)),
		[]peer.ICECandidateInit{of(first, "0", 0, "abcd"), of(second, "1", 1, "abcd")},
	},
	"not bundled": {
		description("", section(audio, "mid:0", "aaaa", first), section(video, "mid:1", "bbbb", second), section(data, "mid:2", "cccc", third)),
		[]peer.ICECandidateInit{of(first, "0", 0, "aaaa"), of(second, "1", 1, "bbbb"), of(third, "2", 2, "cccc")},
	},
	"mids that are words": {
		description("a=group:BUNDLE foo b-1\r\n", section(audio, "mid:foo", "abcd", first), section(data, "mid:b-1", "abcd", second)),
		[]peer.ICECandidateInit{of(first, "foo", 0, "abcd"), of(second, "b-1", 1, "abcd")},
	},
	"mids that are other sections' indices": {
		description("", section(audio, "mid:1", "abcd", first), section(data, "mid:0", "abcd", second)),
		[]peer.ICECandidateInit{of(first, "1", 0, "abcd"), of(second, "0", 1, "abcd")},
	},
	"mids with odd characters": {
		description("", section(audio, "mid:{a:b}", "abcd", first), section(data, "mid:ü 1", "abcd", second)),
		[]peer.ICECandidateInit{of(first, "{a:b}", 0, "abcd"), of(second, "ü 1", 1, "abcd")},
	},
	"the same mid twice": {
		description("", section(audio, "mid:0", "abcd", first), section(data, "mid:0", "abcd", second)),
		[]peer.ICECandidateInit{of(first, "0", 0, "abcd"), of(second, "0", 1, "abcd")},
	},
	"no mid, and an empty one": {
		description("", section(audio, "", "abcd", first), section(data, "mid:", "abcd", second)),
		[]peer.ICECandidateInit{of(first, "null", 0, "abcd"), of(second, "", 1, "abcd")},
	},
	"a rejected section counts": {
		description("", section(rejected, "mid:0", ""), section(data, "mid:1", "abcd", first)),
		[]peer.ICECandidateInit{of(first, "1", 1, "abcd")},
	},
	"a ufrag of the session, of the section, and none": {
		description("a=ice-ufrag:sess\r\n", section(audio, "mid:0", "", first), section(data, "mid:1", "sect", second)),
		[]peer.ICECandidateInit{of(first, "0", 0, "sess"), of(second, "1", 1, "sect")},
	},
	"no ufrag": {
		description("", section(data, "mid:0", "", first)),
		[]peer.ICECandidateInit{of(first, "0", 0, "null")},
	},
	"no candidates": {description("", section(data, "mid:0", "abcd")), nil},
	"no sections":   {description(""), nil},
}

func TestCandidatesGetTheMidAndIndexOfTheirOwnSection(t *testing.T) {
	for name, test := range stamped {
		t.Run(name, func(t *testing.T) {
			got, err := repair.Candidates(test.local)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(test.want, got); diff != "" {
				t.Errorf("candidates (-want +got):\n%s", diff)
			}
		})
	}
}

func TestStampCorrectsWhatTheImplementationSurfaced(t *testing.T) {
	wrong := map[string]peer.ICECandidateInit{
		"nothing":                 {},
		"an empty mid, index 0":   {SDPMid: ptr(""), SDPMLineIndex: ptr(uint16(0))},
		"a mid and index of none": {SDPMid: ptr("nope"), SDPMLineIndex: ptr(uint16(9)), UsernameFragment: ptr("old")},
	}
	for name, test := range stamped {
		for surfaced, c := range wrong {
			t.Run(name+", surfaced with "+surfaced, func(t *testing.T) {
				for _, want := range test.want {
					c := c.Clone()
					c.Candidate = want.Candidate
					got, err := repair.Stamp(test.local, c)
					if err != nil {
						t.Fatal(err)
					}
					if diff := cmp.Diff(want, got); diff != "" {
						t.Errorf("stamped (-want +got):\n%s", diff)
					}
				}
			})
		}
	}
}

// Implementations write more after a candidate in the event than in the
// description, or the other way round.
func TestStampKnowsACandidateByWhatIdentifiesIt(t *testing.T) {
	const listed = "candidate:7 1 tcp 1518280447 192.0.2.1 5000 typ srflx raddr 10.0.0.1 rport 9 tcptype passive generation 0"
	local := description("", section(audio, "mid:a", "abcd", "candidate:what is this", first), section(data, "mid:d", "abcd", listed))
	for name, test := range map[string]struct {
		line  string
		known bool
	}{
		"the same text":       {listed, true},
		"other extensions":    {"candidate:7 1 tcp 1518280447 192.0.2.1 5000 typ srflx raddr 10.0.0.1 rport 9 tcptype passive ufrag abcd network-cost 10", true},
		"another priority":    {"candidate:7 1 tcp 1 192.0.2.1 5000 typ srflx raddr 10.0.0.1 rport 9 tcptype passive", true},
		"hidden base":         {"candidate:7 1 tcp 1518280447 192.0.2.1 5000 typ srflx raddr 0.0.0.0 rport 0 tcptype passive", true},
		"literals' case":      {"candidate:7 1 TCP 1518280447 192.0.2.1 5000 TYP srflx tcptype PASSIVE", true},
		"another foundation":  {"candidate:8 1 tcp 1518280447 192.0.2.1 5000 typ srflx tcptype passive", false},
		"another component":   {"candidate:7 2 tcp 1518280447 192.0.2.1 5000 typ srflx tcptype passive", false},
		"another address":     {"candidate:7 1 tcp 1518280447 192.0.2.2 5000 typ srflx tcptype passive", false},
		"another port":        {"candidate:7 1 tcp 1518280447 192.0.2.1 5001 typ srflx tcptype passive", false},
		"another type":        {"candidate:7 1 tcp 1518280447 192.0.2.1 5000 typ host tcptype passive", false},
		"another tcptype":     {"candidate:7 1 tcp 1518280447 192.0.2.1 5000 typ srflx tcptype active", false},
		"no tcptype, so UDP":  {"candidate:7 1 udp 1518280447 192.0.2.1 5000 typ srflx", false},
		"of the other family": {"candidate:7 1 tcp 1518280447 2001:db8::1 5000 typ srflx tcptype passive", false},
	} {
		t.Run(name, func(t *testing.T) {
			surfaced := of(test.line, "", 0, "null")
			got, err := repair.Stamp(local, surfaced)
			want := surfaced
			if test.known {
				want = of(test.line, "d", 1, "abcd")
			}
			if diff := cmp.Diff(want, got); diff != "" {
				t.Errorf("stamped (-want +got):\n%s", diff)
			}
			if (err == nil) != test.known {
				t.Errorf("got %v, want an error: %v", err, !test.known)
			}
			if err != nil && !strings.Contains(err.Error(), test.line) {
				t.Errorf("got %q, want the candidate in it", err)
			}
		})
	}
}

func TestWhatCannotBeStampedIsNamed(t *testing.T) {
	good := description("", section(data, "mid:0", "abcd", first))
	for name, test := range map[string]struct {
		local peer.SessionDescription
		line  string
		want  string
	}{
		"a description that is none":         {peer.SessionDescription{SDP: "<html>"}, first, "local description: "},
		"no description":                     {peer.SessionDescription{}, first, "local description: "},
		"more sections than an index counts": {description("", strings.Repeat("m=a 9 a a\r\n", 65537)), first, "got 65537 media sections, want at most 65536"},
		"the end of candidates":              {good, "", "prefix"},
		"a line of SDP":                      {good, "a=" + first, "prefix"},
	} {
		t.Run(name, func(t *testing.T) {
			c := of(test.line, "x", 3, "null")
			got, err := repair.Stamp(test.local, c)
			if err == nil || !strings.Contains(err.Error(), test.want) {
				t.Errorf("Stamp: got %v, want an error with %q", err, test.want)
			}
			if diff := cmp.Diff(c, got); diff != "" {
				t.Errorf("Stamp: the candidate changed (-want +got):\n%s", diff)
			}
			if test.local == good {
				return
			}
			if all, err := repair.Candidates(test.local); err == nil || all != nil || !strings.Contains(err.Error(), test.want) {
				t.Errorf("Candidates: got %d and %v, want none and an error with %q", len(all), err, test.want)
			}
		})
	}
}

func TestTheLastSectionThatAnIndexCountsIsStamped(t *testing.T) {
	local := description("", strings.Repeat("m=a 9 a a\r\n", 65535), section(data, "mid:z", "", first))
	got, err := repair.Candidates(local)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff([]peer.ICECandidateInit{of(first, "z", 65535, "null")}, got); diff != "" {
		t.Errorf("candidates (-want +got):\n%s", diff)
	}
}

// What real implementations wrote. The places were read from the files by hand.
func TestCandidatesOfRealDescriptions(t *testing.T) {
	for name, want := range map[string][]string{
		"valid-chromium-156-unbundled-answer":    {"0/0", "0/0", "1/1", "1/1"},
		"valid-chromium-156-max-compat-offer":    {"0/0", "0/0", "1/1", "1/1"},
		"valid-pion-v3.3.6-av-data-answer":       {"0/0", "0/0", "0/0", "0/0"},
		"valid-hand-session-level-ice-offer":     {"0/0", "1/1"},
		"valid-hand-legacy-no-mid-offer":         {"null/0"},
		"valid-chromium-156-data-mdns-offer":     {"0/0", "0/0"},
		"valid-pion-v3.3.6-data-create-offer":    nil,
		"valid-chromium-156-to-pion-data-answer": {"0/0", "0/0"},
	} {
		t.Run(name, func(t *testing.T) {
			text, err := os.ReadFile(filepath.Join("..", "..", "fixtures", "sdp", name+".sdp"))
			if err != nil {
				t.Fatal(err)
			}
			all, err := repair.Candidates(peer.SessionDescription{SDP: string(text)})
			if err != nil {
				t.Fatal(err)
			}
			var got []string
			for _, c := range all {
				mid := "null"
				if c.SDPMid != nil {
					mid = *c.SDPMid
				}
				got = append(got, mid+"/"+string(rune('0'+*c.SDPMLineIndex)))
				if c.UsernameFragment == nil || !strings.Contains(string(text), "a=ice-ufrag:"+*c.UsernameFragment) {
					t.Errorf("%v: want an ufrag of the description", c)
				}
			}
			if diff := cmp.Diff(want, got); diff != "" {
				t.Errorf("mid/index of the candidates (-want +got):\n%s", diff)
			}
		})
	}
}
