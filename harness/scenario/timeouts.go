package scenario

import (
	"fmt"
	"os"
	"strconv"
	"time"
)

// Timeouts bound every wait of a session. They are generous: a session ends on
// the event, so only a peer that does not do its part meets them.
type Timeouts struct {
	Open    time.Duration // a new connection; a browser may have to be replaced first
	Call    time.Duration // one method call
	Gather  time.Duration // iceGatheringState complete; libwebrtc gives a silent STUN server 9.5 s, a silent TURN server over TCP longer
	Connect time.Duration // both ends connected and the channel open; pion v3 nominates after up to 2 s
	App     time.Duration // messages and media arrive
	Close   time.Duration // one connection closes
	// Failed is how long a side must say "failed" before the session believes
	// it: libwebrtc has been seen to pass through failed for milliseconds.
	Failed time.Duration
	// Settle bounds the wait for stats of both ends to agree once both are
	// connected.
	Settle time.Duration
	// Flow is how long messages may take over a connection that is up, and events that a
	// call brings about: much longer than they do.
	Flow time.Duration
	// Apart is how long two ends that cannot know of each other are watched: longer
	// than any takes to connect that can (pion v3 as offerer takes up to 2 s).
	Apart time.Duration
	// Quiet is how long nothing must happen where a scenario asks for silence
	// (GATHER-001: one second).
	Quiet time.Duration
	// Patience is how long an end waits for peer-reflexive candidates before it may say
	// failed: what RFC 8863 section 4 recommends. Late is how long after it one that
	// knows of no further candidate is watched.
	Patience, Late time.Duration
	Scale          float64 // the knob these were scaled with
}

// DefaultTimeouts are for an unloaded machine of any speed; see Scaled.
func DefaultTimeouts() Timeouts {
	return Timeouts{
		Open: 30 * time.Second, Call: 20 * time.Second, Gather: 40 * time.Second, Connect: 25 * time.Second,
		App: 15 * time.Second, Close: 10 * time.Second, Failed: time.Second, Settle: 2 * time.Second, Flow: 3 * time.Second,
		Apart: 3 * time.Second, Quiet: time.Second, Patience: 39500 * time.Millisecond, Late: 5 * time.Second, Scale: 1,
	}
}

// Scaled multiplies all but Quiet and Patience, which are part of requirements.
func (t Timeouts) Scaled(x float64) Timeouts {
	mul := func(d time.Duration) time.Duration { return time.Duration(float64(d) * x) }
	return Timeouts{
		Open: mul(t.Open), Call: mul(t.Call), Gather: mul(t.Gather), Connect: mul(t.Connect), App: mul(t.App),
		Close: mul(t.Close), Failed: mul(t.Failed), Settle: mul(t.Settle), Flow: mul(t.Flow), Apart: mul(t.Apart), Quiet: t.Quiet,
		Patience: t.Patience, Late: mul(t.Late), Scale: t.Scale * x,
	}
}

// ScaleEnv is the environment variable of the one knob for slow machines.
const ScaleEnv = "RINK_TIMEOUT_SCALE"

// TimeoutsFromEnv returns the default timeouts scaled by ScaleEnv.
func TimeoutsFromEnv() (Timeouts, error) {
	text, ok := os.LookupEnv(ScaleEnv)
	if !ok || text == "" {
		return DefaultTimeouts(), nil
	}
	x, err := strconv.ParseFloat(text, 64)
	if err != nil || !(x >= 0.1 && x <= 100) {
		return Timeouts{}, fmt.Errorf("%s: got %q, want a number from 0.1 to 100", ScaleEnv, text)
	}
	return DefaultTimeouts().Scaled(x), nil
}
