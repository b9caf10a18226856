package compare

import (
	"fmt"
	"slices"
	"strings"

	"github.com/webrtc-rink/rink/harness/peer"
	"github.com/webrtc-rink/rink/harness/report"
)

// What Options are when they are zero.
const (
	SureRuns   = 3    // runs of each side that make a steady change sure
	FlakyRuns  = 10   // runs of each side after which a flaky cell is called flaky
	Alpha      = 0.01 // of Fisher's test and, divided by the number of tests, of the times
	MinSamples = 10   // times on each side, to compare them
	minChange  = 0.10 // of the median
)

// Options say what stands for what. The zero value compares peers by their ids.
type Options struct {
	// From and To name the peers of each side as the comparison shows them, by id:
	// {"pion@v3.2.40": "pion"} and {"pion@v3.3.6": "pion"}. Others keep their id.
	// Two peers of a side must not get the same name.
	From, To map[string]string
	// FromPairs and ToPairs show pairs of each side, with their real ids, as others.
	// One may stand for several: that the old version meets itself is what both
	// the old one meeting the new one and the reverse are compared with.
	FromPairs, ToPairs map[report.Pair][]report.Pair
	// Between says what differs, where versions do not: "from v3.3.6 to v3.3.6 with
	// pion/ice v2.3.37". Empty: the versions of the peers under test.
	Between string
	Aliases *Aliases // nil: those that come with Rink
	// SureRuns and FlakyRuns are runs per side; 0: the constants of that name.
	SureRuns, FlakyRuns int
}

func (o Options) withDefaults() Options {
	if o.Aliases == nil {
		o.Aliases = builtinAliases
	}
	if o.SureRuns <= 0 {
		o.SureRuns = SureRuns
	}
	if o.FlakyRuns <= 0 {
		o.FlakyRuns = max(FlakyRuns, o.SureRuns)
	}
	return o
}

// MatchPeers finds out which peers of the two sides stand for the same: those
// with the same id, then those whose ids differ in the version alone
// (pion@v3.2.40 and pion), then those of the same implementation. A match must be
// the only one of its kind. The notes name the peers that have no counterpart.
func MatchPeers(from, to []report.Report) (Options, []string) {
	a, b := describe(safe(from)), describe(safe(to))
	o := Options{From: map[string]string{}, To: map[string]string{}}
	used := map[string]bool{}
	for _, key := range []func(peer.Description) string{
		func(p peer.Description) string { return p.ID },
		func(p peer.Description) string { return base(p.ID) },
		func(p peer.Description) string { return p.Implementation },
	} {
		matched := pairUp(a, b, key)
		for _, m := range matched {
			name := m[0].ID
			if m[0].ID != m[1].ID {
				if name = base(m[0].ID); used[name] {
					name = m[0].ID + "|" + m[1].ID
				}
			}
			used[name] = true
			o.From[m[0].ID], o.To[m[1].ID] = name, name
			a = without(a, m[0].ID)
			b = without(b, m[1].ID)
		}
	}
	var notes []string
	for _, p := range a {
		notes = append(notes, fmt.Sprintf("peer %s has no counterpart in the new reports", p.ID))
	}
	for _, p := range b {
		notes = append(notes, fmt.Sprintf("peer %s has no counterpart in the old reports", p.ID))
	}
	return o, notes
}

// base is a peer id without the version.
func base(id string) string {
	name, _, _ := strings.Cut(id, "@")
	return name
}

func without(list []peer.Description, id string) []peer.Description {
	return slices.DeleteFunc(list, func(p peer.Description) bool { return p.ID == id })
}

// pairUp returns the peers that alone on each side have the same key.
func pairUp(a, b []peer.Description, key func(peer.Description) string) [][2]peer.Description {
	only := func(list []peer.Description, k string) (peer.Description, bool) {
		var found []peer.Description
		for _, p := range list {
			if key(p) == k {
				found = append(found, p)
			}
		}
		if len(found) != 1 {
			return peer.Description{}, false
		}
		return found[0], true
	}
	var matched [][2]peer.Description
	for _, p := range a {
		k := key(p)
		_, lone := only(a, k)
		q, ok := only(b, k)
		if k != "" && lone && ok {
			matched = append(matched, [2]peer.Description{p, q})
		}
	}
	return matched
}

// describe lists the peers of reports once, by id.
func describe(reports []report.Report) []peer.Description {
	var list []peer.Description
	for i := range reports {
		for _, p := range reports[i].Peers {
			at := slices.IndexFunc(list, func(q peer.Description) bool { return q.ID == p.ID })
			switch {
			case at < 0:
				list = append(list, p)
			case list[at].Version == peer.Unknown:
				list[at] = p
			}
		}
	}
	slices.SortFunc(list, func(p, q peer.Description) int { return strings.Compare(p.ID, q.ID) })
	return list
}
