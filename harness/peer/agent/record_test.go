package agent

import (
	"bytes"
	"context"
	"encoding/json"
	"flag"
	"os"
	"regexp"
	"strings"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/webrtc-rink/rink/harness/peer"
)

var update = flag.Bool("update", false, "write the example session of PROTOCOL.md")

// The example session stands between these lines of the specification.
const (
	specification = "PROTOCOL.md"
	beginExample  = "<!-- example: written by go test -update -->\n```text\n"
	endExample    = "```\n<!-- end of example -->\n"
)

// actor is a peer that says what the example needs. It is no WebRTC.
type actor struct{ queue *peer.EventQueue }

func (a *actor) Describe() peer.Description {
	return peer.Description{
		ID: "example", Implementation: "example/webrtc", Version: "1.2.3", VersionSource: "compiled in",
		Features: peer.Features{peer.FeatureDataChannel, peer.FeatureTrickle, peer.FeatureStates},
	}
}

func (a *actor) Open(context.Context, peer.Configuration) (peer.Connection, error) {
	return &act{queue: a.queue}, nil
}
func (a *actor) Close() error { a.queue.Discard(); return nil }

type act struct {
	peer.Connection // a call that the example does not make
	queue           *peer.EventQueue
}

func (a *act) CreateDataChannel(context.Context, string, peer.DataChannelInit) (peer.ChannelHandle, error) {
	return "1", nil
}

func (a *act) CreateOffer(context.Context, peer.OfferOptions) (peer.SessionDescription, error) {
	return peer.SessionDescription{Type: "offer", SDP: "v=0\r\n..."}, nil
}
func (a *act) SetLocalDescription(context.Context, *peer.SessionDescription) error { return nil }
func (a *act) SetRemoteDescription(context.Context, peer.SessionDescription) error {
	return peer.Errorf(peer.InvalidAccessError, "the description has no fingerprint")
}
func (a *act) AddICECandidate(context.Context, *peer.ICECandidateInit) error { return nil }
func (a *act) Send(context.Context, peer.ChannelHandle, peer.Message) error  { return nil }
func (a *act) Snapshot(context.Context) (peer.Snapshot, error) {
	return peer.Snapshot{
		SignalingState: "have-local-offer", ICEGatheringState: "complete", ICEConnectionState: "new", ConnectionState: "new",
		LocalDescription: &peer.SessionDescription{Type: "offer", SDP: "v=0\r\n..."},
	}, nil
}
func (a *act) Events() <-chan peer.Event   { return a.queue.Events() }
func (a *act) Close(context.Context) error { a.queue.Close(); return nil }

// recorder notes each line with its direction.
type recorder struct {
	mu  sync.Mutex
	all []string
}

func (r *recorder) direction(arrow string) *half { return &half{r: r, arrow: arrow} }

type half struct {
	r     *recorder
	arrow string
	part  []byte
}

var probe = regexp.MustCompile(`probe-[0-9a-f]{16}`)

func (h *half) Write(b []byte) (int, error) {
	h.part = append(h.part, b...)
	for {
		line, rest, ended := bytes.Cut(h.part, []byte("\n"))
		if !ended {
			return len(b), nil
		}
		h.r.mu.Lock()
		h.r.all = append(h.r.all, h.arrow+" "+probe.ReplaceAllString(string(line), "probe-0123456789abcdef"))
		h.r.mu.Unlock()
		h.part = rest
	}
}

// perform is the session of the example.
func perform(t *testing.T, p *Peer, q *peer.EventQueue) {
	ctx := t.Context()
	w := open(ctx, t, p)
	tell := func(e peer.Event) {
		q.Put(e)
		if _, err := w.Await(ctx, string(e.Type), func(got peer.Event) bool { return got.Type == e.Type }); err != nil {
			t.Fatal(err)
		}
	}
	channel, err := w.CreateDataChannel(ctx, "rink", peer.DataChannelInit{})
	if err != nil {
		t.Fatal(err)
	}
	offer, err := w.CreateOffer(ctx, peer.OfferOptions{})
	if err != nil {
		t.Fatal(err)
	}
	want := func(name string, err error) {
		if peer.NameOf(err) != name || name == "" && err != nil {
			t.Errorf("got %v, want %q", err, name)
		}
	}
	want("", w.SetLocalDescription(ctx, &offer))
	tell(peer.Event{Type: peer.EventSignalingStateChange, State: "have-local-offer"})
	tell(peer.Event{Type: peer.EventICECandidate, Candidate: json.RawMessage(
		`{"candidate":"candidate:1 1 udp 2130706431 192.0.2.1 50000 typ host","sdpMid":"0","sdpMLineIndex":0,"usernameFragment":"aBcD"}`)})
	q.Put(peer.Event{Type: peer.EventICECandidate, Candidate: json.RawMessage("null")})
	if _, err := w.Await(ctx, "null", func(e peer.Event) bool { return string(e.Candidate) == "null" }); err != nil {
		t.Fatal(err)
	}
	want(peer.InvalidAccessError, w.SetRemoteDescription(ctx, peer.SessionDescription{Type: "answer", SDP: "v=0\r\n..."}))
	want("", w.AddICECandidate(ctx, nil))
	want("", w.Send(ctx, channel, peer.Message{Text: "häß"}))
	tell(peer.Event{Type: peer.EventMessage, Channel: channel, Label: "rink", Message: &peer.Message{Binary: true, Bytes: []byte{0, 1, 255}}})
	if _, err := w.Snapshot(ctx); err != nil {
		t.Error(err)
	}
	want("", w.Close(ctx))
	if err := w.AwaitEnd(ctx); err != nil {
		t.Error(err)
	}
	wantClose(t, p)
}

// TestTheSpecificationShowsWhatIsSent keeps the example session true.
func TestTheSpecificationShowsWhatIsSent(t *testing.T) {
	r := &recorder{}
	a := &actor{queue: peer.NewEventQueue()}
	perform(t, overPipes(t, a, r.direction("->"), r.direction("<-")), a.queue)
	got := strings.Join(r.all, "\n") + "\n"
	text, err := os.ReadFile(specification)
	if err != nil {
		t.Fatal(err)
	}
	before, rest, found := strings.Cut(string(text), beginExample)
	want, after, ended := strings.Cut(rest, endExample)
	if !found || !ended {
		t.Fatalf("%s: has no example session", specification)
	}
	if *update {
		if err := os.WriteFile(specification, []byte(before+beginExample+got+endExample+after), 0o600); err != nil {
			t.Fatal(err)
		}
		return
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("%s (-written +sent; go test -update writes it):\n%s", specification, diff)
	}
}

// TestTheSpecificationNamesEverything: a method, event or feature that is not in
// it cannot be implemented by its reader.
func TestTheSpecificationNamesEverything(t *testing.T) {
	text, err := os.ReadFile(specification)
	if err != nil {
		t.Fatal(err)
	}
	names := []string{methodDescribe, methodOpen, methodExit, notifyCancel, notifyEvent}
	for name := range methods {
		names = append(names, name)
	}
	for _, f := range peer.AllFeatures() {
		names = append(names, string(f))
	}
	for _, e := range []peer.EventType{
		peer.EventICECandidate, peer.EventICECandidateError, peer.EventICEGatheringStateChange, peer.EventICEConnectionStateChange,
		peer.EventConnectionStateChange, peer.EventSignalingStateChange, peer.EventNegotiationNeeded, peer.EventDataChannel,
		peer.EventChannelOpen, peer.EventChannelClose, peer.EventMessage, peer.EventTrack, peer.EventBufferedAmountLow, peer.EventLog, peer.EventGone,
	} {
		names = append(names, string(e))
	}
	for _, name := range names {
		if !strings.Contains(string(text), "`"+name+"`") {
			t.Errorf("%s: does not name %s", specification, name)
		}
	}
}
