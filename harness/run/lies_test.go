package run_test

import (
	"bytes"
	"context"
	"fmt"
	"maps"
	"os"
	"strings"
	"time"

	"github.com/webrtc-rink/rink/harness/peer"
	"github.com/webrtc-rink/rink/harness/trace"
)

// told is a liar and what a run must say of it.
type told struct {
	lie
	scenario string     // connect-data where it is empty
	side     trace.Side // of the liar; the offerer where it is empty
	// check is the one that fails, and says what must be in its findings. Where the
	// trace does not tell which end is wrong, either must say so, and why.
	check string
	joint bool
	// stage is where a session breaks instead, anywhere where that is empty too; says
	// is then what must be in the reason.
	stage trace.Stage
	says  []string
	// outlives says that it does not end when asked to.
	outlives bool
	// patient says that a slow machine may need long to notice it.
	patient bool
}

// liars are known by what they do.
func liars() map[string]told {
	all := map[string]told{}
	for _, some := range []map[string]told{aboutCandidates(), aboutItself(), aboutTheSession(), aboutTheConnection(), againstTheProtocol(), hanging(), dying()} {
		maps.Copy(all, some)
	}
	return all
}

func only(e peer.Event) []peer.Event { return []peer.Event{e} }

func is(e peer.Event, kind peer.EventType, state string) bool {
	return e.Type == kind && e.State == state
}

func null() peer.Event {
	return peer.Event{Type: peer.EventICECandidate, Candidate: []byte("null")}
}

func isNull(e peer.Event) bool {
	return e.Type == peer.EventICECandidate && string(e.Candidate) == "null"
}

// foreignAddress is one for documentation (RFC 5737): nobody's here.
const foreignAddress = "192.0.2.77"

// from is a candidate with another address.
func from(address, candidate string) string {
	fields := strings.Fields(candidate)
	fields[4] = address
	return strings.Join(fields, " ")
}

// aboutCandidates are liars about what they gathered.
func aboutCandidates() map[string]told {
	return map[string]told{
		"gives candidates an empty sdpMid": {
			lie:   lie{candidate: func(i *peer.ICECandidateInit) { *i.SDPMid = "" }},
			check: "CAND-002", says: []string{`got sdpMid ""`, `mids: "0"`},
		},
		"gives candidates the sdpMid 7": {
			lie:  lie{candidate: func(i *peer.ICECandidateInit) { *i.SDPMid = "7" }},
			side: trace.Answerer, check: "CAND-002", says: []string{`got sdpMid "7"`, `mids: "0"`},
		},
		"gives candidates the sdpMid of another section": {
			lie:      lie{candidate: func(i *peer.ICECandidateInit) { *i.SDPMid = "1" }},
			scenario: "candidates-bundled", check: "CAND-003", says: []string{`got sdpMLineIndex 0, want 1, the index of sdpMid "1"`},
		},
		"gives candidates the sdpMLineIndex 7": {
			lie:   lie{candidate: func(i *peer.ICECandidateInit) { *i.SDPMLineIndex = 7 }},
			check: "CAND-003", says: []string{"got sdpMLineIndex 7, want 0"},
		},
		"gives candidates a usernameFragment of nobody": {
			lie:   lie{candidate: func(i *peer.ICECandidateInit) { ufrag := "nobody"; i.UsernameFragment = &ufrag }},
			check: "CAND-009", says: []string{"usernameFragment", "ice-ufrag"},
		},
		"writes a ufrag of nobody into its candidates": {
			lie:  lie{candidate: func(i *peer.ICECandidateInit) { i.Candidate += " ufrag nobody" }},
			side: trace.Answerer, check: "CAND-009", says: []string{"ufrag", "ice-ufrag"},
		},
		"signals addresses that it does not own": {
			lie:   lie{candidate: func(i *peer.ICECandidateInit) { i.Candidate = from(foreignAddress, i.Candidate) }},
			check: "CONN-002", says: []string{"local candidate of the selected pair", "surfaced"},
		},
		"signals and names addresses that it does not own": {
			lie: lie{
				candidate: func(i *peer.ICECandidateInit) { i.Candidate = from(foreignAddress, i.Candidate) },
				stats: func(s *peer.Stats) {
					for _, t := range s.Transports {
						if t.Local != nil {
							t.Local.Address = foreignAddress
						}
					}
				},
			},
			check: "CONN-002", says: []string{"remote candidate of the selected pair", "which the offerer surfaced no host candidate"}, joint: true,
		},
		"says that gathering is complete and surfaces no candidate": {
			lie: lie{hear: func(_ *liarConnection, e peer.Event) []peer.Event {
				if e.Type == peer.EventICECandidate && !isNull(e) {
					return nil
				}
				return only(e)
			}},
			check: "CONN-002", says: []string{"local candidate of the selected pair", "surfaced"},
		},
		"ends gathering before its last candidate": {
			lie: lie{hear: func(c *liarConnection, e peer.Event) []peer.Event {
				complete := peer.Event{Type: peer.EventICEGatheringStateChange, State: "complete"}
				switch {
				case isNull(e), is(e, peer.EventICEGatheringStateChange, "complete"):
					return nil
				case e.Type == peer.EventICECandidate && c.end():
					return []peer.Event{complete, null(), e}
				}
				return only(e)
			}},
			check: "GATHER-009", says: []string{"surfaced after the null candidate"},
		},
		"never says the end of its candidates": {
			lie: lie{hear: func(_ *liarConnection, e peer.Event) []peer.Event {
				if isNull(e) {
					return nil
				}
				return only(e)
			}},
			side: trace.Answerer, check: "GATHER-005", says: []string{"null candidate: got 0 in 1"},
		},
		"says the end of its candidates twice": {
			lie: lie{hear: func(_ *liarConnection, e peer.Event) []peer.Event {
				if isNull(e) {
					return []peer.Event{e, e}
				}
				return only(e)
			}},
			check: "GATHER-005", says: []string{"null candidate: got 2 in 1"},
		},
	}
}

// aboutTheSession are liars about descriptions, calls and features.
func aboutTheSession() map[string]told {
	return map[string]told{
		"takes candidates that it must refuse": {
			lie: lie{call: func(c *liarConnection, method string) (bool, error) {
				return method == "addIceCandidate" && c.count("setRemoteDescription") == 0, nil
			}},
			scenario: "trickle-overtaking", check: "TRICKLE-007", says: []string{"addIceCandidate: got taken, want InvalidStateError"},
		},
		"takes any description and uses none": {
			lie: lie{call: func(_ *liarConnection, method string) (bool, error) {
				return method == "setRemoteDescription" || method == "addIceCandidate", nil
			}},
			check: "STATE-003", says: []string{"signalingState: got stable, have-local-offer, want stable, have-local-offer, stable"}, joint: true,
		},
		"returns the description of another session": {
			lie: lie{describe: func(c *liarConnection, d *peer.SessionDescription) {
				*d = c.liar.first(*d)
			}},
			scenario: "trickle-full,connect-data", check: "CONN-001", says: []string{"iceConnectionState checking"}, joint: true,
		},
		"describes the fingerprint of another certificate": {
			lie: lie{describe: func(_ *liarConnection, d *peer.SessionDescription) {
				at := strings.Index(d.SDP, "a=fingerprint:sha-256 ") + len("a=fingerprint:sha-256 ")
				d.SDP = d.SDP[:at] + strings.Repeat("AA:", 31) + "AA" + d.SDP[at+95:]
			}},
			check: "CONN-001", says: []string{"connectionState failed"}, joint: true,
		},
		"declares media and has none": {
			lie: lie{call: func(_ *liarConnection, method string) (bool, error) {
				return method == "addTrack", peer.Errorf(peer.NotSupportedError, "no media here")
			}},
			scenario: "connect-media", check: "CONN-001", says: []string{"addTrack: got NotSupportedError, want taken"},
		},
		"names selected pairs of its own": {
			lie: lie{stats: func(s *peer.Stats) {
				for _, t := range s.Transports {
					if t.Local != nil && t.Remote != nil {
						t.Local.Port, t.Remote.Port = 9, 9
					}
				}
			}},
			check: "STATS-004", says: []string{"selected pair: got another than the"}, joint: true,
		},
		"names no selected pair": {
			lie: lie{stats: func(s *peer.Stats) {
				for i := range s.Transports {
					s.Transports[i].Local, s.Transports[i].Remote = nil, nil
				}
			}},
			side: trace.Answerer, check: "STATS-004", says: []string{"selected pair: got none"},
		},
	}
}

// aboutTheConnection are liars about connecting and talking.
func aboutTheConnection() map[string]told {
	state := func(kind peer.EventType, s string) peer.Event { return peer.Event{Type: kind, State: s} }
	return map[string]told{
		"says that it is connected and never connects": {
			lie: lie{call: func(c *liarConnection, method string) (bool, error) {
				if method == "setRemoteDescription" {
					c.say(state(peer.EventSignalingStateChange, "stable"),
						state(peer.EventICEConnectionStateChange, "checking"), state(peer.EventConnectionStateChange, "connecting"),
						state(peer.EventICEConnectionStateChange, "connected"), state(peer.EventConnectionStateChange, "connected"),
						peer.Event{Type: peer.EventChannelOpen, Channel: c.channel, Label: "rink"})
				}
				return method == "setRemoteDescription" || method == "addIceCandidate" || method == "send", nil
			}},
			check: "CONN-001", says: []string{"want connected, as the offerer reports"}, joint: true,
		},
		"is connected and never says so": {
			lie: lie{hear: func(_ *liarConnection, e peer.Event) []peer.Event {
				if e.State == "connected" {
					return nil
				}
				return only(e)
			}},
			side: trace.Answerer, check: "CONN-001", says: []string{"want connected, as the offerer reports"}, joint: true,
		},
		"says connected before checking": {
			lie: lie{hear: func(_ *liarConnection, e peer.Event) []peer.Event {
				if is(e, peer.EventICEConnectionStateChange, "checking") {
					return []peer.Event{state(e.Type, "connected"), e}
				}
				return only(e)
			}},
			check: "STATE-001", says: []string{"iceConnectionState: got new, connected, checking, connected"},
		},
		"says that it sent and sends nothing": {
			lie:   lie{call: func(_ *liarConnection, method string) (bool, error) { return method == "send", nil }},
			check: "CONN-001", says: []string{"no message with the nonce of the offerer"}, joint: true,
		},
		"hears its own messages": {
			lie: lie{hear: func(c *liarConnection, e peer.Event) []peer.Event {
				if e.Type == peer.EventMessage {
					e.Message = c.lastSent()
				}
				return only(e)
			}},
			side: trace.Answerer, check: "CONN-001", says: []string{"no message with the nonce of the offerer"}, joint: true,
		},
		"makes up what it hears": {
			lie: lie{hear: func(_ *liarConnection, e peer.Event) []peer.Event {
				if e.Type == peer.EventMessage {
					e.Message = &peer.Message{Text: "rink-nonce:0123456789"}
				}
				return only(e)
			}},
			check: "CONN-001", says: []string{"no message with the nonce of the answerer"}, joint: true,
		},
		"hears every message twice": {
			lie: lie{hear: func(_ *liarConnection, e peer.Event) []peer.Event {
				if e.Type == peer.EventMessage {
					return []peer.Event{e, e}
				}
				return only(e)
			}},
			check: "DATA-003", says: []string{"text message beyond ASCII: got other content"}, joint: true,
		},
		"closes without a word": {
			lie: lie{
				call: func(c *liarConnection, method string) (bool, error) {
					if method == "send" && c.end() {
						go c.Connection.Close(context.Background()) //nolint:errcheck // it has nobody to tell
					}
					return method == "send", nil
				},
				hear: func(_ *liarConnection, e peer.Event) []peer.Event {
					if e.State == "closed" || e.Type == peer.EventChannelClose || e.Type == peer.EventMessage {
						return nil
					}
					return only(e)
				},
			},
			check: "CONN-001", says: []string{"no message with the nonce of the"}, joint: true,
		},
	}
}

// againstTheProtocol are agents that break the protocol in the middle of a
// session, at the answer that holds an offer or an answer.
func againstTheProtocol() map[string]told {
	instead := func(write func(line []byte) []byte) lie {
		return lie{line: func(line []byte) []byte {
			if bytes.Contains(line, []byte(`"result":{"type":"`)) {
				return write(line)
			}
			return line
		}}
	}
	return map[string]told{
		"prints junk": {
			lie:   instead(func(line []byte) []byte { return append([]byte("DEBUG made a description\n"), line...) }),
			stage: trace.StageSignal, says: []string{`wrote a line that is no JSON: "DEBUG made a description"`},
		},
		"answers twice": {
			lie:  instead(func(line []byte) []byte { return bytes.Repeat(line, 2) }),
			side: trace.Answerer, stage: trace.StageSignal, says: []string{"answered the id", "which no call waits for"},
		},
		"answers what was not asked": {
			lie:   instead(func(line []byte) []byte { return bytes.Replace(line, []byte(`"id":`), []byte(`"id":99`), 1) }),
			stage: trace.StageSignal, says: []string{"answered the id 99", "which no call waits for"},
		},
		"floods events": {
			lie: instead(func([]byte) []byte {
				return bytes.Repeat([]byte(`{"jsonrpc":"2.0","method":"event","params":{"event":{"type":"log","level":"info","text":"x"}}}`+"\n"), 300_000)
			}),
			side: trace.Answerer, stage: trace.StageSignal, says: []string{"liar is gone: sent more than", "events"}, patient: true,
		},
	}
}

// stages are where each method is called for the first time by connect-data, and
// the side that it is called on.
var stages = []struct {
	method string
	side   trace.Side
	stage  trace.Stage
}{
	{"open", trace.Offerer, trace.StageLaunch},
	{"createDataChannel", trace.Offerer, trace.StageSignal},
	{"createOffer", trace.Offerer, trace.StageSignal},
	{"createAnswer", trace.Answerer, trace.StageSignal},
	{"setLocalDescription", trace.Answerer, trace.StageSignal},
	{"setRemoteDescription", trace.Answerer, trace.StageSignal},
	{"addIceCandidate", trace.Offerer, ""}, // the session goes on beside it
	{"send", trace.Answerer, trace.StageApp},
	{"stats", trace.Offerer, trace.StageApp},
	{"snapshot", trace.Offerer, trace.StageApp},
	{"close", trace.Answerer, trace.StageClose},
}

// hanging are agents that do not return from one method.
func hanging() map[string]told {
	all := map[string]told{}
	for _, at := range stages {
		all["hangs at "+at.method] = told{
			lie: lie{call: func(_ *liarConnection, method string) (bool, error) {
				if method == at.method {
					time.Sleep(time.Hour) // longer than any harness waits
				}
				return false, nil
			}},
			side: at.side, stage: at.stage, says: []string{"did not return within", at.method}, outlives: true,
		}
	}
	return all
}

// dying are agents that end in the middle of one method.
func dying() map[string]told {
	all := map[string]told{
		"ends at once and calls it success": {
			lie: lie{launch: func() { os.Exit(0) }}, stage: trace.StageLaunch, says: []string{"ended: exit status 0"},
		},
		"ends with exit code 0 before it is connected": {
			lie: lie{hear: func(_ *liarConnection, e peer.Event) []peer.Event {
				if e.Type == peer.EventConnectionStateChange && e.State == "connecting" {
					os.Exit(0)
				}
				return only(e)
			}},
			says: []string{"ended: exit status 0"},
		},
	}
	for _, at := range stages {
		all["dies at "+at.method] = told{
			lie: lie{call: func(_ *liarConnection, method string) (bool, error) {
				if method == at.method {
					fmt.Fprintln(os.Stderr, "assertion failed in", method)
					os.Exit(3)
				}
				return false, nil
			}},
			side: at.side, stage: at.stage, says: []string{"ended: exit status 3", "assertion failed in " + at.method},
		}
	}
	return all
}
