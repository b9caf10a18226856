package trace

import (
	"encoding/json"
	"time"

	"github.com/webrtc-rink/rink/harness/peer"
)

// Schema names the format of a trace; it is in the first record.
const Schema = "rink.trace/v1"

// Side is one end of a session. The zero value is the harness itself.
type Side string

// The two ends.
const (
	Offerer  Side = "offerer"
	Answerer Side = "answerer"
)

// Sides lists both ends, offerer first.
func Sides() [2]Side { return [2]Side{Offerer, Answerer} }

// Other returns the opposite end.
func (s Side) Other() Side {
	if s == Offerer {
		return Answerer
	}
	return Offerer
}

// Kind says which part of a Record is filled.
type Kind string

// The kinds of records.
const (
	KindSession  Kind = "session"  // Session: always the first record
	KindStage    Kind = "stage"    // Stage: the session enters this stage
	KindCall     Kind = "call"     // Call: a method is called on a connection
	KindReturn   Kind = "return"   // Return: the call settled
	KindEvent    Kind = "event"    // Event: a connection said something
	KindSignal   Kind = "signal"   // Signal: what the middle did
	KindSnapshot Kind = "snapshot" // Snapshot: state attributes at a named moment
	KindStats    Kind = "stats"    // Stats: at a named moment
	KindLog      Kind = "log"      // Log: the harness says something
	KindEnd      Kind = "end"      // End: always the last record of a whole trace
)

// Record is one line of a trace.
type Record struct {
	N    int       `json:"n"`    // 0, 1, 2, ...
	T    float64   `json:"t"`    // milliseconds since the session began, monotonic clock
	Wall time.Time `json:"wall"` // UTC
	Kind Kind      `json:"kind"`
	Side Side      `json:"side,omitempty"`
	// Conn names one of the side's further connections, which meet nobody: a probe has
	// one of its own. Empty is the session's.
	Conn     string      `json:"conn,omitempty"`
	Session  *Header     `json:"session,omitempty"`
	Stage    Stage       `json:"stage,omitempty"`
	Call     *Call       `json:"call,omitempty"`
	Return   *Return     `json:"return,omitempty"`
	Event    *peer.Event `json:"event,omitempty"`
	Signal   *Signal     `json:"signal,omitempty"`
	Snapshot *Snapshot   `json:"snapshot,omitempty"`
	Stats    *Stats      `json:"stats,omitempty"`
	Log      string      `json:"log,omitempty"`
	End      *End        `json:"end,omitempty"`
}

// Header says what the session is. It holds all that a check needs to know to
// decide whether it applies.
type Header struct {
	Schema   string             `json:"schema"`
	ID       string             `json:"id"` // unique in its run
	Scenario string             `json:"scenario"`
	Family   string             `json:"family"`
	Title    string             `json:"title"`
	Traits   Traits             `json:"traits"`
	Offerer  peer.Description   `json:"offerer"`
	Answerer peer.Description   `json:"answerer"`
	Config   map[Side]SideSetup `json:"config"`
	Seed     int64              `json:"seed"`
	Network  string             `json:"network"` // private, host
	Scale    float64            `json:"timeoutScale"`
	// Source says what the trace was made of when it was not recorded by a session:
	// see harness/offline. Empty: a session.
	Source string `json:"source,omitempty"`
}

// SideSetup is what one end was given.
type SideSetup struct {
	Configuration peer.Configuration `json:"configuration"`
}

// Peer returns the description of the peer at side s.
func (h Header) Peer(s Side) peer.Description {
	if s == Answerer {
		return h.Answerer
	}
	return h.Offerer
}

// Stage is how far a session got.
type Stage string

// The stages, in their order.
const (
	StageLaunch   Stage = "launch"
	StageGather   Stage = "gather"
	StageSignal   Stage = "signal"
	StageCheck    Stage = "check"
	StageNominate Stage = "nominate"
	StageDTLS     Stage = "dtls"
	StageSCTP     Stage = "sctp"
	StageApp      Stage = "app"
	StageClose    Stage = "close"
)

// Call is one method called on the connection of Record.Side.
type Call struct {
	ID          int                      `json:"id"`
	Method      string                   `json:"method"` // the contract's method in W3C spelling: createOffer, addIceCandidate, ...
	Description *peer.SessionDescription `json:"description,omitempty"`
	Candidate   json.RawMessage          `json:"candidate,omitempty"` // RTCIceCandidateInit, or null
	Channel     peer.ChannelHandle       `json:"channel,omitempty"`
	Message     *peer.Message            `json:"message,omitempty"`
	Text        string                   `json:"text,omitempty"`    // label, kind, options
	Options     json.RawMessage          `json:"options,omitempty"` // of createDataChannel, createOffer, setConfiguration, ...
	// Probe names the deliberate fault that this call carries, so that its
	// refusal is what the scenario asks for and not a deviation: see Probe*.
	Probe string `json:"probe,omitempty"`
}

// The probes: calls that a conforming peer refuses.
const (
	ProbeBeforeRemote = "before-remote-description" // addIceCandidate while remoteDescription is null
	ProbeUnknownMid   = "unknown-mid"
	ProbeNeither      = "neither-mid-nor-index"
)

// Return is how a call settled.
type Return struct {
	Call        int                      `json:"call"`
	Method      string                   `json:"method"`
	Description *peer.SessionDescription `json:"description,omitempty"`
	Channel     peer.ChannelHandle       `json:"channel,omitempty"`
	State       *peer.ChannelState       `json:"state,omitempty"`  // of channel
	Object      *peer.CandidateObject    `json:"object,omitempty"` // of new RTCIceCandidate
	// Error is the implementation's refusal.
	Error *peer.Error `json:"error,omitempty"`
	// Failure is an error of the harness: a deadline, a peer that died.
	Failure string  `json:"failure,omitempty"`
	Ms      float64 `json:"ms"` // the call's duration
}

// Signal is one act of signalling on its way from Record.Side to the other end.
type Signal struct {
	Act  SignalAct `json:"act"`
	What string    `json:"what"` // description, candidate
	// Fault names what altered, held or dropped it; empty for plain carriage.
	Fault       string                   `json:"fault,omitempty"`
	Description *peer.SessionDescription `json:"description,omitempty"` // as it leaves the middle
	Candidate   json.RawMessage          `json:"candidate,omitempty"`   // as it leaves the middle
}

// SignalAct says what the middle did.
type SignalAct string

// The acts of signalling.
const (
	ActCarry SignalAct = "carry" // handed to the other end, altered or not
	ActDrop  SignalAct = "drop"  // never delivered
)

// Snapshot is the state of a connection at a named moment: Moment*.
type Snapshot struct {
	Moment string `json:"moment"`
	peer.Snapshot
}

// Stats is the statistics of a connection at a named moment: Moment*.
type Stats struct {
	Moment string `json:"moment"`
	peer.Stats
}

// The moments at which a session reads states and stats.
const (
	MomentCreated   = "created"   // after createOffer or createAnswer, before setLocalDescription
	MomentGathered  = "gathered"  // iceGatheringState is complete
	MomentConnected = "connected" // both ends connected and data has crossed
	MomentFinal     = "final"     // before close, after all waits
)

// End says how the session ended.
type End struct {
	Result EndResult `json:"result"`
	Stage  Stage     `json:"stage"`            // where it ended
	Side   Side      `json:"side,omitempty"`   // who it waited for or who broke, where that is known
	Reason string    `json:"reason,omitempty"` // names what was still missing
	// DurationMs is how long the session took; PeersMs is the part of it in
	// which the session waited for its peers, the rest is Rink's own.
	DurationMs float64 `json:"durationMs,omitempty"`
	PeersMs    float64 `json:"peersMs,omitempty"`
}

// EndResult is how a session ended.
type EndResult string

// The results.
const (
	EndCompleted EndResult = "completed" // ran to its end
	EndStopped   EndResult = "stopped"   // a peer refused or did not do what the session needed: a matter for the checks
	EndError     EndResult = "error"     // the harness or the environment broke: never excused
	// EndUnsupported: not run, since the peer at End.Side declares that it lacks what the scenario needs.
	EndUnsupported EndResult = "unsupported"
)
