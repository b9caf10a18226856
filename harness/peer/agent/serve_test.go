package agent

import (
	"bytes"
	"context"
	"errors"
	"io"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/webrtc-rink/rink/harness/peer"
	"github.com/webrtc-rink/rink/harness/peer/peertest"
)

// patient is a peer whose createOffer lasts as long as its context.
type patient struct {
	actor
	began, ended chan struct{}
}

func (p *patient) Open(context.Context, peer.Configuration) (peer.Connection, error) {
	return &patientAct{act{queue: p.queue}, p}, nil
}

type patientAct struct {
	act
	peer *patient
}

func (p *patientAct) CreateOffer(ctx context.Context, _ peer.OfferOptions) (peer.SessionDescription, error) {
	close(p.peer.began)
	<-ctx.Done()
	close(p.peer.ended)
	return peer.SessionDescription{}, ctx.Err()
}

func (p *patientAct) RestartICE(context.Context) error {
	return &peer.GoneError{Peer: "inner", Reason: "the browser behind it died"}
}

func (p *patientAct) CreateAnswer(context.Context) (peer.SessionDescription, error) {
	return peer.SessionDescription{}, errors.New("broken pipe")
}

func newPatient() *patient {
	return &patient{actor{peer.NewEventQueue()}, make(chan struct{}), make(chan struct{})}
}

func within(t *testing.T) context.Context {
	ctx, cancel := context.WithTimeout(t.Context(), peertest.Patience)
	t.Cleanup(cancel)
	return ctx
}

func wait(ctx context.Context, t *testing.T, what string, c <-chan struct{}) {
	t.Helper()
	select {
	case <-c:
	case <-ctx.Done():
		t.Fatalf("%s: %v", what, ctx.Err())
	}
}

func TestACallThatWasGivenUpMakesWayForTheNext(t *testing.T) {
	ctx, behind := within(t), newPatient()
	p := overPipes(t, behind, io.Discard, io.Discard)
	w := open(ctx, t, p)
	short, cancel := context.WithCancel(ctx)
	go func() { <-behind.began; cancel() }()
	if _, err := w.CreateOffer(short, peer.OfferOptions{}); !errors.Is(err, context.Canceled) {
		t.Errorf("createOffer: got %v, want context canceled", err)
	}
	if _, err := w.Snapshot(ctx); err != nil {
		t.Errorf("snapshot: got %v, want no error", err)
	}
	wait(ctx, t, "the context of the call", behind.ended)
}

func TestCloseDoesNotWaitForACall(t *testing.T) {
	ctx, behind := within(t), newPatient()
	p := overPipes(t, behind, io.Discard, io.Discard)
	w := open(ctx, t, p)
	result := make(chan error, 1)
	go func() {
		_, err := w.CreateOffer(ctx, peer.OfferOptions{})
		result <- err
	}()
	wait(ctx, t, "createOffer", behind.began)
	if err := w.Close(ctx); err != nil {
		t.Errorf("close of the connection: got %v, want no error", err)
	}
	wantClose(t, p)
	wantGone(t, "pending call", <-result, "closed")
	wait(ctx, t, "the context of the call", behind.ended)
}

func TestErrorsOfTheRunStayWhatTheyAre(t *testing.T) {
	ctx := within(t)
	w := open(ctx, t, overPipes(t, newPatient(), io.Discard, io.Discard))
	wantGone(t, "restartIce", w.RestartICE(ctx), "the browser behind it died")
	_, err := w.CreateAnswer(ctx)
	wantSaid(t, "createAnswer", err, "error -32603: broken pipe")
	if peer.NameOf(err) != "" || peer.IsGone(err) {
		t.Errorf("createAnswer: got %v, want no refusal", err)
	}
}

func TestServeAnswersWhatItCannotDo(t *testing.T) {
	var out bytes.Buffer
	err := Serve(within(t), strings.NewReader(strings.Join([]string{
		`{"jsonrpc":"2.0","id":1,"method":"fly"}`,
		`{"jsonrpc":"2.0","id":2,"method":"snapshot","params":{"connection":"one"}}`,
		`{"jsonrpc":"2.0","id":3,"method":"snapshot","params":{"connection":5}}`,
		`{"jsonrpc":"2.0","id":4,"method":"close","params":{"connection":5}}`,
		`{"jsonrpc":"2.0","method":"unknown notification"}`,
		`this is no JSON`, ``,
	}, "\n")), &out, &actor{peer.NewEventQueue()})
	wantSaid(t, "serve", err, "this is no JSON")
	var codes []string
	for line := range strings.Lines(out.String()) {
		id, rest, _ := strings.Cut(strings.TrimPrefix(line, `{"jsonrpc":"2.0","id":`), ",")
		what, _, _ := strings.Cut(rest, ",")
		codes = append(codes, id+" "+strings.TrimSpace(what))
	}
	want := []string{
		`1 "error":{"code":-32601`, `2 "error":{"code":-32602`, `3 "error":{"code":-32000`, `4 "result":null}`, `null "error":{"code":-32700`,
	}
	if diff := cmp.Diff(want, codes); diff != "" {
		t.Errorf("answers (-want +got):\n%s", diff)
	}
}

func TestServeEndsWithItsContext(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	in, hold := io.Pipe()
	defer hold.Close()
	cancel()
	if err := Serve(ctx, in, io.Discard, &actor{peer.NewEventQueue()}); !errors.Is(err, context.Canceled) {
		t.Errorf("serve: got %v, want context canceled", err)
	}
}

// FuzzDeliver: nothing that an agent writes panics the harness.
func FuzzDeliver(f *testing.F) {
	for _, line := range []string{
		event, `{"jsonrpc":"2.0","id":1,"result":null}`, `{"jsonrpc":"2.0","id":1,"error":{"code":-32000,"message":"x","data":{"name":"y"}}}`,
		`{"jsonrpc":"2.0","method":"event","params":{"connection":1,"event":{"type":"icecandidate","candidate":null}}}`,
		`{"jsonrpc":"2.0","method":"event","params":{"connection":1,"event":{"type":"message","message":{"bytes":"AAH/"}}}}`,
		`{"jsonrpc":"2.0","method":"event","params":{"connection":1,"event":{"type":"gone","text":"x"}}}`, `[]`, `null`, "\xff", "",
	} {
		f.Add([]byte(line))
	}
	f.Fuzz(func(_ *testing.T, line []byte) {
		settled := make(chan answer, 1)
		l := &link{options: Options{}.withDefaults(), pending: map[uint64]chan<- answer{1: settled}, lastCon: 1}
		c := &conn{link: l, id: 1, events: peer.NewEventQueue()}
		defer c.events.Discard()
		l.conns = map[uint64]*conn{1: c}
		l.deliver(line)
		select {
		case a := <-settled:
			if a.err != nil {
				_ = l.refusal("snapshot", a.err)
			}
		case <-time.After(0):
		}
	})
}
