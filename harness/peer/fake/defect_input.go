package fake

import (
	"encoding/json"
	"errors"
	"strings"
	"time"

	"github.com/webrtc-rink/rink/harness/peer"
	"github.com/webrtc-rink/rink/harness/trace"
	"github.com/webrtc-rink/rink/harness/wire"
)

func inputDefects() []Defect {
	all := append(grammarDefects(), indexDefects()...)
	all = append(all, endDefects()...)
	all = append(all, constructorDefects()...)
	return append(all, patienceDefects()...)
}

// isLine holds for candidates whose line has this text.
func isLine(text string) func(*connection, peer.ICECandidateInit) bool {
	return func(_ *connection, i peer.ICECandidateInit) bool { return strings.Contains(i.Candidate, text) }
}

// sticks takes nothing more once it was handed such a candidate.
func sticks(text string) candidateHook {
	return func(c *connection, i peer.ICECandidateInit, verdict *peer.Error) *peer.Error {
		if c.arrivals.stuck && i.Candidate != "" && !strings.Contains(i.Candidate, text) {
			return peer.Errorf(peer.OperationError, "refused by a defect")
		}
		c.arrivals.stuck = c.arrivals.stuck || strings.Contains(i.Candidate, text)
		return verdict
	}
}

// takeIf makes a fake take what it should refuse, of some candidates.
func takeIf(when func(c *connection, i peer.ICECandidateInit) bool) candidateHook {
	return func(c *connection, i peer.ICECandidateInit, verdict *peer.Error) *peer.Error {
		if when(c, i) {
			return nil
		}
		return verdict
	}
}

func grammarDefects() []Defect {
	const offerer, answerer, handed = trace.Offerer, trace.Answerer, "robustness-candidates"
	return []Defect{
		{
			Name: "wants-udp-in-small-letters", Check: "GRAM-003", Scenario: "robustness-upper-case", Side: answerer,
			candidate: refuse(peer.OperationError, isLine(" UDP ")),
		},
		{Name: "waits-for-a-name-for-ever", Check: "GRAM-004", Scenario: "robustness-foreign-name", Side: offerer, candidate: sticks("host.invalid")},
		{Name: "sticks-at-an-unknown-type", Check: "GRAM-005", Scenario: "robustness-unknown-type", Side: answerer, candidate: sticks("typ foo")},
		{Name: "sticks-at-an-unknown-transport", Check: "GRAM-006", Scenario: "robustness-unknown-transport", Side: answerer, candidate: sticks(" sctp ")},
		{Name: "refuses-simultaneous-open", Check: "GRAM-007", Scenario: handed, Side: offerer, candidate: refuse(peer.OperationError, isLine("tcptype so"))},
		{
			Name: "active-with-a-port", Check: "GRAM-007", Scenario: handed, Side: answerer,
			event: onCandidate(func(_ *connection, i *peer.ICECandidateInit) bool {
				i.Candidate = strings.Replace(i.Candidate, " udp ", " tcp ", 1) + " tcptype active"
				return true
			}),
		},
		{
			Name: "takes-foo-for-a-candidate", Check: "GRAM-008", Scenario: handed, Side: answerer,
			candidate: takeIf(func(_ *connection, i peer.ICECandidateInit) bool { return i.Candidate == "foo" }),
		},
		{
			Name: "keeps-what-it-refused", Check: "GRAM-008", Scenario: handed, Side: offerer,
			candidate: func(c *connection, i peer.ICECandidateInit, verdict *peer.Error) *peer.Error {
				if verdict != nil && i.Candidate == "foo" {
					c.remote.SDP += "a=candidate:foo\r\n"
				}
				return verdict
			},
		},
		{Name: "takes-any-port", Check: "GRAM-009", Scenario: handed, Side: offerer, candidate: takeIf(isLine(" 99999 "))},
		{Name: "takes-candidates-with-a=", Check: "GRAM-010", Scenario: handed, Side: answerer, candidate: takeIf(isLine("a=candidate"))},
	}
}

func indexDefects() []Defect {
	const offerer, answerer, handed = trace.Offerer, trace.Answerer, "robustness-candidates"
	real := func(i peer.ICECandidateInit) bool { return i.Candidate != "" }
	return []Defect{
		{
			Name: "wants-mid-and-index-to-agree", Check: "TRICKLE-018", Scenario: handed, Side: answerer,
			candidate: refuse(peer.OperationError, func(c *connection, i peer.ICECandidateInit) bool {
				return i.SDPMid != nil && i.SDPMLineIndex != nil && c.section(&i) != int(*i.SDPMLineIndex)
			}),
		},
		{
			Name: "puts-a-candidate-where-the-index-is", Check: "TRICKLE-018", Scenario: handed, Side: offerer,
			candidate: func(c *connection, i peer.ICECandidateInit, verdict *peer.Error) *peer.Error {
				if verdict == nil && c.section(&i) > 0 && strings.Contains(i.Candidate, " 5005 ") {
					c.remote.parsed.Media[0].AddAttr("candidate", strings.TrimPrefix(i.Candidate, "candidate:"))
				}
				return verdict
			},
		},
		{
			Name: "takes-any-index", Check: "TRICKLE-019", Scenario: handed, Side: offerer,
			candidate: takeIf(func(c *connection, i peer.ICECandidateInit) bool {
				return real(i) && i.SDPMid == nil && c.remote != nil && c.section(&i) < 0
			}),
		},
		{
			Name: "takes-the-empty-mid", Check: "TRICKLE-020", Scenario: handed, Side: answerer,
			candidate: takeIf(func(_ *connection, i peer.ICECandidateInit) bool { return i.SDPMid != nil && *i.SDPMid == "" }),
		},
		{
			Name: "takes-any-ufrag", Check: "TRICKLE-021", Scenario: handed, Side: answerer,
			candidate: takeIf(func(_ *connection, i peer.ICECandidateInit) bool {
				return real(i) && i.UsernameFragment != nil && *i.UsernameFragment == "nope"
			}),
		},
		{
			Name: "needs-the-ufrag", Check: "TRICKLE-022", Scenario: handed, Side: offerer,
			candidate: refuse(peer.OperationError, func(_ *connection, i peer.ICECandidateInit) bool {
				return i.UsernameFragment == nil && strings.Contains(i.Candidate, " 5004 ")
			}),
		},
		{
			Name: "keeps-candidates-to-itself", Check: "TRICKLE-026", Scenario: handed, Side: offerer,
			snapshot: func(_ *connection, s *peer.Snapshot) {
				if d := s.RemoteDescription; d != nil {
					if parsed, err := wire.ParseDescription(d.SDP); err == nil {
						parsed.RemoveCandidates()
						d.SDP = parsed.String()
					}
				}
			},
		},
		{
			Name: "has-no-operations-chain", Check: "TRICKLE-029", Scenario: handed, Side: answerer,
			// It works on a description for a while, and refuses the candidate that comes
			// meanwhile; the while ends when that has happened.
			call: func(c *connection, call *Call, do func() error) error {
				switch call.Method {
				case "addIceCandidate":
					defer c.refusedMeanwhile.Store(true)
				case "setRemoteDescription":
					for waited := time.Duration(0); waited < 300*time.Millisecond && !c.refusedMeanwhile.Load(); waited += 5 * time.Millisecond {
						time.Sleep(5 * time.Millisecond)
					}
				}
				return do()
			},
		},
		{
			Name: "forgets-the-end", Check: "TRICKLE-026", Scenario: handed, Side: answerer,
			snapshot: func(_ *connection, s *peer.Snapshot) {
				if d := s.RemoteDescription; d != nil {
					d.SDP = strings.ReplaceAll(d.SDP, "a=end-of-candidates\r\n", "")
				}
			},
		},
		{
			Name: "keeps-candidates-of-rejected-sections", Check: "TRICKLE-030", Scenario: handed, Side: offerer,
			candidate: func(c *connection, i peer.ICECandidateInit, verdict *peer.Error) *peer.Error {
				if index := c.section(&i); verdict == nil && c.remote != nil && c.stopped(index) {
					c.remote.parsed.Media[index].AddAttr("candidate", strings.TrimPrefix(i.Candidate, "candidate:"))
					c.remote.SDP = c.remote.parsed.String()
				}
				return verdict
			},
		},
		{Name: "refuses-port-25", Check: "CONN-015", Scenario: handed, Side: offerer, candidate: refuse(peer.OperationError, isLine(" 25 typ"))},
		{
			Name: "refuses-candidates-of-rejected-sections", Check: "TRICKLE-030", Scenario: handed, Side: answerer,
			candidate: refuse(peer.OperationError, func(c *connection, i peer.ICECandidateInit) bool { return c.stopped(c.section(&i)) }),
		},
		{
			Name: "can-always-trickle", Check: "TRICKLE-031", Scenario: handed, Side: offerer,
			snapshot: func(_ *connection, s *peer.Snapshot) {
				s.CanTrickleICECandidates = new(bool)
				*s.CanTrickleICECandidates = true
			},
		},
		{
			Name: "takes-candidates-when-closed", Check: "TRICKLE-034", Scenario: handed, Side: answerer,
			call: onAdd(func(c *connection, _ *peer.ICECandidateInit, err error) error {
				if c.signaling == "closed" {
					return nil
				}
				return err
			}),
		},
		{
			Name: "forgets-the-candidates-of-an-offer", Check: "TRICKLE-036", Scenario: handed, Side: offerer,
			stats: func(s *peer.Stats) {
				s.Pairs = without(s.Pairs, func(p peer.PairStats) bool { return p.Remote.Foundation == "1" })
			},
		},
		{
			Name: "uses-the-port-of-x11", Check: "CONN-015", Scenario: handed, Side: answerer,
			candidate: func(c *connection, i peer.ICECandidateInit, verdict *peer.Error) *peer.Error {
				if strings.Contains(i.Candidate, " 6000 ") {
					c.learn(0, i.Candidate, true)
				}
				return verdict
			},
		},
	}
}

func without[T any](all []T, drop func(T) bool) []T {
	var rest []T
	for _, v := range all {
		if !drop(v) {
			rest = append(rest, v)
		}
	}
	return rest
}

// onAdd changes how addIceCandidate settles.
func onAdd(settle func(c *connection, init *peer.ICECandidateInit, err error) error) func(*connection, *Call, func() error) error {
	return func(c *connection, call *Call, do func() error) error {
		err := do()
		if call.Method != "addIceCandidate" {
			return err
		}
		defer c.lock()()
		return settle(c, call.Candidate, err)
	}
}

func endDefects() []Defect {
	const offerer, answerer, handed = trace.Offerer, trace.Answerer, "robustness-candidates"
	// late pairs what comes after the end, where the end was told in that way.
	late := func(told bool) candidateHook {
		return func(c *connection, i peer.ICECandidateInit, verdict *peer.Error) *peer.Error {
			if verdict == nil && i.Candidate != "" && c.remote != nil && c.ended(c.section(&i)) && c.arrivals.trickleEnd == told {
				c.learn(c.section(&i), i.Candidate, false)
			}
			return verdict
		}
	}
	return []Defect{
		{
			Name: "wants-no-null-in-stable", Check: "TRICKLE-024", Scenario: handed, Side: answerer,
			call: onAdd(func(c *connection, init *peer.ICECandidateInit, err error) error {
				if init == nil && err == nil && c.signaling == "stable" && len(c.remote.parsed.Media[0].Candidates()) > 1 {
					return peer.Errorf(peer.InvalidStateError, "refused by a defect")
				}
				return err
			}),
		},
		{
			Name: "takes-the-end-at-any-time", Check: "TRICKLE-025", Scenario: handed, Side: offerer,
			call: onAdd(func(c *connection, init *peer.ICECandidateInit, err error) error {
				if init == nil && c.remote == nil {
					return nil
				}
				return err
			}),
		},
		{
			Name: "takes-the-end-of-any-section", Check: "TRICKLE-025", Scenario: handed, Side: answerer,
			candidate: takeIf(func(c *connection, i peer.ICECandidateInit) bool {
				return i.Candidate == "" && i.SDPMid != nil && *i.SDPMid == "nope"
			}),
		},
		{Name: "goes-on-after-the-end", Check: "TRICKLE-027", Scenario: handed, Side: offerer, candidate: late(true)},
		{Name: "goes-on-after-the-end-of-a-description", Check: "SDP-019", Scenario: handed, Side: answerer, candidate: late(false)},
	}
}

func constructorDefects() []Defect {
	const offerer, answerer, handed = trace.Offerer, trace.Answerer, "robustness-candidates"
	constructs := func(change func(init peer.ICECandidateInit, o *peer.CandidateObject, err error) error) func(*connection, *Call, func() error) error {
		return func(_ *connection, call *Call, do func() error) error {
			err := do()
			var init peer.ICECandidateInit
			if call.Method != "new RTCIceCandidate" || json.Unmarshal(call.Raw, &init) != nil {
				return err
			}
			return change(init, call.Object, err)
		}
	}
	return []Defect{
		{
			Name: "to-json-leaves-nulls-out", Check: "CAND-011", Scenario: handed, Side: answerer,
			call: constructs(func(_ peer.ICECandidateInit, o *peer.CandidateObject, err error) error {
				o.JSON = json.RawMessage(strings.ReplaceAll(string(o.JSON), `,"usernameFragment":null`, ""))
				return err
			}),
		},
		{
			Name: "constructs-without-a-section", Check: "CAND-013", Scenario: handed, Side: offerer,
			call: constructs(func(init peer.ICECandidateInit, o *peer.CandidateObject, err error) error {
				var refused *peer.Error
				if errors.As(err, &refused) {
					o.JSON, err = json.Marshal(init)
				}
				return err
			}),
		},
		{
			Name: "drops-what-it-cannot-parse", Check: "CAND-014", Scenario: handed, Side: answerer,
			Also: []string{"CAND-011"}, // the text that is dropped is a member
			call: constructs(func(init peer.ICECandidateInit, o *peer.CandidateObject, err error) error {
				if init.Candidate == "x" {
					o.JSON = json.RawMessage(strings.Replace(string(o.JSON), `"x"`, `""`, 1))
				}
				return err
			}),
		},
	}
}

func patienceDefects() []Defect {
	const offerer, answerer, unreachable = trace.Offerer, trace.Answerer, "robustness-unreachable"
	// onFailed changes when a connection says failed: early says it with connecting,
	// never leaves it out.
	early := func(when func(c *connection) bool) func(*connection, peer.Event) []peer.Event {
		return func(c *connection, e peer.Event) []peer.Event {
			if e.State == "connecting" && when(c) {
				return []peer.Event{e, {Type: e.Type, State: "failed"}}
			}
			return []peer.Event{e}
		}
	}
	never := func(when func(c *connection) bool) func(*connection, peer.Event) []peer.Event {
		return func(c *connection, e peer.Event) []peer.Event {
			if e.State == "failed" && when(c) {
				return nil
			}
			return []peer.Event{e}
		}
	}
	toldEnd := func(c *connection) bool {
		return canTrickle(c.remote.parsed) && c.remote.parsed.Media[0].EndOfCandidates()
	}
	return []Defect{
		{
			Name: "fails-without-candidates", Check: "TRICKLE-011", Scenario: unreachable, Side: offerer,
			event: early(func(c *connection) bool { return canTrickle(c.remote.parsed) && len(c.remote.parsed.Media) == 1 }),
		},
		{
			Name: "waits-although-nothing-can-come", Check: "TRICKLE-032", Scenario: unreachable, Side: answerer,
			event: never(func(c *connection) bool { return !canTrickle(c.remote.parsed) }),
		},
		{
			Name: "overlooks-the-end-in-a-description", Check: "SDP-019", Scenario: unreachable, Side: offerer,
			event: never(func(c *connection) bool { return toldEnd(c) && !c.arrivals.trickleEnd }),
		},
		{
			Name: "fails-at-once", Check: "LIVE-005", Scenario: unreachable, Side: answerer,
			event: early(func(c *connection) bool { return !canTrickle(c.remote.parsed) || toldEnd(c) }),
		},
	}
}
