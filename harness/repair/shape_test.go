package repair_test

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/webrtc-rink/rink/harness/peer"
	"github.com/webrtc-rink/rink/harness/repair"
)

func ptr[T any](v T) *T { return &v }

const host = "candidate:1 1 udp 2130706431 192.0.2.1 5000 typ host"

// shapes are candidates with their text in each shape.
var shapes = map[string]struct {
	c           peer.ICECandidateInit
	w3c, aiortc string
}{
	"whole": {
		peer.ICECandidateInit{Candidate: host, SDPMid: ptr("0"), SDPMLineIndex: ptr(uint16(0)), UsernameFragment: ptr("abcd")},
		`{"candidate":"` + host + `","sdpMid":"0","sdpMLineIndex":0,"usernameFragment":"abcd"}`,
		`{"type":"candidate","candidate":"` + host + `","id":"0","label":0}`,
	},
	"mid only": {
		peer.ICECandidateInit{Candidate: host, SDPMid: ptr("audio")},
		`{"candidate":"` + host + `","sdpMid":"audio","sdpMLineIndex":null,"usernameFragment":null}`,
		`{"type":"candidate","candidate":"` + host + `","id":"audio","label":null}`,
	},
	"index only": {
		peer.ICECandidateInit{Candidate: host, SDPMLineIndex: ptr(uint16(65535))},
		`{"candidate":"` + host + `","sdpMid":null,"sdpMLineIndex":65535,"usernameFragment":null}`,
		`{"type":"candidate","candidate":"` + host + `","id":null,"label":65535}`,
	},
	// An empty mid is not a null one.
	"empty mid": {
		peer.ICECandidateInit{Candidate: host, SDPMid: ptr(""), SDPMLineIndex: ptr(uint16(1)), UsernameFragment: ptr("")},
		`{"candidate":"` + host + `","sdpMid":"","sdpMLineIndex":1,"usernameFragment":""}`,
		`{"type":"candidate","candidate":"` + host + `","id":"","label":1}`,
	},
	"end of a generation": {
		peer.ICECandidateInit{SDPMid: ptr("b-1"), SDPMLineIndex: ptr(uint16(2))},
		`{"candidate":"","sdpMid":"b-1","sdpMLineIndex":2,"usernameFragment":null}`,
		`{"type":"candidate","candidate":"","id":"b-1","label":2}`,
	},
	"nothing": {
		peer.ICECandidateInit{},
		`{"candidate":"","sdpMid":null,"sdpMLineIndex":null,"usernameFragment":null}`,
		`{"type":"candidate","candidate":"","id":null,"label":null}`,
	},
	"text that JSON escapes": {
		peer.ICECandidateInit{Candidate: "candidate:\"\\\n⛸", SDPMid: ptr("\u00fc\t")},
		`{"candidate":"candidate:\"\\\n⛸","sdpMid":"ü\t","sdpMLineIndex":null,"usernameFragment":null}`,
		`{"type":"candidate","candidate":"candidate:\"\\\n⛸","id":"ü\t","label":null}`,
	},
}

func TestBothShapesEncodeAndDecode(t *testing.T) {
	for name, test := range shapes {
		for shape, text := range map[repair.Shape]string{repair.ShapeW3C: test.w3c, repair.ShapeAiortc: test.aiortc} {
			t.Run(name+", "+string(shape), func(t *testing.T) {
				encoded, err := repair.Encode(shape, test.c)
				if err != nil || string(encoded) != text {
					t.Errorf("encoded: got %s, %v, want %s", encoded, err, text)
				}
				want := test.c
				if shape == repair.ShapeAiortc {
					want.UsernameFragment = nil // the shape has no place for it
				}
				decoded, err := repair.Decode(shape, json.RawMessage(text))
				if err != nil {
					t.Fatal(err)
				}
				if diff := cmp.Diff(want, decoded); diff != "" {
					t.Errorf("decoded (-want +got):\n%s", diff)
				}
			})
		}
	}
}

func TestDecodeTakesAbsentAndUnknownMembers(t *testing.T) {
	for name, test := range map[string]struct {
		shape repair.Shape
		text  string
		want  peer.ICECandidateInit
	}{
		"w3c without members":             {repair.ShapeW3C, ` {} `, peer.ICECandidateInit{}},
		"w3c with others":                 {repair.ShapeW3C, `{"candidate":"x","foundation":[1],"id":"7"}`, peer.ICECandidateInit{Candidate: "x"}},
		"aiortc without members":          {repair.ShapeAiortc, `{"type":"candidate"}`, peer.ICECandidateInit{}},
		"aiortc with the members of w3c":  {repair.ShapeAiortc, `{"type":"candidate","candidate":"x","sdpMid":"0"}`, peer.ICECandidateInit{Candidate: "x"}},
		"aiortc, as json.dumps writes it": {repair.ShapeAiortc, `{"candidate": "x", "id": "0", "label": 0, "type": "candidate"}`, peer.ICECandidateInit{Candidate: "x", SDPMid: ptr("0"), SDPMLineIndex: ptr(uint16(0))}},
	} {
		t.Run(name, func(t *testing.T) {
			got, err := repair.Decode(test.shape, json.RawMessage(test.text))
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(test.want, got); diff != "" {
				t.Errorf("decoded (-want +got):\n%s", diff)
			}
		})
	}
}

// badShapes are texts that are no candidate in the shape, and what the error
// must name.
var badShapes = []struct {
	shape repair.Shape
	text  string
	want  []string
}{
	{repair.ShapeW3C, "", []string{"candidate", "unexpected end"}},
	{repair.ShapeW3C, "{", []string{`"{"`, "unexpected end"}},
	{repair.ShapeW3C, "null", []string{"got null", "RTCIceCandidateInit"}},
	{repair.ShapeW3C, " null\n", []string{"got null"}},
	{repair.ShapeW3C, "[1]", []string{`"[1]"`, "array"}},
	{repair.ShapeW3C, `"candidate:1"`, []string{"string"}},
	{repair.ShapeW3C, `{"candidate":7}`, []string{"number", "candidate"}},
	{repair.ShapeW3C, `{"candidate":"x","sdpMid":0}`, []string{"number", "sdpMid"}},
	{repair.ShapeW3C, `{"candidate":"x","sdpMLineIndex":-1}`, []string{"-1", "sdpMLineIndex"}},
	{repair.ShapeW3C, `{"candidate":"x","sdpMLineIndex":65536}`, []string{"65536", "sdpMLineIndex"}},
	{repair.ShapeW3C, `{"candidate":"x","sdpMLineIndex":1.5}`, []string{"1.5", "sdpMLineIndex"}},
	{repair.ShapeW3C, `{"candidate":"x","usernameFragment":[]}`, []string{"array", "usernameFragment"}},
	{repair.ShapeW3C, `{"candidate":"x"} {}`, []string{"after top-level value"}},
	{repair.ShapeAiortc, "", []string{"candidate", "unexpected end"}},
	{repair.ShapeAiortc, "null", []string{`got type ""`, `want "candidate"`}},
	{repair.ShapeAiortc, "{}", []string{`got type ""`, `want "candidate"`}},
	{repair.ShapeAiortc, `{"type":"offer","sdp":"v=0"}`, []string{`got type "offer"`, `want "candidate"`}},
	{repair.ShapeAiortc, `{"type":1}`, []string{"number", "type"}},
	{repair.ShapeAiortc, `{"type":"candidate","candidate":["x"]}`, []string{"array", "candidate"}},
	{repair.ShapeAiortc, `{"type":"candidate","candidate":"x","id":0}`, []string{"number", "id"}},
	{repair.ShapeAiortc, `{"type":"candidate","candidate":"x","label":"0"}`, []string{"string", "label"}},
	{repair.ShapeAiortc, `{"type":"candidate","candidate":"x","label":65536}`, []string{"65536", "label"}},
	{"", `{}`, []string{`got ""`, `"w3c"`, `"aiortc"`}},
	{"sdpfrag", `{}`, []string{`got "sdpfrag"`, `"w3c"`, `"aiortc"`}},
}

func TestBadInputIsNamed(t *testing.T) {
	for _, test := range badShapes {
		t.Run(string(test.shape)+" "+test.text, func(t *testing.T) {
			got, err := repair.Decode(test.shape, json.RawMessage(test.text))
			if err == nil {
				t.Fatalf("got %v, want an error", got)
			}
			for _, want := range test.want {
				if !strings.Contains(err.Error(), want) {
					t.Errorf("got %q, want %q in it", err, want)
				}
			}
			if diff := cmp.Diff(peer.ICECandidateInit{}, got); diff != "" {
				t.Errorf("with the error (-want +got):\n%s", diff)
			}
		})
	}
}

func TestEncodeNamesAnUnknownShape(t *testing.T) {
	got, err := repair.Encode("sdpfrag", peer.ICECandidateInit{})
	if err == nil || got != nil || !strings.Contains(err.Error(), `got "sdpfrag"`) {
		t.Errorf("got %s, %v, want an error that names the shape", got, err)
	}
}

func TestAnErrorQuotesOnlyTheBeginningOfItsInput(t *testing.T) {
	long := strings.Repeat("y", 1<<20)
	for _, test := range []struct {
		shape repair.Shape
		text  string
	}{
		{repair.ShapeW3C, `{"candidate":"` + long},
		{repair.ShapeW3C, `{"candidate":"` + long + `","sdpMid":0}`},
		{repair.ShapeAiortc, `{"type":"` + long},
		{repair.ShapeAiortc, `{"type":"` + long + `"}`},
	} {
		if _, err := repair.Decode(test.shape, json.RawMessage(test.text)); err == nil || len(err.Error()) > 500 {
			t.Errorf("%s %.40s: got an error of %d bytes, want one of at most 500", test.shape, test.text, len(fmt.Sprint(err)))
		}
	}
}

func FuzzDecode(f *testing.F) {
	for _, test := range shapes {
		f.Add(test.w3c)
		f.Add(test.aiortc)
	}
	for _, test := range badShapes {
		f.Add(test.text)
	}
	f.Add(`{"type":"candidate","candidate":"\ud800","id":"` + "\xff" + `"}`)
	f.Fuzz(func(t *testing.T, text string) {
		for _, shape := range []repair.Shape{repair.ShapeW3C, repair.ShapeAiortc} {
			c, err := repair.Decode(shape, json.RawMessage(text))
			if err != nil {
				if diff := cmp.Diff(peer.ICECandidateInit{}, c); diff != "" {
					t.Errorf("%s %q: with %v (-want +got):\n%s", shape, text, err, diff)
				}
				continue
			}
			encoded, err := repair.Encode(shape, c)
			if err != nil {
				t.Fatalf("%s %q: decoded %v, which does not encode: %v", shape, text, c, err)
			}
			again, err := repair.Decode(shape, encoded)
			if err != nil {
				t.Fatalf("%s %q: encoded %s, which does not decode: %v", shape, text, encoded, err)
			}
			if diff := cmp.Diff(c, again); diff != "" {
				t.Errorf("%s %q (-first +again):\n%s", shape, text, diff)
			}
		}
	})
}
