package repair_test

import (
	"context"
	"encoding/json"
	"errors"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/webrtc-rink/rink/harness/peer"
	"github.com/webrtc-rink/rink/harness/peer/fake"
	"github.com/webrtc-rink/rink/harness/repair"
)

// gathering is a connection of which a Gatherer sees only the snapshot.
type gathering struct {
	peer.Connection
	mu       sync.Mutex
	snapshot peer.Snapshot
	err      error
	honours  bool // returns the error of a context that has ended
	reads    int
}

func (c *gathering) Snapshot(ctx context.Context) (peer.Snapshot, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.reads++
	if c.honours && ctx.Err() != nil {
		return peer.Snapshot{}, ctx.Err()
	}
	return c.snapshot, c.err
}

func (c *gathering) set(state string, local *peer.SessionDescription) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.snapshot = peer.Snapshot{ICEGatheringState: state, LocalDescription: local}
}

func (c *gathering) count() int {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.reads
}

func stateEvent(state string) peer.Event {
	return peer.Event{Type: peer.EventICEGatheringStateChange, State: state}
}

func candidateEvent(raw string) peer.Event {
	return peer.Event{Type: peer.EventICECandidate, Candidate: json.RawMessage(raw)}
}

var gatheredOffer = &peer.SessionDescription{Type: "offer", SDP: "v=0\r\n"}

// outcome is what Wait returned.
type outcome struct {
	local peer.SessionDescription
	err   error
}

// waiting runs Wait in the background of a synctest bubble.
func waiting(ctx context.Context, g *repair.Gatherer) <-chan outcome {
	done := make(chan outcome, 1)
	go func() {
		d, err := g.Wait(ctx)
		done <- outcome{d, err}
	}()
	return done
}

func wantWaiting(t *testing.T, done <-chan outcome, when string) {
	t.Helper()
	synctest.Wait()
	select {
	case o := <-done:
		t.Fatalf("%s: Wait returned %+v", when, o)
	default:
	}
}

func TestWaitReturnsAtOnceWhenGatheringIsComplete(t *testing.T) {
	// Some implementations gather inside setLocalDescription and say nothing.
	c := &gathering{}
	c.set("complete", gatheredOffer)
	got, err := repair.NewGatherer(c).Wait(t.Context())
	if err != nil || got != *gatheredOffer {
		t.Errorf("got %+v, %v, want %+v", got, err, *gatheredOffer)
	}
}

func TestWaitFollowsTheEventsAndDoesNotPoll(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c := &gathering{}
		c.set("new", nil)
		g := repair.NewGatherer(c)
		first, second := waiting(t.Context(), g), waiting(t.Context(), g)
		wantWaiting(t, first, "at first")

		c.set("gathering", &peer.SessionDescription{Type: "offer", SDP: "v=0\r\na=early\r\n"})
		g.Observe(stateEvent("gathering"))
		g.Observe(candidateEvent(`{"candidate":"candidate:1"}`))
		g.Observe(candidateEvent("null"))
		g.Observe(peer.Event{Type: peer.EventConnectionStateChange, State: "complete"})
		time.Sleep(24 * time.Hour) // of the bubble's clock
		wantWaiting(t, first, "while it gathers")
		if n := c.count(); n > 4 {
			t.Errorf("snapshots of two waits after one change of state: got %d, want at most 4", n)
		}

		c.set("complete", gatheredOffer)
		g.Observe(stateEvent("complete"))
		for _, done := range []<-chan outcome{first, second} {
			if o := <-done; o.err != nil || o.local != *gatheredOffer {
				t.Errorf("got %+v, want the description of the moment of completion %+v", o, *gatheredOffer)
			}
		}
	})
}

// The event of an earlier gathering, or of an implementation whose attribute
// disagrees, must neither end the wait nor make it spin.
func TestWaitIsNotTakenInByACompleteThatTheAttributeDenies(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c := &gathering{}
		c.set("gathering", gatheredOffer)
		g := repair.NewGatherer(c)
		g.Observe(stateEvent("complete"))
		done := waiting(t.Context(), g)
		wantWaiting(t, done, "after the event of an earlier gathering")
		g.Observe(stateEvent("gathering"))
		wantWaiting(t, done, "after the second gathering began")
		if n := c.count(); n > 2 {
			t.Errorf("snapshots: got %d, want at most 2", n)
		}
		c.set("complete", gatheredOffer)
		g.Observe(stateEvent("complete"))
		if o := <-done; o.err != nil || o.local != *gatheredOffer {
			t.Errorf("got %+v, want %+v", o, *gatheredOffer)
		}
	})
}

func TestTheErrorOfADeadlineSaysWhatWasMissing(t *testing.T) {
	some := []peer.Event{
		stateEvent("gathering"),
		candidateEvent(`{"candidate":"candidate:1"}`), candidateEvent(`{"candidate":"candidate:2"}`),
		// None of these is a candidate.
		candidateEvent(`{"candidate":""}`), candidateEvent("null"), candidateEvent("{"),
	}
	for name, test := range map[string]struct {
		attribute string
		events    []peer.Event
		honours   bool
		want      string
	}{
		"nothing happened":                 {"new", nil, false, `iceGatheringState is "new" with 0 candidates, still want complete`},
		"gathering goes on":                {"gathering", some, false, `iceGatheringState is "gathering" with 2 candidates, still want complete`},
		"the attribute denies the event":   {"gathering", []peer.Event{stateEvent("complete")}, false, `iceGatheringState is "gathering" with 0 candidates`},
		"the snapshot honours the context": {"gathering", some, true, `iceGatheringState is "gathering" with 2 candidates, still want complete`},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				c := &gathering{honours: test.honours}
				c.set(test.attribute, nil)
				g := repair.NewGatherer(c)
				for _, e := range test.events {
					g.Observe(e)
				}
				ctx, cancel := context.WithTimeout(t.Context(), time.Second)
				defer cancel()
				for _, when := range []string{"at the deadline", "after the deadline"} {
					_, err := g.Wait(ctx)
					if !errors.Is(err, context.DeadlineExceeded) || !strings.Contains(err.Error(), test.want) {
						t.Errorf("%s: got %v, want a deadline error with %q", when, err, test.want)
					}
				}
			})
		})
	}
}

func TestTheErrorOfACancelledWaitHasItsCause(t *testing.T) {
	why := errors.New("the user pressed ctrl-c")
	ctx, cancel := context.WithCancelCause(t.Context())
	cancel(why)
	if _, err := repair.NewGatherer(&gathering{}).Wait(ctx); !errors.Is(err, why) {
		t.Errorf("got %v, want %v in it", err, why)
	}
}

func TestWaitSaysWhyThereIsNoDescription(t *testing.T) {
	refused := peer.Errorf(peer.InvalidStateError, "closed")
	for name, test := range map[string]struct {
		snapshot peer.Snapshot
		err      error
		events   []peer.Event
		want     string
	}{
		"setLocalDescription was not called": {snapshot: peer.Snapshot{ICEGatheringState: "complete"}, want: "localDescription is null"},
		"the snapshot is refused":            {err: refused, want: "gathering: snapshot: InvalidStateError: closed"},
		"the peer died":                      {events: []peer.Event{{Type: peer.EventGone, Text: "exit status 2"}}, want: "gone: exit status 2"},
	} {
		t.Run(name, func(t *testing.T) {
			g := repair.NewGatherer(&gathering{snapshot: test.snapshot, err: test.err})
			for _, e := range test.events {
				g.Observe(e)
			}
			got, err := g.Wait(t.Context())
			if err == nil || !strings.Contains(err.Error(), test.want) || got != (peer.SessionDescription{}) {
				t.Errorf("got %+v, %v, want an error with %q", got, err, test.want)
			}
			if test.err != nil && peer.NameOf(err) != peer.InvalidStateError {
				t.Errorf("name of %v: got %q, want %q", err, peer.NameOf(err), peer.InvalidStateError)
			}
			if peer.IsGone(err) != (test.events != nil) {
				t.Errorf("IsGone of %v: got %v", err, peer.IsGone(err))
			}
		})
	}
}

func TestAPeerThatDiesEndsTheWait(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		g := repair.NewGatherer(&gathering{})
		done := waiting(t.Context(), g)
		wantWaiting(t, done, "while the peer lives")
		g.Observe(peer.Event{Type: peer.EventGone, Text: "killed"})
		if o := <-done; !peer.IsGone(o.err) {
			t.Errorf("got %+v, want a GoneError", o)
		}
	})
}

func TestAGatheredConnectionListsWhatItSurfaced(t *testing.T) {
	ctx := t.Context()
	p := fake.NewNetwork().Peer("fake")
	t.Cleanup(func() { _ = p.Close() }) // nothing to release but the fake itself
	conn, err := p.Open(ctx, peer.Configuration{})
	if err != nil {
		t.Fatal(err)
	}
	for _, kind := range []peer.Kind{peer.Audio, peer.Video} {
		if err := conn.AddTrack(ctx, kind); err != nil {
			t.Fatal(err)
		}
	}
	offer, err := conn.CreateOffer(ctx, peer.OfferOptions{})
	if err != nil {
		t.Fatal(err)
	}
	if err := conn.SetLocalDescription(ctx, &offer); err != nil {
		t.Fatal(err)
	}
	g := repair.NewGatherer(conn)
	local, err := g.Wait(ctx)
	if err != nil {
		t.Fatal(err)
	}
	got, err := repair.Candidates(local)
	if err != nil {
		t.Fatal(err)
	}
	var want []peer.ICECandidateInit
	for e := range conn.Events() {
		c, err := peer.ParseCandidateInit(e.Candidate)
		if e.Type != peer.EventICECandidate {
			continue
		}
		if err != nil {
			t.Fatal(err)
		}
		if c == nil {
			break
		}
		if c.Candidate != "" { // the end of one section's
			want = append(want, *c)
		}
	}
	if diff := cmp.Diff(want, got); diff != "" || len(got) != 4 {
		t.Errorf("candidates: got %d, want 4 (-surfaced +stamped):\n%s", len(got), diff)
	}
}
