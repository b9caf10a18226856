package evidence

import (
	"cmp"
	"slices"
	"strings"

	"github.com/webrtc-rink/rink/harness/peer"
	"github.com/webrtc-rink/rink/harness/report"
	"github.com/webrtc-rink/rink/harness/trace"
)

// How many of what stats hold are shown.
const (
	maxMoments    = 12
	maxTransports = 24 // of an end at a moment
	maxPairs      = 60 // of an end at a moment
)

// Moment is what the stats of both ends say at one moment of the session.
type Moment struct {
	Name      string
	Ends      []EndStats
	Agreement Agreement
}

// Agreement says whether both ends name the same selected pair.
type Agreement string

// The agreements.
const (
	SamePair      Agreement = "both ends name the same pair"
	DifferentPair Agreement = "the ends name different pairs"
	OneEndOnly    Agreement = "only one of the ends names a pair"
	NoPair        Agreement = "neither end names a pair"
)

// EndStats is what the stats of one end say.
type EndStats struct {
	Side       trace.Side
	N          int
	T          float64
	Transports []Transport
	Pairs      []Pair // all of them, where the end tells
	Left       int    // transports and pairs that are left out
	Marks      []Mark
}

// Transport is a transport with its selected pair.
type Transport struct {
	peer.TransportStats
	Local, Remote string // of the selected pair; empty where the end does not tell
}

// Pair is a candidate pair.
type Pair struct {
	peer.PairStats
	Local, Remote string
	Selected      bool
}

// moments are those at which the session read stats, the last reading of each end.
func (t *reading) moments() []Moment {
	var all []Moment
	t.each(func(n int, r *trace.Record) {
		if r.Stats == nil {
			return
		}
		name := oneLine(r.Stats.Moment, maxPoint)
		at := slices.IndexFunc(all, func(m Moment) bool { return m.Name == name })
		if at < 0 {
			if len(all) == maxMoments {
				return
			}
			at = len(all)
			all = append(all, Moment{Name: name})
		}
		m := &all[at]
		e := endStats(n, r)
		e.Marks = t.marked(n)
		if i := slices.IndexFunc(m.Ends, func(o EndStats) bool { return o.Side == e.Side }); i >= 0 {
			m.Ends[i] = e
		} else {
			m.Ends = append(m.Ends, e)
		}
	})
	for i := range all {
		slices.SortStableFunc(all[i].Ends, func(a, b EndStats) int { return -cmp.Compare(a.Side, b.Side) }) // the offerer first
		all[i].Agreement = agreement(all[i].Ends)
	}
	return all
}

func endStats(n int, r *trace.Record) EndStats {
	e := EndStats{Side: side(r.Side), N: n, T: r.T}
	var selected [][2]socket
	for _, s := range r.Stats.Transports {
		if len(e.Transports) == maxTransports {
			e.Left++
			continue
		}
		t := Transport{TransportStats: report.SafeValue(s)}
		if s.Local != nil && s.Remote != nil {
			t.Local, t.Remote = endOf(*s.Local), endOf(*s.Remote)
			selected = append(selected, [2]socket{socketOf(*s.Local), socketOf(*s.Remote)})
		}
		e.Transports = append(e.Transports, t)
	}
	for _, s := range r.Stats.Pairs {
		p := Pair{PairStats: report.SafeValue(s), Local: endOf(s.Local), Remote: endOf(s.Remote)}
		p.Selected = slices.Contains(selected, [2]socket{socketOf(s.Local), socketOf(s.Remote)})
		if len(e.Pairs) == maxPairs && !p.Selected || len(e.Pairs) == 2*maxPairs {
			e.Left++
			continue
		}
		e.Pairs = append(e.Pairs, p)
	}
	return e
}

// socket is what tells the ends of pairs apart.
type socket struct {
	protocol, address string
	port              int
}

func socketOf(c peer.CandidateStats) socket {
	return socket{strings.ToLower(c.Protocol), c.Address, c.Port}
}

// endOf names one end of a pair.
func endOf(c peer.CandidateStats) string {
	host := c.Address
	if host == "" {
		host = "(address not told)"
	}
	return oneLine(strings.TrimSpace(c.Type+" "+c.Protocol)+" "+address(host, c.Port), maxLabel)
}

// ports is a selected pair by its ports: an address may be hidden, and a mapped one
// differs from end to end.
type ports struct {
	protocol      string
	local, remote int
}

func (e EndStats) ports() []ports {
	var all []ports
	for _, t := range e.Transports {
		if t.TransportStats.Local != nil && t.TransportStats.Remote != nil {
			all = append(all, ports{strings.ToLower(t.TransportStats.Local.Protocol), t.TransportStats.Local.Port, t.TransportStats.Remote.Port})
		}
	}
	return all
}

// agreement compares the selected pairs of the ends, each seen from its own end.
func agreement(ends []EndStats) Agreement {
	if len(ends) < 2 {
		if len(ends) == 1 && len(ends[0].ports()) > 0 {
			return OneEndOnly
		}
		return NoPair
	}
	mine, its := ends[0].ports(), ends[1].ports()
	switch {
	case len(mine) == 0 && len(its) == 0:
		return NoPair
	case len(mine) == 0 || len(its) == 0:
		return OneEndOnly
	case len(mine) != len(its):
		return DifferentPair
	}
	for _, p := range mine {
		if !slices.Contains(its, ports{p.protocol, p.remote, p.local}) {
			return DifferentPair
		}
	}
	return SamePair
}
