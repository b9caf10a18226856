package scenario_test

import (
	"context"
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/webrtc-rink/rink/harness/peer"
	"github.com/webrtc-rink/rink/harness/scenario"
	"github.com/webrtc-rink/rink/harness/trace"
)

// ended fails the test unless the session ended so, and for a reason with these
// words in it.
func ended(t *testing.T, got trace.End, result trace.EndResult, stage trace.Stage, side trace.Side, reasons ...string) {
	t.Helper()
	if got.Result != result || got.Stage != stage || got.Side != side {
		t.Errorf("got %s in stage %s at side %q (%s), want %s in stage %s at side %q",
			got.Result, got.Stage, got.Side, got.Reason, result, stage, side)
	}
	for _, want := range reasons {
		if !strings.Contains(got.Reason, want) {
			t.Errorf("reason: got %q, want %q in it", got.Reason, want)
		}
	}
}

func TestAPeerThatNeverCompletesGathering(t *testing.T) {
	t.Parallel()
	limits := brief()
	limits.Gather = time.Second // enough for all that it does say
	t.Run("stops a session that waits for its description", func(t *testing.T) {
		t.Parallel()
		end := newPair(t, defect(t, "offerer-never-completes-gathering")).play(t.Context(), t, "trickle-half", limits).End
		ended(t, end, trace.EndStopped, trace.StageGather, trace.Offerer, `iceGatheringState is "gathering" with 2 candidates, still want complete`)
	})
	t.Run("is told of in a session that trickles", func(t *testing.T) {
		t.Parallel()
		result := newPair(t, defect(t, "offerer-never-completes-gathering")).play(t.Context(), t, "trickle-full", limits)
		ended(t, result.End, trace.EndCompleted, trace.StageClose, "")
		if got, want := logs(result.Records), "offerer completes gathering (is gathering)"; !strings.Contains(got, want) {
			t.Errorf("logs: got %q, want %q in them", got, want)
		}
	})
}

// without is a peer that does not say some of its events.
func without(drop func(peer.Event) bool) func(peer.Event) []peer.Event {
	return func(e peer.Event) []peer.Event {
		if drop(e) {
			return nil
		}
		return []peer.Event{e}
	}
}

func TestAStopNamesWhatWasMissing(t *testing.T) {
	t.Parallel()
	limits := brief()
	limits.Connect, limits.App = time.Second, time.Second // enough for all that they do say
	connected := func(kind peer.EventType) func(peer.Event) bool {
		return func(e peer.Event) bool { return e.Type == kind && e.State == "connected" }
	}
	either := func(e peer.Event) bool {
		return connected(peer.EventICEConnectionStateChange)(e) || connected(peer.EventConnectionStateChange)(e)
	}
	ofType := func(kind peer.EventType) func(peer.Event) bool {
		return func(e peer.Event) bool { return e.Type == kind }
	}
	for _, tc := range []struct {
		name              string
		offerer, answerer func(peer.Event) bool // what it does not say
		stage             trace.Stage
		side              trace.Side
		reason            string
	}{
		{"neither connects", either, either, trace.StageCheck, "", "offerer (iceConnectionState checking, connectionState connecting, channel open); answerer (iceConnectionState checking"},
		{"one connects", nil, either, trace.StageNominate, trace.Answerer, "still want: answerer (iceConnectionState checking, connectionState connecting, channel open)"},
		{"no DTLS", connected(peer.EventConnectionStateChange), nil, trace.StageDTLS, trace.Offerer, "offerer (iceConnectionState connected, connectionState connecting, channel open)"},
		{"no channel", nil, ofType(peer.EventChannelOpen), trace.StageSCTP, trace.Answerer, "answerer (iceConnectionState connected, connectionState connected, channel not open)"},
		{"no message", ofType(peer.EventMessage), nil, trace.StageApp, trace.Offerer, "the nonce arrives: deadline after 1s: still want: offerer receives the answerer's message"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			p := newPair(t)
			if tc.offerer != nil {
				p.offerer.hear = without(tc.offerer)
			}
			if tc.answerer != nil {
				p.answerer.hear = without(tc.answerer)
			}
			ended(t, p.play(t.Context(), t, "connect-data", limits).End, trace.EndStopped, tc.stage, tc.side, tc.reason)
		})
	}
}

// on answers one method with f.
func on(method string, f func(ctx context.Context) error) func(context.Context, string) error {
	return func(ctx context.Context, m string) error {
		if m != method {
			return nil
		}
		return f(ctx)
	}
}

func hang(ctx context.Context) error {
	<-ctx.Done()
	return ctx.Err()
}

func TestACallThatHangsIsAnErrorOfThePeer(t *testing.T) {
	t.Parallel()
	limits := brief()
	limits.Call, limits.Open, limits.Close = 200*time.Millisecond, 200*time.Millisecond, time.Second
	for _, tc := range []struct {
		method string
		side   trace.Side
		stage  trace.Stage
	}{
		{"createDataChannel", trace.Offerer, trace.StageSignal},
		{"createOffer", trace.Offerer, trace.StageSignal},
		{"setRemoteDescription", trace.Answerer, trace.StageSignal},
		{"createAnswer", trace.Answerer, trace.StageSignal},
		{"send", trace.Answerer, trace.StageApp},
		{"stats", trace.Offerer, trace.StageApp},
		{"snapshot", trace.Answerer, trace.StageApp},
	} {
		t.Run(tc.method, func(t *testing.T) {
			t.Parallel()
			p := newPair(t)
			p.at(tc.side).call = on(tc.method, hang)
			end := p.play(t.Context(), t, "connect-data", limits).End
			ended(t, end, trace.EndError, tc.stage, tc.side, string(tc.side)+": "+tc.method+" did not return within 200ms")
		})
	}
	t.Run("open", func(t *testing.T) {
		t.Parallel()
		p := newPair(t)
		p.answerer.open = func(ctx context.Context, _ peer.Configuration) error { return hang(ctx) }
		ended(t, p.play(t.Context(), t, "connect-data", limits).End, trace.EndError, trace.StageLaunch, trace.Answerer, "answerer: open did not return within 200ms")
	})
	t.Run("close", func(t *testing.T) {
		t.Parallel()
		p := newPair(t)
		p.offerer.call = on("close", hang)
		ended(t, p.play(t.Context(), t, "connect-data", limits).End, trace.EndError, trace.StageClose, trace.Offerer, "offerer: close", "offerer: the event stream did not end within 1s of close")
	})
}

// A candidate that is not settled in time is evidence, and the session can
// connect without it.
func TestACandidateThatHangsDoesNotEndTheSession(t *testing.T) {
	t.Parallel()
	p := newPair(t)
	p.answerer.call = on("addIceCandidate", hang)
	limits := brief()
	limits.Call = 100 * time.Millisecond
	result := p.play(t.Context(), t, "trickle-full", limits)
	ended(t, result.End, trace.EndCompleted, trace.StageClose, "")
	failures := 0
	for _, r := range result.Records {
		if r.Return != nil && r.Side == trace.Answerer && r.Return.Method == "addIceCandidate" && strings.Contains(r.Return.Failure, "did not return within 100ms") {
			failures++
		}
	}
	if failures != 4 { // two candidates, the end of those of the section, and the end of all
		t.Errorf("got %d calls that say they did not return, want 4", failures)
	}
}

func TestAPeerThatCannotOpen(t *testing.T) {
	t.Parallel()
	fail := func(err error) func(context.Context, peer.Configuration) error {
		return func(context.Context, peer.Configuration) error { return err }
	}
	for name, tc := range map[string]struct {
		err    error
		result trace.EndResult
		reason string
	}{
		"since it refuses the configuration": {peer.Errorf(peer.NotSupportedError, "no such policy"), trace.EndStopped, "new RTCPeerConnection: NotSupportedError: no such policy"},
		"since it is gone":                   {&peer.GoneError{Peer: "x", Reason: "exit status 1"}, trace.EndError, "open: x is gone: exit status 1"},
		"since something else broke":         {errors.New("broken pipe"), trace.EndError, "open: broken pipe"},
	} {
		for _, side := range trace.Sides() {
			t.Run(string(side)+" "+name, func(t *testing.T) {
				t.Parallel()
				p := newPair(t)
				p.at(side).open = fail(tc.err)
				ended(t, p.play(t.Context(), t, "connect-data", brief()).End, tc.result, trace.StageLaunch, side, string(side)+": "+tc.reason)
			})
		}
	}
}

func TestARefusalStopsTheSessionAtItsPeer(t *testing.T) {
	t.Parallel()
	for _, tc := range []struct {
		method string
		side   trace.Side
		stage  trace.Stage
	}{
		{"createDataChannel", trace.Offerer, trace.StageSignal},
		{"createOffer", trace.Offerer, trace.StageSignal},
		{"setLocalDescription", trace.Offerer, trace.StageSignal},
		{"setRemoteDescription", trace.Answerer, trace.StageSignal},
		{"createAnswer", trace.Answerer, trace.StageSignal},
		{"setLocalDescription", trace.Answerer, trace.StageSignal},
		{"setRemoteDescription", trace.Offerer, trace.StageSignal},
		{"send", trace.Offerer, trace.StageApp},
	} {
		t.Run(string(tc.side)+" "+tc.method, func(t *testing.T) {
			t.Parallel()
			p := newPair(t)
			p.at(tc.side).call = on(tc.method, func(context.Context) error { return peer.Errorf(peer.OperationError, "not with me") })
			result := p.play(t.Context(), t, "connect-data", brief())
			ended(t, result.End, trace.EndStopped, tc.stage, tc.side, string(tc.side)+": "+tc.method+": OperationError: not with me")
			if !finalStates(result.Records) {
				t.Error("no final snapshot of both ends: the evidence of a stop is missing")
			}
		})
	}
}

// finalStates reports whether both ends were asked for their states at the end.
func finalStates(records []trace.Record) bool {
	seen := map[trace.Side]bool{}
	for _, r := range records {
		if r.Snapshot != nil && r.Snapshot.Moment == trace.MomentFinal {
			seen[r.Side] = true
		}
	}
	return len(seen) == 2
}

// Readings are evidence only: without them the session goes on.
func TestARefusedReadingIsMissingEvidence(t *testing.T) {
	t.Parallel()
	for _, method := range []string{"stats", "snapshot"} {
		t.Run(method, func(t *testing.T) {
			t.Parallel()
			p := newPair(t)
			p.answerer.call = on(method, func(context.Context) error { return peer.Errorf(peer.InvalidStateError, "not now") })
			result := p.play(t.Context(), t, "connect-data", brief())
			ended(t, result.End, trace.EndCompleted, trace.StageClose, "")
			if got, want := logs(result.Records), "answerer: answerer: "+method+": InvalidStateError: not now"; !strings.Contains(got, want) {
				t.Errorf("logs: got %q, want %q in them", got, want)
			}
		})
	}
}

func TestAPeerThatIsGoneInMidSession(t *testing.T) {
	t.Parallel()
	limits := brief()
	limits.Connect = time.Hour // nobody waits for the dead
	for name, text := range map[string]string{"with its last words": "signal: killed", "without a word": ""} {
		for _, side := range trace.Sides() {
			t.Run(string(side)+" "+name, func(t *testing.T) {
				t.Parallel()
				p := newPair(t)
				p.at(side).hear = func(e peer.Event) []peer.Event {
					if e.State == "checking" {
						return []peer.Event{e, {Type: peer.EventGone, Text: text}}
					}
					return []peer.Event{e}
				}
				p.at(side.Other()).hear = without(func(e peer.Event) bool { return e.State == "connected" })
				end := p.play(t.Context(), t, "connect-data", limits).End
				ended(t, end, trace.EndError, trace.StageCheck, side, "fake-"+string(side)+" ("+string(side)+") is gone: "+text)
			})
		}
	}
	t.Run("while it gathers", func(t *testing.T) {
		t.Parallel()
		p := newPair(t, defect(t, "offerer-never-completes-gathering"))
		p.offerer.hear = func(e peer.Event) []peer.Event {
			if string(e.Candidate) == "null" {
				return []peer.Event{{Type: peer.EventGone, Text: "signal: killed"}}
			}
			return []peer.Event{e}
		}
		ended(t, p.play(t.Context(), t, "trickle-none", limits).End, trace.EndError, trace.StageGather, trace.Offerer, "is gone: signal: killed")
	})
	t.Run("by the answer to a call", func(t *testing.T) {
		t.Parallel()
		p := newPair(t)
		p.answerer.call = on("createAnswer", func(context.Context) error { return &peer.GoneError{Peer: "fake-answerer", Reason: "EOF"} })
		ended(t, p.play(t.Context(), t, "connect-data", limits).End, trace.EndError, trace.StageSignal, trace.Answerer, "answerer: createAnswer: fake-answerer is gone: EOF")
	})
}

func TestAPeerThatSaysFailedStopsTheSession(t *testing.T) {
	t.Parallel()
	limits := brief()
	limits.Connect, limits.Failed = time.Hour, 50*time.Millisecond
	p := newPair(t)
	p.answerer.hear = func(e peer.Event) []peer.Event {
		if e.State == "connected" && e.Type == peer.EventConnectionStateChange {
			return []peer.Event{{Type: peer.EventConnectionStateChange, State: "failed"}}
		}
		return []peer.Event{e}
	}
	ended(t, p.play(t.Context(), t, "connect-data", limits).End, trace.EndStopped, trace.StageDTLS, trace.Answerer, "answerer says connectionState failed")
}

func TestAnInterruptedSessionEndsAtOnce(t *testing.T) {
	t.Parallel()
	limits := scenario.Timeouts{ // only the interruption can end a wait
		Open: time.Hour, Call: time.Hour, Gather: time.Hour, Connect: time.Hour, App: time.Hour,
		Close: brief().Close, Failed: time.Second, Settle: time.Hour, Quiet: time.Hour, Scale: 1,
	}
	for name, tc := range map[string]struct {
		scenario string
		method   string // hangs, and interrupts
		side     trace.Side
		stage    trace.Stage
	}{
		"in a call":                     {"connect-data", "createOffer", trace.Offerer, trace.StageSignal},
		"while a candidate is added":    {"trickle-full", "addIceCandidate", trace.Answerer, trace.StageApp},
		"while stats are read":          {"connect-media", "stats", trace.Offerer, trace.StageApp},
		"while one waits for gathering": {"trickle-none", "snapshot", trace.Offerer, trace.StageGather},
		"while nothing is to happen":    {"gathering-not-started", "createAnswer", trace.Answerer, trace.StageSignal},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			ctx, cancel := context.WithCancelCause(t.Context())
			defer cancel(nil)
			p := newPair(t)
			p.at(tc.side).call = on(tc.method, func(ctx context.Context) error {
				cancel(errors.New("the operator has had enough"))
				return hang(ctx)
			})
			end := p.play(ctx, t, tc.scenario, limits).End
			if end.Result != trace.EndError || end.Side != "" || end.Reason == "" {
				t.Errorf("got %+v, want an error that blames no side", end)
			}
		})
	}
	t.Run("before it began", func(t *testing.T) {
		t.Parallel()
		ctx, cancel := context.WithCancel(t.Context())
		cancel()
		if end := newPair(t).play(ctx, t, "trickle-late", limits).End; end.Result != trace.EndError {
			t.Errorf("got %+v, want an error", end)
		}
	})
	t.Run("while it waits to connect", func(t *testing.T) {
		t.Parallel()
		ctx, cancel := context.WithCancelCause(t.Context())
		defer cancel(nil)
		p := newPair(t)
		for _, side := range trace.Sides() {
			p.at(side).hear = without(func(e peer.Event) bool {
				if e.State == "connected" {
					cancel(errors.New("the operator has had enough"))
				}
				return e.State == "connected"
			})
		}
		ended(t, p.play(ctx, t, "connect-data", limits).End, trace.EndError, trace.StageCheck, "", "connect: interrupted: the operator has had enough")
	})
}
