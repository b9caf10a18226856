package signaling_test

import (
	"context"
	"encoding/json"
	"runtime"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/webrtc-rink/rink/harness/signaling"
	"github.com/webrtc-rink/rink/harness/trace"
)

func TestDrainReturnsOnlyWhenAllWasDelivered(t *testing.T) {
	for name, faults := range map[string][]signaling.Fault{
		"as they come": nil,
		"batched":      {signaling.Batch()},
		"held":         {signaling.Hold(time.Minute)},
		"overtaking":   {signaling.Overtake()},
		"repeated":     {signaling.Duplicate(3)},
		"all together": {signaling.Overtake(), signaling.Reorder(), signaling.Duplicate(2), signaling.Hold(time.Minute)},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				const settle = 5 * time.Second // what the receiver takes for each
				var delivered, nulls atomic.Int64
				link := signaling.NewLink(signaling.Policy{Faults: faults}, 1, trace.NewRecorder(nil),
					func(_ context.Context, _ trace.Side, c signaling.Candidate) {
						time.Sleep(settle)
						if c.Probe == "" {
							delivered.Add(1)
						}
						if c.End() {
							nulls.Add(1)
						}
					})
				link.Start(t.Context())
				for id := range 3 {
					link.Candidate(offerer, json.RawMessage(from(id, `"0"`, "0")))
				}
				link.Candidate(offerer, json.RawMessage(end))
				drained := make(chan bool, 1)
				go func() { drained <- link.Drain(t.Context(), offerer) }()
				early := func(when string) {
					time.Sleep(time.Hour)
					select {
					case <-drained:
						t.Errorf("Drain returned %s", when)
					default:
					}
				}
				early("before the receiver was ready")
				link.Seal(answerer)
				link.Gathered(offerer)
				link.Ready(answerer)
				if !<-drained {
					t.Error("Drain: got false, want true")
				}
				if delivered.Load() < 4 || nulls.Load() != 1 {
					t.Errorf("when Drain returned: got %d delivered and %d nulls, want 4 or more and 1", delivered.Load(), nulls.Load())
				}
				at := delivered.Load()
				time.Sleep(time.Hour)
				if late := delivered.Load() - at; late != 0 {
					t.Errorf("after Drain returned: got %d more, want none", late)
				}
			})
		})
	}
}

func TestDrainOfAnEndThatSaidNothingReturnsAtOnce(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := newRig(t, signaling.Policy{Faults: []signaling.Fault{signaling.Batch()}}, 1)
		r.surface(offerer, from(1, `"0"`, "0"))
		if !r.Drain(t.Context(), answerer) {
			t.Error("got false, want true")
		}
	})
}

func TestDrainOfDroppedCandidatesReturns(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := newRig(t, signaling.Policy{Faults: []signaling.Fault{signaling.Drop(offerer)}}, 1)
		r.surface(offerer, from(1, `"0"`, "0"), end)
		r.Ready(answerer)
		if !r.Drain(t.Context(), offerer) {
			t.Error("got false, want true")
		}
	})
}

func TestDrainSaysThatItsContextEndedFirst(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := newRig(t, signaling.Policy{}, 1)
		r.surface(offerer, from(1, `"0"`, "0"))
		ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
		defer cancel()
		if r.Drain(ctx, offerer) {
			t.Error("got true for a receiver that never became ready, want false")
		}
		r.Ready(answerer)
		r.want(answerer, "after the Drain that failed", "c1 mid=0 index=0")
	})
}

func TestNothingIsDeliveredBeforeStartAndAllOfItAfter(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var got atomic.Int64
		link := signaling.NewLink(signaling.Policy{}, 1, trace.NewRecorder(nil),
			func(context.Context, trace.Side, signaling.Candidate) { got.Add(1) })
		link.Candidate(offerer, json.RawMessage(from(1, `"0"`, "0")))
		link.Ready(answerer)
		synctest.Wait()
		if n := got.Load(); n != 0 {
			t.Errorf("before Start: got %d, want 0", n)
		}
		link.Start(t.Context())
		synctest.Wait()
		if n := got.Load(); n != 1 {
			t.Errorf("after Start: got %d, want 1", n)
		}
	})
}

// An implementation surfaces candidates from its own callbacks: they must not
// wait for a receiver that is slow to settle one.
func TestSurfacingNeverWaitsForTheReceiver(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		release := make(chan struct{})
		var mu sync.Mutex
		var got []string
		link := signaling.NewLink(signaling.Policy{}, 1, trace.NewRecorder(nil),
			func(_ context.Context, _ trace.Side, c signaling.Candidate) {
				<-release
				mu.Lock()
				defer mu.Unlock()
				got = append(got, show(c))
			})
		link.Start(t.Context())
		link.Ready(answerer)
		var want []string
		for id := range 100 {
			link.Candidate(offerer, json.RawMessage(from(id, `"0"`, "0")))
			want = append(want, show(signaling.Candidate{Raw: json.RawMessage(from(id, `"0"`, "0"))}))
			if id%10 == 0 {
				synctest.Wait() // some come while the receiver is at work, some before
			}
		}
		close(release)
		if !link.Drain(t.Context(), offerer) {
			t.Error("Drain: got false, want true")
		}
		mu.Lock()
		defer mu.Unlock()
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("arrived (-want +got):\n%s", diff)
		}
	})
}

func TestNothingIsDeliveredOrRecordedOnceTheContextHasEnded(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ctx, cancel := context.WithCancel(t.Context())
		rec := trace.NewRecorder(nil)
		var got atomic.Int64
		link := signaling.NewLink(signaling.Policy{}, 1, rec, func(context.Context, trace.Side, signaling.Candidate) {
			got.Add(1)
			cancel()
		})
		for id := range 3 {
			link.Candidate(offerer, json.RawMessage(from(id, `"0"`, "0")))
		}
		link.Ready(answerer)
		link.Start(ctx)
		link.Wait()
		if n, recorded := got.Load(), len(rec.Records()); n != 1 || recorded != 1 {
			t.Errorf("got %d delivered and %d recorded, want 1 and 1", n, recorded)
		}
	})
}

// A link ends wherever its directions are just then.
func TestEndingTheContextEndsBothDirections(t *testing.T) {
	before := runtime.NumGoroutine()
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	entered := make(chan struct{}, 8)
	stuck := func(ctx context.Context, _ trace.Side, _ signaling.Candidate) {
		entered <- struct{}{}
		<-ctx.Done()
	}
	begin := func(ready bool, faults ...signaling.Fault) *signaling.Link {
		link := signaling.NewLink(signaling.Policy{Faults: faults}, 1, trace.NewRecorder(nil), stuck)
		link.Start(ctx)
		for _, side := range trace.Sides() {
			link.Candidate(side, json.RawMessage(from(1, `"0"`, "0")))
			if ready {
				link.Ready(side)
			}
		}
		return link
	}
	links := []*signaling.Link{
		begin(false),                           // waits for the receiver
		begin(true),                            // is delivering
		begin(true, signaling.Hold(time.Hour)), // holds
		begin(true, signaling.Batch()),         // waits for the end of gathering
		begin(false, signaling.Overtake()),     // is delivering a probe
		begin(true, signaling.Drop(offerer), signaling.Drop(answerer)), // has dropped all
	}
	for range 4 { // two directions each of the second and the fifth
		<-entered
	}
	cancel()
	for _, link := range links {
		link.Wait()
	}
	deadline := time.Now().Add(10 * time.Second)
	for runtime.NumGoroutine() > before {
		if time.Now().After(deadline) {
			t.Fatalf("goroutines: got %d, want the %d from before", runtime.NumGoroutine(), before)
		}
		time.Sleep(time.Millisecond)
	}
}
