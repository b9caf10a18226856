package upgrade

import (
	"slices"

	"github.com/webrtc-rink/rink/harness/compare"
	"github.com/webrtc-rink/rink/harness/peer"
	"github.com/webrtc-rink/rink/harness/report"
	"github.com/webrtc-rink/rink/harness/run"
)

// What the two versions are called where they are compared: the one under test, and
// the old one where it is only the opponent.
const (
	subject = "pion"
	older   = "old"
)

// add gives each side its part of a round.
func (f *field) add(folder run.Folder, o run.Outcome) {
	old, new := o, o
	old.Sessions, new.Sessions = nil, nil
	for _, s := range o.Sessions {
		if p := s.Pair(); p.Offerer == f.to || p.Answerer == f.to {
			new.Sessions = append(new.Sessions, s)
		} else {
			old.Sessions = append(old.Sessions, s)
		}
	}
	f.sides[0] = append(f.sides[0], *f.part(folder, old))
	f.sides[1] = append(f.sides[1], *f.part(folder, new))
}

// part is the report of a part of a round. It is compared and not written.
func (f *field) part(folder run.Folder, o run.Outcome) *report.Report {
	o.Peers = slices.DeleteFunc(slices.Clone(o.Peers), func(d peer.Description) bool {
		return !slices.ContainsFunc(o.Sessions, func(s run.Session) bool { return s.Header.Offerer.ID == d.ID || s.Header.Answerer.ID == d.ID })
	})
	return run.BuildReport(f.plan, folder, o)
}

// compare compares all that was played so far. The new version with the old one
// stands against the old one with itself, in both directions.
func (f *field) compare() compare.Diff {
	return compare.Reports(f.sides[0], f.sides[1], compare.Options{
		From: map[string]string{f.from: subject},
		FromPairs: map[report.Pair][]report.Pair{
			{Offerer: f.from, Answerer: f.from}: {{Offerer: older, Answerer: subject}, {Offerer: subject, Answerer: older}},
		},
		To: map[string]string{f.to: subject, f.from: older}, Between: f.between,
	})
}

// pairsOf are the pairs that played what a repeat asks for.
func pairsOf(r compare.Repeat) []run.Pair {
	var found []run.Pair
	for _, p := range []report.Pair{r.From, r.To} {
		if p != (report.Pair{}) {
			found = append(found, run.Pair{Offerer: p.Offerer, Answerer: p.Answerer})
		}
	}
	return found
}
