package fingerprint_test

import (
	"bytes"
	"encoding/json"
	"testing"

	"github.com/webrtc-rink/rink/harness/fingerprint"
	"github.com/webrtc-rink/rink/harness/peer"
	"github.com/webrtc-rink/rink/harness/trace"
)

// compared reads, merges and compares the prints of a trace: no panic, no
// difference from itself, and words for every difference from a calm session.
func compared(t *testing.T, calm, records []trace.Record) {
	t.Helper()
	for _, side := range trace.Sides() {
		p, err := fingerprint.Of(records, side)
		if err != nil {
			continue
		}
		same := fingerprint.Merge(p, p)
		if len(same.Unstable) > 0 {
			t.Errorf("the same print twice: got %v unstable", same.Unstable)
		}
		if changes := fingerprint.Diff(same, same); len(changes) > 0 {
			t.Errorf("against itself: got %+v", changes)
		}
		for _, c := range fingerprint.Diff(repeated(3, of(t, calm, side)), repeated(3, p)) {
			if c.Sentence == "" || len(c.Scenarios) == 0 || len(c.Keys) == 0 {
				t.Errorf("%s: got %+v, want a sentence, scenarios and keys", c.Key, c)
			}
		}
	}
}

// FuzzWhatAPeerSays puts hostile words into every place of a real session where a
// peer has the word.
func FuzzWhatAPeerSays(f *testing.F) {
	calm := recorded(f, "v4.0.7-trickle-full")
	f.Add("v=0\r\nm=video 9 X 96 97\r\na=rtpmap:96 VP8/90000\r\na=fmtp:97 apt=96\r\na=extmap:1/sendonly u\r\na=ssrc:1 cname:x\r\n", `{"candidate":"candidate:1 1 udp 2130706431 ::1 9 typ srflx raddr 0.0.0.0 rport 0 tcptype so","sdpMid":""}`, "a/b | c > d = e")
	f.Add("v=0\na=rtcp:1 IN IP4\na=msid\na=group:\no=\nc=IN IP4 x\na=rtpmap\na=/:/\n", `{"candidate":"","x":1}`, "")
	f.Add("", "null", "offerer to ")
	f.Fuzz(func(t *testing.T, sdp, candidate, word string) {
		d := &peer.SessionDescription{Type: word, SDP: sdp}
		raw := json.RawMessage(candidate)
		hostile := make([]trace.Record, len(calm))
		for i, r := range calm {
			switch {
			case r.Session != nil:
				h := *r.Session
				h.Scenario, h.Offerer.ID, h.Offerer.Features = word, word, peer.Features{peer.Feature(word)}
				r.Session = &h
			case r.Call != nil:
				c := *r.Call
				if c.Candidate != nil {
					c.Candidate, c.Probe = raw, word
				}
				r.Call = &c
			case r.Return != nil:
				c := *r.Return
				if c.Description != nil {
					c.Description = d
				}
				c.Error = &peer.Error{Name: word}
				if r.N%2 == 0 {
					c.Error = nil
				}
				r.Return = &c
			case r.Event != nil:
				e := *r.Event
				e.State, e.Channel, e.Message = word, peer.ChannelHandle(word), nil
				if e.Candidate != nil {
					e.Candidate = raw
				}
				r.Event = &e
			case r.Snapshot != nil:
				s := *r.Snapshot
				s.LocalDescription, s.SignalingState = d, word
				r.Snapshot = &s
			case r.Stats != nil:
				s := *r.Stats
				s.Transports = []peer.TransportStats{{DTLSState: word, Local: &peer.CandidateStats{Type: word}}}
				s.Inbound = []peer.InboundStats{{Mid: word, Kind: peer.Kind(word)}}
				r.Stats = &s
			}
			hostile[i] = r
		}
		compared(t, calm, hostile)
	})
}

// FuzzTrace takes whatever text can be read as a trace.
func FuzzTrace(f *testing.F) {
	calm := recorded(f, "v4.0.7-trickle-full")
	var b bytes.Buffer
	rec := trace.NewRecorder(&b)
	d := &peer.SessionDescription{Type: "offer", SDP: "v=0\r\nm=audio 9 UDP/TLS/RTP/SAVPF 0\r\na=mid:0\r\n"}
	for _, r := range []trace.Record{
		{Kind: trace.KindSession, Session: &trace.Header{Schema: trace.Schema, Scenario: "trickle-full", Offerer: peer.Description{ID: "pion"}, Answerer: peer.Description{ID: "chrome"}}},
		{Kind: trace.KindCall, Side: trace.Offerer, Call: &trace.Call{ID: 1, Method: "createOffer"}},
		{Kind: trace.KindReturn, Side: trace.Offerer, Return: &trace.Return{Call: 1, Method: "createOffer", Description: d}},
		{Kind: trace.KindEvent, Side: trace.Offerer, Event: &peer.Event{Type: peer.EventICECandidate, Candidate: json.RawMessage(`{"candidate":"candidate:1 1 udp 1 ::1 9 typ host","sdpMid":"0","sdpMLineIndex":0}`)}},
		{Kind: trace.KindSnapshot, Side: trace.Offerer, Snapshot: &trace.Snapshot{Moment: trace.MomentFinal, Snapshot: peer.Snapshot{SignalingState: "stable", LocalDescription: d}}},
		{Kind: trace.KindEnd, End: &trace.End{Result: trace.EndCompleted, Stage: trace.StageClose}},
	} {
		rec.Add(r)
	}
	f.Add(b.Bytes())
	f.Fuzz(func(t *testing.T, text []byte) {
		records, err := trace.Read(bytes.NewReader(text))
		if err == nil {
			compared(t, calm, records)
		}
	})
}
