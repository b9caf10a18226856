package signaling_test

import (
	"context"
	"encoding/json"
	"fmt"
	"strings"
	"sync"
	"testing"
	"testing/synctest"

	"github.com/google/go-cmp/cmp"

	"github.com/webrtc-rink/rink/harness/peer"
	"github.com/webrtc-rink/rink/harness/signaling"
	"github.com/webrtc-rink/rink/harness/trace"
)

const (
	offerer  = trace.Offerer
	answerer = trace.Answerer
	end      = "null"
)

// session is the description of two bundled sections, as either end produced it
// after gathering.
const session = "v=0\r\no=- 1 1 IN IP4 127.0.0.1\r\ns=-\r\nt=0 0\r\na=group:BUNDLE 0 1\r\n" +
	"m=audio 9001 UDP/TLS/RTP/SAVPF 111\r\nc=IN IP4 192.0.2.1\r\na=mid:0\r\na=rtpmap:111 opus/48000/2\r\n" +
	"a=candidate:1 1 udp 1 192.0.2.1 9001 typ host\r\na=end-of-candidates\r\n" +
	"m=application 9 UDP/DTLS/SCTP webrtc-datachannel\r\nc=IN IP4 0.0.0.0\r\na=mid:1\r\na=sctp-port:5000\r\n"

// line is the candidate with that foundation.
func line(id int) string { return fmt.Sprintf("candidate:%d 1 udp 1 192.0.2.1 9001 typ host", id) }

// from is a candidate as an implementation surfaces it: with a member that Rink
// does not know, and with its members in an order that is not the alphabet's.
func from(id int, mid, index string) string {
	return fmt.Sprintf(`{"sdpMid":%s,"candidate":%q,"sdpMLineIndex":%s,"x":[1]}`, mid, line(id), index)
}

// rig is a link at work, with what came out of it.
type rig struct {
	*signaling.Link
	t   *testing.T
	rec *trace.Recorder

	mu   sync.Mutex
	got  map[trace.Side][]string
	seen []signaling.Candidate // of both ends
}

// newRig starts a link. It is called inside a synctest bubble, which also fails
// when a goroutine of the link stays behind.
func newRig(t *testing.T, p signaling.Policy, seed int64) *rig {
	t.Helper()
	r := &rig{t: t, rec: trace.NewRecorder(nil), got: map[trace.Side][]string{}}
	r.Link = signaling.NewLink(p, seed, r.rec, func(_ context.Context, to trace.Side, c signaling.Candidate) {
		r.mu.Lock()
		defer r.mu.Unlock()
		r.got[to] = append(r.got[to], show(c))
		r.seen = append(r.seen, c)
	})
	r.Start(t.Context())
	return r
}

// surface hands over candidates of one end.
func (r *rig) surface(from trace.Side, raws ...string) {
	for _, raw := range raws {
		r.Candidate(from, json.RawMessage(raw))
	}
}

// open makes both ends ready, as after an offer and its answer were set.
func (r *rig) open() {
	for _, side := range trace.Sides() {
		r.Seal(side)
		r.Ready(side)
	}
}

// describe carries a description from one end and returns what the other gets.
func (r *rig) describe(from trace.Side, sdp string) string {
	r.t.Helper()
	typ := "offer"
	if from == answerer {
		typ = "answer"
	}
	d, err := r.Describe(from, peer.SessionDescription{Type: typ, SDP: sdp})
	if err != nil {
		r.t.Fatal(err)
	}
	if d.Type != typ {
		r.t.Errorf("type of what the %s gets: got %q, want %q", from.Other(), d.Type, typ)
	}
	return d.SDP
}

// arrived returns what came to one end, once nothing more can happen.
func (r *rig) arrived(to trace.Side) []string {
	synctest.Wait()
	r.mu.Lock()
	defer r.mu.Unlock()
	return append([]string(nil), r.got[to]...)
}

// want compares what came to one end, in its order.
func (r *rig) want(to trace.Side, what string, want ...string) {
	r.t.Helper()
	if diff := cmp.Diff(want, r.arrived(to)); diff != "" {
		r.t.Errorf("%s: arrived at the %s (-want +got):\n%s", what, to, diff)
	}
}

// wantTrace compares what the trace says of one end's candidates with what came
// to the other end, probes apart: the trace has them in the call.
func (r *rig) wantTrace(from trace.Side) {
	r.t.Helper()
	var want []string
	for _, s := range r.arrived(from.Other()) {
		bare, probe, ok := strings.Cut(s, " probe=")
		if ok {
			_, fault, _ := strings.Cut(probe, " fault=")
			bare += " fault=" + fault
		}
		want = append(want, bare)
	}
	if diff := cmp.Diff(want, r.recorded(from, "candidate", trace.ActCarry)); diff != "" {
		r.t.Errorf("carried candidates of the %s in the trace (-arrived +recorded):\n%s", from, diff)
	}
}

// recorded lists what the trace says that the middle did to what one end sent.
func (r *rig) recorded(from trace.Side, what string, act trace.SignalAct) []string {
	var all []string
	for _, rec := range r.rec.Records() {
		s := rec.Signal
		if rec.Kind != trace.KindSignal || rec.Side != from || s.What != what || s.Act != act {
			continue
		}
		if s.Description != nil {
			all = append(all, s.Description.Type+" fault="+s.Fault)
		} else {
			all = append(all, show(signaling.Candidate{Raw: s.Candidate, Fault: s.Fault}))
		}
	}
	return all
}

// show writes a candidate for a table: "c1 mid=0 index=null probe=p fault=f",
// where c1 is the line with foundation 1, and its extensions follow.
func show(c signaling.Candidate) string {
	var b strings.Builder
	b.WriteString(showRaw(c.Raw))
	if c.Probe != "" {
		b.WriteString(" probe=" + c.Probe)
	}
	if c.Fault != "" {
		b.WriteString(" fault=" + c.Fault)
	}
	return b.String()
}

func showRaw(raw json.RawMessage) string {
	var m map[string]json.RawMessage
	if err := json.Unmarshal(raw, &m); err != nil || m == nil {
		return string(raw)
	}
	var text string
	if err := json.Unmarshal(m["candidate"], &text); err != nil {
		return string(raw)
	}
	name := "empty"
	if id, ok := strings.CutPrefix(text, "candidate:"); ok {
		id, rest, _ := strings.Cut(id, " 1 udp 1 192.0.2.1 9001 typ host")
		name = "c" + id + rest
	}
	member := func(key string) string {
		if v, ok := m[key]; ok {
			return strings.Trim(string(v), `"`)
		}
		return "absent"
	}
	return name + " mid=" + member("sdpMid") + " index=" + member("sdpMLineIndex")
}
