package fake

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	"github.com/webrtc-rink/rink/harness/peer"
	"github.com/webrtc-rink/rink/harness/trace"
	"github.com/webrtc-rink/rink/harness/wire"
)

// Defect is one way to be wrong: a named deviation that turns one check red and
// no other.
type Defect struct {
	Name     string     // drops-the-null-candidate
	Check    string     // the ID of the check that must notice
	Scenario string     // where it shows
	Side     trace.Side // the end that has to have it
	// Also are the checks that cannot but notice it too: what they ask for has what
	// Check asks for as a part.
	Also []string
	// Spoils: the other end rightly refuses what the defect makes, so that the session
	// ends there. Who is to blame for that is not this defect's matter.
	Spoils bool

	event     func(c *connection, e peer.Event) []peer.Event
	created   func(c *connection, d *wire.Description)
	described func(d *wire.Description)
	remote    func(c *connection)
	candidate func(c *connection, init peer.ICECandidateInit, verdict *peer.Error) *peer.Error
	stats     func(s *peer.Stats)
	deaf      []source
	strayIDs  bool   // channels get stream ids of the other DTLS role
	lax       []rule // what it does not examine a remote description for
	// verify tells whether the other end's certificate is the one signalled; named is
	// what a fake without a defect says.
	verify    func(c, o *connection) bool
	anyServer bool // takes every URL of a server
	// call settles a call in its own way; do is what a fake without a defect does. Call
	// has the result after do, to be changed. The network is not locked.
	call     func(c *connection, call *Call, do func() error) error
	snapshot func(c *connection, s *peer.Snapshot)
}

// Call is a call as a defect sees it: the method in W3C spelling and its parameters.
// The last members are what the call gave.
type Call struct {
	Method      string
	Description *peer.SessionDescription // nil: setLocalDescription without a parameter
	Candidate   *peer.ICECandidateInit   // nil: null
	Channel     peer.ChannelHandle
	Message     peer.Message
	Text        string // label, kind, mid
	Config      peer.Configuration
	Init        peer.DataChannelInit
	Restart     bool
	Raw         json.RawMessage

	Created *peer.SessionDescription
	State   *peer.ChannelState
	Object  *peer.CandidateObject
}

// Defects returns all defects, in the order of the checks that notice them.
func Defects() []Defect {
	return slices.Concat(gatheringDefects(), candidateDefects(), descriptionDefects(), trickleDefects(), connectivityDefects(),
		fieldDefects(), bundleDefects(), inputDefects(), remoteDescriptionDefects(), restartDefects(), apiDefects(), lifecycleDefects(), channelDefects(), statsDefects(), mediaDefects(),
	)
}

// onState replaces one state of one kind of event by others.
func onState(kind peer.EventType, state string, by ...string) func(*connection, peer.Event) []peer.Event {
	return func(_ *connection, e peer.Event) []peer.Event {
		if e.Type != kind || e.State != state {
			return []peer.Event{e}
		}
		var out []peer.Event
		for _, s := range by {
			out = append(out, peer.Event{Type: kind, State: s})
		}
		return out
	}
}

// onCandidate changes each candidate on its way out; false drops it. The empty one,
// which ends those of a section, is none.
func onCandidate(change func(c *connection, init *peer.ICECandidateInit) bool) func(*connection, peer.Event) []peer.Event {
	return func(c *connection, e peer.Event) []peer.Event {
		init, err := peer.ParseCandidateInit(e.Candidate)
		if e.Type != peer.EventICECandidate || err != nil || init == nil || init.Candidate == "" {
			return []peer.Event{e}
		}
		if !change(c, init) {
			return nil
		}
		raw, err := json.Marshal(init)
		if err != nil {
			panic(err) // strings and numbers
		}
		e.Candidate = raw
		return []peer.Event{e}
	}
}

func isNull(e peer.Event) bool {
	return e.Type == peer.EventICECandidate && string(e.Candidate) == "null"
}

func gatheringDefects() []Defect {
	neverComplete := onState(peer.EventICEGatheringStateChange, "complete")
	return []Defect{
		{
			Name: "gathers-on-create", Check: "GATHER-001", Scenario: "gathering-not-started", Side: trace.Offerer,
			created: func(c *connection, _ *wire.Description) { c.gather() },
		},
		{
			Name: "offerer-never-completes-gathering", Check: "GATHER-002", Scenario: "trickle-full", Side: trace.Offerer,
			event: neverComplete,
		},
		{
			Name: "gathers-on-the-offer", Check: "GATHER-003", Scenario: "candidates-data", Side: trace.Answerer,
			remote: func(c *connection) { c.gather() },
		},
		{
			Name: "leaves-a-candidate-out-of-its-description", Check: "GATHER-004", Scenario: "trickle-none", Side: trace.Offerer,
			described: func(d *wire.Description) {
				for _, m := range d.Media {
					if cs := m.Candidates(); len(cs) > 0 {
						m.RemoveAttr("candidate")
						m.AddAttr("candidate", cs[0][len("candidate:"):])
					}
				}
			},
		},
		{
			Name: "two-null-candidates", Check: "GATHER-005", Scenario: "candidates-data", Side: trace.Answerer,
			event: func(_ *connection, e peer.Event) []peer.Event {
				if isNull(e) {
					return []peer.Event{e, e}
				}
				return []peer.Event{e}
			},
		},
		{
			Name: "candidate-after-the-null", Check: "GATHER-009", Scenario: "candidates-data", Side: trace.Offerer,
			event: func(c *connection, e peer.Event) []peer.Event {
				if !isNull(e) {
					return []peer.Event{e}
				}
				mid, index := "0", uint16(0)
				raw, err := json.Marshal(peer.ICECandidateInit{Candidate: candidateLine(7, 29999), SDPMid: &mid, SDPMLineIndex: &index})
				if err != nil {
					panic(err) // strings and numbers
				}
				return []peer.Event{e, {Type: peer.EventICECandidate, Candidate: raw}}
			},
		},
		{
			Name: "waits-for-silent-servers-forever", Check: "GATHER-016", Scenario: "gathering-silent-servers", Side: trace.Answerer,
			event: neverComplete,
		},
	}
}

func candidateDefects() []Defect {
	const offerer, answerer = trace.Offerer, trace.Answerer
	change := func(f func(init *peer.ICECandidateInit)) func(*connection, peer.Event) []peer.Event {
		return onCandidate(func(_ *connection, init *peer.ICECandidateInit) bool { f(init); return true })
	}
	firstSectionOnly := onCandidate(func(_ *connection, init *peer.ICECandidateInit) bool { return *init.SDPMLineIndex == 0 })
	return []Defect{
		{Name: "null-index", Check: "CAND-001", Scenario: "candidates-data", Side: offerer, event: change(func(i *peer.ICECandidateInit) { i.SDPMLineIndex = nil })},
		{Name: "empty-mid", Check: "CAND-002", Scenario: "candidates-data", Side: answerer, event: change(func(i *peer.ICECandidateInit) { *i.SDPMid = "" })},
		{Name: "index-always-zero", Check: "CAND-003", Scenario: "candidates-bundled", Side: offerer, event: change(func(i *peer.ICECandidateInit) { *i.SDPMLineIndex = 0 })},
		{
			Name: "names-the-last-bundled-section", Check: "CAND-004", Scenario: "candidates-bundled", Side: answerer,
			event: onCandidate(func(c *connection, i *peer.ICECandidateInit) bool {
				last := len(c.local.parsed.Media) - 1
				*i.SDPMid, *i.SDPMLineIndex = c.local.parsed.Media[last].Mid(), uint16(last)
				return true
			}),
		},
		{Name: "offers-candidates-for-one-section", Check: "CAND-005", Scenario: "candidates-max-compat", Side: offerer, event: firstSectionOnly},
		{Name: "answers-candidates-for-one-section", Check: "CAND-006", Scenario: "candidates-unbundled", Side: answerer, event: firstSectionOnly},
		{Name: "own-mids-in-candidates", Check: "CAND-007", Scenario: "candidates-renamed-mids", Side: answerer, event: change(func(i *peer.ICECandidateInit) { *i.SDPMid = "0" })},
		{Name: "index-skips-the-rejected", Check: "CAND-008", Scenario: "candidates-rejected-first", Side: answerer, event: change(func(i *peer.ICECandidateInit) { *i.SDPMLineIndex-- })},
		{Name: "ufrag-of-nobody", Check: "CAND-009", Scenario: "candidates-data", Side: answerer, event: change(func(i *peer.ICECandidateInit) { *i.UsernameFragment = "nobody" })},
		{Name: "candidate-with-a=", Check: "CAND-010", Scenario: "candidates-data", Side: offerer, event: change(func(i *peer.ICECandidateInit) { i.Candidate = "a=" + i.Candidate })},
		{
			Name: "host-preferred-least", Check: "CAND-017", Scenario: "candidates-data", Side: answerer,
			event: change(func(i *peer.ICECandidateInit) {
				if c, err := wire.ParseCandidate(i.Candidate); err == nil {
					i.Candidate = strings.Replace(i.Candidate, fmt.Sprint(c.Priority), fmt.Sprint(c.Priority&0xffffff|1<<24), 1)
				}
			}),
		},
	}
}

func descriptionDefects() []Defect {
	return []Defect{
		{
			Name: "no-ice-pwd", Check: "SDP-001", Scenario: "candidates-data", Side: trace.Offerer,
			Spoils:  true,
			created: func(_ *connection, d *wire.Description) { d.Media[0].RemoveAttr("ice-pwd") },
		},
		{
			Name: "port-of-its-own", Check: "SDP-009", Scenario: "candidates-data", Side: trace.Answerer,
			created: func(_ *connection, d *wire.Description) { d.Media[0].Port = 50000 },
		},
		{
			Name: "answers-ice-mismatch", Check: "SDP-011", Scenario: "trickle-full", Side: trace.Answerer,
			created: func(_ *connection, d *wire.Description) { d.Media[0].AddAttr("ice-mismatch", "") },
		},
		{
			Name: "answers-with-own-mids", Check: "SDP-020", Scenario: "candidates-data", Side: trace.Answerer,
			Spoils:  true,
			created: func(_ *connection, d *wire.Description) { d.RenameMids(map[string]string{"0": "x0"}) },
		},
	}
}
