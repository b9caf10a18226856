package signaling_test

import (
	"testing"
	"testing/synctest"
	"time"

	"github.com/webrtc-rink/rink/harness/signaling"
)

func TestCandidatesOfALaterOfferWaitForThatOffer(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := newRig(t, signaling.Policy{}, 1)
		r.open()
		r.surface(offerer, from(1, `"0"`, "0"))
		r.want(answerer, "of the first offer", "c1 mid=0 index=0")

		r.Renegotiate()
		r.surface(offerer, from(2, `"0"`, "0"), end)
		r.want(answerer, "before the second offer is set", "c1 mid=0 index=0")
		r.Ready(answerer)
		r.surface(offerer, from(3, `"0"`, "0"))
		r.want(answerer, "when it is", "c1 mid=0 index=0", "c2 mid=0 index=0", "null", "c3 mid=0 index=0")
	})
}

func TestCandidatesOfALaterAnswerWaitForThatAnswer(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := newRig(t, signaling.Policy{}, 1)
		r.open()
		r.Renegotiate()
		r.Ready(answerer)
		r.surface(answerer, from(1, `"0"`, "0"))
		r.want(offerer, "before the second answer is set")
		r.Ready(offerer)
		r.want(offerer, "when it is", "c1 mid=0 index=0")
	})
}

func TestWhatIsStillOnItsWayAtALaterOfferWaitsToo(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := newRig(t, signaling.Policy{Faults: []signaling.Fault{signaling.Batch()}}, 1)
		r.open()
		r.surface(offerer, from(1, `"0"`, "0"))
		r.want(answerer, "while the offerer gathers")
		r.Renegotiate()
		r.Gathered(offerer)
		r.want(answerer, "while the second offer is under way")
		r.Ready(answerer)
		r.want(answerer, "when it is set", "c1 mid=0 index=0")
	})
}

func TestALaterOfferIsCollectedAndHeldLikeTheFirst(t *testing.T) {
	const hold = 2 * time.Second
	synctest.Test(t, func(t *testing.T) {
		r := newRig(t, signaling.Policy{Faults: []signaling.Fault{signaling.Batch(), signaling.Hold(hold)}}, 1)
		r.open()
		r.surface(offerer, from(1, `"0"`, "0"))
		r.Gathered(offerer)
		time.Sleep(hold)
		r.want(answerer, "of the first offer", "c1 mid=0 index=0")

		r.Renegotiate()
		r.Ready(answerer)
		r.surface(offerer, from(2, `"0"`, "0"))
		time.Sleep(hold)
		r.want(answerer, "while the offerer gathers again", "c1 mid=0 index=0")
		r.surface(offerer, from(3, `"0"`, "0"))
		r.Gathered(offerer)
		r.want(answerer, "when it has gathered", "c1 mid=0 index=0", "c2 mid=0 index=0", "c3 mid=0 index=0")
	})
}

// A probe says that the receiver has no description: that is so once.
func TestOnlyTheFirstDescriptionIsOvertaken(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := newRig(t, signaling.Policy{Faults: []signaling.Fault{signaling.Overtake().Only(answerer)}}, 1)
		r.open()
		r.want(offerer, "before anything is surfaced")
		r.Renegotiate()
		r.surface(answerer, from(1, `"0"`, "0"))
		r.want(offerer, "before the second answer is set")
		r.Ready(offerer)
		r.want(offerer, "when it is", "c1 mid=0 index=0")
	})
}

func TestDrainWaitsForWhatALaterOfferHolds(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := newRig(t, signaling.Policy{}, 1)
		r.open()
		r.Renegotiate()
		r.surface(offerer, from(1, `"0"`, "0"))
		drained := make(chan bool, 1)
		go func() { drained <- r.Drain(t.Context(), offerer) }()
		synctest.Wait()
		select {
		case <-drained:
			t.Error("Drain returned with a candidate that waits for its offer")
		default:
		}
		r.Ready(answerer)
		if !<-drained {
			t.Error("Drain: got false, want true once the candidate was delivered")
		}
	})
}
