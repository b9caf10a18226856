package scenario_test

import (
	"context"
	"testing"
	"time"

	"github.com/webrtc-rink/rink/harness/peer"
	"github.com/webrtc-rink/rink/harness/trace"
)

// A session that went well does not end well when a peer dies of its close.
func TestAPeerThatDiesAtItsCloseIsAnErrorOfThePeer(t *testing.T) {
	t.Parallel()
	for _, side := range trace.Sides() {
		t.Run(string(side), func(t *testing.T) {
			t.Parallel()
			p := newPair(t)
			p.at(side).flood = func(put func(peer.Event), stop <-chan struct{}) {
				<-stop
				put(peer.Event{Type: peer.EventGone, Text: "signal: segmentation fault"})
			}
			end := p.play(t.Context(), t, "connect-data", brief()).End
			ended(t, end, trace.EndError, trace.StageClose, side, "fake-"+string(side)+" ("+string(side)+") is gone: signal: segmentation fault")
		})
	}
}

// A peer may hand its calls on one after the other: the one that the session
// waits for is then not the one that hangs.
func TestACallThatHangsBehindAnotherNamesBoth(t *testing.T) {
	t.Parallel()
	limits := brief()
	limits.Call = 300 * time.Millisecond
	p := newPair(t)
	p.answerer.call = func(ctx context.Context, method string) error {
		if method == "addIceCandidate" || method == "createAnswer" {
			return hang(ctx)
		}
		return nil
	}
	// Here the answerer is handed a candidate before it is asked for its answer.
	end := p.play(t.Context(), t, "trickle-early", limits).End
	ended(t, end, trace.EndError, trace.StageSignal, trace.Answerer, "answerer: createAnswer did not return within 300ms, nor has addIceCandidate, which was called before it")
}

// What one end refuses to tell is missing evidence of that end alone.
func TestStatsOfOneEndAreRecordedThoughTheOtherRefuses(t *testing.T) {
	t.Parallel()
	for _, side := range trace.Sides() {
		t.Run(string(side), func(t *testing.T) {
			t.Parallel()
			p := newPair(t)
			p.at(side).call = on("stats", func(context.Context) error { return peer.Errorf(peer.InvalidStateError, "not now") })
			result := p.play(t.Context(), t, "connect-data", brief())
			ended(t, result.End, trace.EndCompleted, trace.StageClose, "")
			read := map[trace.Side]bool{}
			for _, r := range result.Records {
				if r.Stats != nil {
					read[r.Side] = true
				}
			}
			if read[side] || !read[side.Other()] {
				t.Errorf("stats: got those of %v, want those of the %s alone", read, side.Other())
			}
		})
	}
}
