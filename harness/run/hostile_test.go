package run_test

import (
	"context"
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/webrtc-rink/rink/harness/netlab"
	"github.com/webrtc-rink/rink/harness/peer"
	"github.com/webrtc-rink/rink/harness/report/files"
	"github.com/webrtc-rink/rink/harness/report/schema"
	"github.com/webrtc-rink/rink/harness/run"
	"github.com/webrtc-rink/rink/harness/trace"
)

const nasty = "\"><img src=x onerror=alert(1)>\xff\x00\u202e|`@all`\n::error::x"

// hostile puts nasty strings wherever a peer has words, an SDP of 10 MB, and
// candidates without end.
type hostile struct{ peer.Peer }

func (h hostile) Describe() peer.Description {
	d := h.Peer.Describe()
	d.Implementation, d.Version, d.VersionSource = nasty, nasty, nasty
	d.Details = map[string]string{nasty: nasty}
	return d
}

func (h hostile) Open(ctx context.Context, c peer.Configuration) (peer.Connection, error) {
	conn, err := h.Peer.Open(ctx, c)
	if err != nil {
		return nil, err
	}
	q := peer.NewEventQueue()
	go func() {
		defer q.Close()
		candidate, _ := json.Marshal(map[string]string{"candidate": "candidate:" + nasty, "sdpMid": nasty}) // strings
		for range 2000 {
			q.Put(peer.Event{Type: peer.EventICECandidate, Candidate: candidate})
		}
		for _, t := range []peer.EventType{peer.EventLog, peer.EventSignalingStateChange, peer.EventType(nasty)} {
			q.Put(peer.Event{Type: t, State: nasty, Level: nasty, Text: nasty, Mid: nasty, Label: nasty})
		}
		for e := range conn.Events() {
			q.Put(e)
		}
	}()
	return hostileConnection{conn, q}, nil
}

type hostileConnection struct {
	peer.Connection
	queue *peer.EventQueue
}

func (h hostileConnection) Events() <-chan peer.Event { return h.queue.Events() }

func (h hostileConnection) CreateOffer(ctx context.Context, o peer.OfferOptions) (peer.SessionDescription, error) {
	d, err := h.Connection.CreateOffer(ctx, o)
	d.SDP += "a=" + strings.Repeat("<b>"+nasty[:20], 10<<20/23) + "\r\n"
	return d, err
}

func (h hostileConnection) SetRemoteDescription(context.Context, peer.SessionDescription) error {
	return peer.Errorf(nasty, "%s", strings.Repeat(nasty, 1000))
}

// TestAHostilePeerHarmsNeitherRunNorReport: the sessions of the others are as
// they would be without it, and the report is one.
func TestAHostilePeerHarmsNeitherRunNorReport(t *testing.T) {
	t.Parallel()
	bad := &member{id: "bad"}
	roster := crew(&member{id: "a"}, &member{id: "b"}, bad)
	start := roster[2].Start
	roster[2].Start = func(ctx context.Context, log func(string)) (peer.Peer, error) {
		p, err := start(ctx, log)
		return hostile{p}, err
	}
	p := plan(t, roster, "trickle-full,candidates-bundled")
	p.Network = netlab.Describe()
	r := executed(t.Context(), t, p)
	for _, s := range r.Sessions {
		if s.Pair.Offerer != "bad" && s.Pair.Answerer != "bad" && s.Result != trace.EndCompleted {
			t.Errorf("%s: got %s: %s", s.ID, s.Result, s.Reason)
		}
	}
	for _, res := range r.Results {
		if res.Pair.Offerer != "bad" && res.Pair.Answerer != "bad" && res.Outcome.Red() {
			t.Errorf("%s %s in %s: got %s", res.Check, res.Subject, res.Pair, res.Outcome)
		}
	}
	dir := filepath.Join(p.Out, files.LatestName)
	data, err := os.ReadFile(filepath.Join(dir, files.JSON))
	if err != nil {
		t.Fatal(err)
	}
	if err := schema.Validate(data); err != nil {
		t.Error(err)
	}
	page, err := os.ReadFile(filepath.Join(dir, files.HTML))
	if err != nil || strings.Contains(string(page), "<img") || len(page) > 5<<20 {
		t.Errorf("report.html: got %v, %d bytes, with an image: %t", err, len(page), strings.Contains(string(page), "<img"))
	}
	again, err := run.Judge{Checks: p.Checks}.Dir(filepath.Join(dir, "traces"))
	if err != nil || len(again) != len(r.Sessions) {
		t.Errorf("traces: got %d sessions of %d, %v", len(again), len(r.Sessions), err)
	}
}
