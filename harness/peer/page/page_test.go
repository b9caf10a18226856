package page

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/webrtc-rink/rink/harness/peer"
)

// sent is a call as it reaches the page.
type sent struct {
	ID     uint64          `json:"id"`
	Conn   uint64          `json:"conn"`
	Method string          `json:"method"`
	Params json.RawMessage `json:"params"`
}

// browser stands for a page: the test takes the calls and answers them.
type browser struct {
	*Page
	t     *testing.T
	calls chan sent
	fail  chan error
}

func newBrowser(t *testing.T) *browser {
	b := &browser{t: t, calls: make(chan sent, 1000), fail: make(chan error, 1)}
	b.Page = New("test", b.evaluate)
	t.Cleanup(b.Page.Close)
	return b
}

func (b *browser) evaluate(expression string, _ bool) error {
	select {
	case err := <-b.fail:
		return err
	default:
	}
	list, found := strings.CutPrefix(expression, "rink(")
	var batch []sent
	if err := json.Unmarshal([]byte(strings.TrimSuffix(list, ")")), &batch); err != nil || !found {
		b.t.Errorf("expression: got %.200q, want rink([...]): %v", expression, err)
	}
	for _, c := range batch {
		b.calls <- c
	}
	return nil
}

// expect takes the next call, which has to be of the method.
func (b *browser) expect(method string) sent {
	b.t.Helper()
	c := <-b.calls
	if c.Method != method {
		b.t.Fatalf("call: got %s, want %s", c.Method, method)
	}
	return c
}

func (b *browser) answer(c sent, result string) {
	b.Deliver(fmt.Sprintf(`{"id":%d,"result":%s}`, c.ID, result))
}

// open returns a connection that the page has opened.
func (b *browser) open() *Conn {
	b.t.Helper()
	go func() { b.answer(b.expect("open"), "null") }()
	c, err := b.Open(b.t.Context(), peer.Configuration{})
	if err != nil {
		b.t.Fatal(err)
	}
	return c
}

// waited is a context that tells when a call has been put in line and waits.
type waited struct {
	context.Context
	waiting chan struct{}
}

func (w waited) Done() <-chan struct{} {
	w.waiting <- struct{}{}
	return w.Context.Done()
}

// begin runs a call and returns once it is in line.
func begin(t *testing.T, call func(context.Context) error) <-chan error {
	ctx := waited{t.Context(), make(chan struct{}, 1)}
	result := make(chan error, 1)
	go func() { result <- call(ctx) }()
	<-ctx.waiting
	return result
}

func TestCallsReachThePageInOrder(t *testing.T) {
	b := newBrowser(t)
	c := b.open()
	remote := begin(t, func(ctx context.Context) error {
		return c.SetRemoteDescription(ctx, peer.SessionDescription{Type: "offer", SDP: "v=0\r\n<&>"})
	})
	candidate := begin(t, func(ctx context.Context) error {
		return c.AddICECandidate(ctx, &peer.ICECandidateInit{Candidate: "candidate:1"})
	})
	end := begin(t, func(ctx context.Context) error { return c.AddICECandidate(ctx, nil) })

	first, second, third := b.expect("setRemoteDescription"), b.expect("addIceCandidate"), b.expect("addIceCandidate")
	for _, p := range []struct {
		got  json.RawMessage
		want string
	}{
		{first.Params, `{"description":{"type":"offer","sdp":"v=0\r\n<&>"}}`},
		{second.Params, `{"candidate":{"candidate":"candidate:1","sdpMid":null,"sdpMLineIndex":null,"usernameFragment":null}}`},
		{third.Params, `{"candidate":null}`},
	} {
		if string(p.got) != p.want {
			t.Errorf("params: got %s, want %s", p.got, p.want)
		}
	}
	b.answer(third, "null") // answers may come in any order
	b.Deliver(fmt.Sprintf(`{"id":%d,"error":{"name":"OperationError","message":"no"}}`, second.ID))
	b.answer(first, "null")
	if err := errors.Join(<-remote, <-end); err != nil {
		t.Error(err)
	}
	if err := <-candidate; peer.NameOf(err) != peer.OperationError {
		t.Errorf("addIceCandidate: got %v, want OperationError", err)
	}
}

func TestEvents(t *testing.T) {
	b := newBrowser(t)
	one, two := b.open(), b.open()
	b.Deliver(fmt.Sprintf(`{"conn":%d,"event":{"type":"icecandidate","peerTime":1.5,"candidate":{"candidate":"x","sdpMid":null,"more":1}}}`, one.id))
	b.Deliver(fmt.Sprintf(`{"conn":%d,"event":{"type":"icecandidate","candidate":null}}`, one.id))
	b.Deliver(`{"conn":4711,"event":{"type":"open"}}`)
	b.Deliver(`{"id":4711,"result":1}`)
	b.Deliver("no JSON \xff")
	var got []string
	for range 3 {
		e := <-one.Events()
		got = append(got, string(e.Type)+" "+string(e.Candidate)+e.Level)
	}
	want := []string{`icecandidate {"candidate":"x","sdpMid":null,"more":1}`, "icecandidate null", "log error"}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("events of the first connection (-want +got):\n%s", diff)
	}
	if e := <-two.Events(); e.Type != peer.EventLog {
		t.Errorf("first event of the second connection: got %s, want the log alone", e.Type)
	}
}

func TestFailTellsEveryCallAndConnection(t *testing.T) {
	b := newBrowser(t)
	c, idle := b.open(), b.open()
	pending := begin(t, func(ctx context.Context) error { _, err := c.CreateOffer(ctx, peer.OfferOptions{}); return err })
	b.expect("createOffer")
	b.fail <- errors.New("the page crashed")
	for name, err := range map[string]error{
		"call that failed": c.RestartICE(t.Context()),
		"pending call":     <-pending,
		"later call":       idle.RestartICE(t.Context()),
	} {
		var gone *peer.GoneError
		if !errors.As(err, &gone) || gone.Reason != "the page crashed" {
			t.Errorf("%s: got %v, want a GoneError with the reason", name, err)
		}
	}
	if _, err := b.Open(t.Context(), peer.Configuration{}); !peer.IsGone(err) {
		t.Errorf("open: got %v, want a GoneError", err)
	}
	for _, c := range []*Conn{c, idle} {
		var last peer.Event
		for e := range c.Events() {
			last = e
		}
		if last.Type != peer.EventGone || last.Text != "the page crashed" {
			t.Errorf("last event: got %+v, want gone with the reason", last)
		}
		if err := c.Close(t.Context()); err != nil {
			t.Errorf("close: got %v, want nil", err)
		}
	}
}

func TestContextEndsACall(t *testing.T) {
	b := newBrowser(t)
	c := b.open()
	ctx, cancel := context.WithCancel(t.Context())
	result := make(chan error, 1)
	go func() { result <- c.RestartICE(ctx) }()
	call := b.expect("restartIce")
	cancel()
	if err := <-result; !errors.Is(err, context.Canceled) {
		t.Errorf("got %v, want context canceled", err)
	}
	b.answer(call, "null") // too late, and nobody minds

	go func() { result <- func() error { _, err := b.Open(ctx, peer.Configuration{}); return err }() }()
	if err := <-result; !errors.Is(err, context.Canceled) {
		t.Errorf("open: got %v, want context canceled", err)
	}
	if err := c.Close(ctx); !errors.Is(err, context.Canceled) {
		t.Errorf("close: got %v, want context canceled", err)
	}
	if late := b.expect("close"); late.Conn == c.id { // of the open that nobody waited for
		t.Errorf("close: got connection %d, want that of the cancelled open first", late.Conn)
	}
	if late := b.expect("close"); late.Conn != c.id {
		t.Errorf("close: got connection %d, want %d", late.Conn, c.id)
	}
}

func TestTooLargeACall(t *testing.T) {
	b := newBrowser(t)
	c := b.open()
	err := c.SetRemoteDescription(t.Context(), peer.SessionDescription{Type: "offer", SDP: strings.Repeat("x", maxCall)})
	if err == nil || peer.NameOf(err) != "" || peer.IsGone(err) {
		t.Errorf("got %v, want an error of the harness", err)
	}
}

func TestForgottenConnectionIsNoAnswerOfTheBrowser(t *testing.T) {
	b := newBrowser(t)
	c := b.open()
	result := begin(t, func(ctx context.Context) error { return c.RestartICE(ctx) })
	b.Deliver(fmt.Sprintf(`{"id":%d,"error":{"name":"Forgotten","message":"connection 1 was closed and forgotten"}}`, b.expect("restartIce").ID))
	if err := <-result; err == nil || peer.NameOf(err) != "" {
		t.Errorf("got %v, want an error without a DOMException name", err)
	}
}

func TestCloseEndsEvents(t *testing.T) {
	b := newBrowser(t)
	c := b.open()
	events := c.Events()
	go func() {
		call := b.expect("close")
		b.Deliver(fmt.Sprintf(`{"conn":%d,"event":{"type":"close","channel":"c1"}}`, c.id))
		b.answer(call, "null")
	}()
	if err := c.Close(t.Context()); err != nil {
		t.Fatal(err)
	}
	if err := c.Close(t.Context()); err != nil {
		t.Fatal(err)
	}
	var got []peer.EventType
	for e := range events {
		got = append(got, e.Type)
	}
	if diff := cmp.Diff([]peer.EventType{peer.EventChannelClose}, got); diff != "" {
		t.Errorf("events (-want +got):\n%s", diff)
	}
}
