package offline

import (
	"time"

	"github.com/webrtc-rink/rink/harness/peer"
	"github.com/webrtc-rink/rink/harness/trace"
	"github.com/webrtc-rink/rink/harness/wire"
)

// session is a trace in the making.
type session struct {
	rec   *trace.Recorder
	calls int
}

// begin writes the header. The peers' features say what the source tells of them; a
// peer of which it tells nothing declares none.
func begin(source, id string, offerer, answerer peer.Description, traits trace.Traits) *session {
	s := &session{rec: trace.NewRecorder(nil)}
	s.rec.Add(trace.Record{Kind: trace.KindSession, Session: &trace.Header{
		Schema: trace.Schema, ID: id, Scenario: source, Family: "offline", Title: "is read from " + id, Traits: traits,
		Offerer: offerer, Answerer: answerer, Config: map[trace.Side]trace.SideSetup{trace.Offerer: {}, trace.Answerer: {}},
		Network: "unknown", Scale: 1, Source: source,
	}})
	return s
}

// call records a call with its return. A zero time is now.
func (s *session) call(at time.Time, side trace.Side, call trace.Call, ret trace.Return) {
	s.calls++
	call.ID, ret.Call, ret.Method = s.calls, s.calls, call.Method
	s.add(at, trace.Record{Kind: trace.KindCall, Side: side, Call: &call})
	s.add(at, trace.Record{Kind: trace.KindReturn, Side: side, Return: &ret})
}

func (s *session) add(at time.Time, r trace.Record) {
	if at.IsZero() {
		at = time.Now()
	}
	s.rec.AddAt(at, r)
}

// end closes the trace and returns it.
func (s *session) end(at time.Time) []trace.Record {
	s.add(at, trace.Record{Kind: trace.KindEnd, End: &trace.End{Result: trace.EndCompleted, Stage: trace.StageClose}})
	return s.rec.Records()
}

// traitsOf says what a session with these descriptions is.
func traitsOf(sdp ...string) trace.Traits {
	traits := trace.Traits{trace.TraitConnects}
	for _, text := range sdp {
		d, err := wire.ParseDescription(text)
		if err != nil {
			continue // the checks say so
		}
		for _, m := range d.Media {
			t := trace.TraitMedia
			if m.Kind == "application" {
				t = trace.TraitData
			}
			if !traits.Has(t) {
				traits = append(traits, t)
			}
		}
	}
	return traits
}
