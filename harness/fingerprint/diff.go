package fingerprint

import (
	"cmp"
	"slices"
	"strings"
)

// Change is one difference in behaviour, in however many scenarios it shows.
type Change struct {
	// Key is the first name that shows it, of Print; From and To are its values
	// there, "" where there is none.
	Key  string `json:"key"`
	From string `json:"from"`
	To   string `json:"to"`
	// Sentence says it in words, without scenarios. It names the role or the
	// opponent where the others do not show the change.
	Sentence string `json:"sentence"`
	// Scenarios and Opponents show the change; sorted.
	Scenarios []string `json:"scenarios"`
	Opponents []string `json:"opponents"`
	// Keys are all names that show it; sorted.
	Keys []string `json:"keys"`
}

// enough is how many observations of a value there must be, of each version,
// before what can depend on time counts as changed.
const enough = 3

// plenty takes the place of enough where both versions gave both values, in
// different scenarios: most of what time decides looks like that.
const plenty = 5

// Diff compares two versions, cell by cell where both have the cell, and never by
// a name that is unstable in one of them. It returns nil when nothing changed.
//
// Where sessions ended differently only the values that both have are compared:
// what a session that stopped does not show is no change of its own.
//
// What can depend on time (order, states, statistics, channel events, ends)
// counts as changed only if neither version ever showed the other's value, in any
// scenario with that role and opponent, and each showed its own three times; or if
// the cell was repeated three times (five, if both versions gave both values
// somewhere) and the value never varied anywhere.
func Diff(from, to Stable) []Change {
	d := differ{from: from, to: to, pools: poolsOf(from, to)}
	groups := map[string]*group{}
	for _, key := range d.keys() {
		if !d.changed(key) {
			continue
		}
		p, ok := d.phrase(key)
		if !ok {
			continue
		}
		id := p.subject + "\x00" + p.predicate
		if groups[id] == nil {
			groups[id] = &group{phrase: p}
		}
		groups[id].keys = append(groups[id].keys, key)
	}
	changes := d.changes(groups)
	slices.SortFunc(changes, func(a, b Change) int {
		return cmp.Or(cmp.Compare(rank(a.Key), rank(b.Key)), cmp.Compare(a.Sentence, b.Sentence), cmp.Compare(a.Key, b.Key))
	})
	return changes
}

// areas are the first segments of objects in the order in which a reader wants
// them.
var areas = []string{"session", "calls", "candidates", "offer", "answer", localArea, "states", "order", "channel", "stats", "peer"}

func rank(key string) int {
	area, _, _ := strings.Cut(objectOf(key), "/")
	return slices.Index(areas, lastWord(area))
}

// lastWord makes one of "second offer" and "offer".
func lastWord(area string) string {
	for _, ordinal := range ordinals {
		if rest, ok := strings.CutPrefix(area, ordinal); ok && ordinal != "" {
			return rest
		}
	}
	return area
}

// differ compares two versions.
type differ struct {
	from, to Stable
	pools    map[string]*pool
}

// keys returns the names that can be compared, sorted.
func (d differ) keys() []string {
	all := map[string]bool{}
	for _, s := range []Stable{d.from, d.to} {
		for key := range s.Values {
			cell := cellOf(key)
			if d.from.Repeats[cell] > 0 && d.to.Repeats[cell] > 0 && !d.unstable(key) {
				all[key] = true
			}
		}
	}
	return sortedKeys(all)
}

func (d differ) unstable(key string) bool {
	return d.from.Unstable[key] != nil || d.to.Unstable[key] != nil
}

// changed reports whether a name says something that is new and sure.
func (d differ) changed(key string) bool {
	from, was := d.from.Values[key]
	to, is := d.to.Values[key]
	if was == is && from == to {
		return false
	}
	object := objectOf(key)
	if was != is && (strings.HasPrefix(object, "calls/") || strings.HasSuffix(object, withinSection)) {
		return false // a call that is not made and one candidate alone say nothing
	}
	end := cellOf(key) + "/" + endObject
	if was != is && (d.unstable(end) || d.from.Values[end] != d.to.Values[end]) {
		return false
	}
	if timed(object) {
		return d.sure(key)
	}
	return !d.orphan(key, was != is) && !d.saidBefore(key)
}

// orphan reports whether a name came or went with the description or section that
// it belongs to.
func (d differ) orphan(key string, oneSided bool) bool {
	area, rest, _ := strings.Cut(objectOf(key), "/")
	if !oneSided || !isDescription(area) {
		return false
	}
	if rest == sectionsObject { // whether gathering completes is said by its state
		return area == localArea
	}
	at := cellOf(key) + "/" + area + "/"
	parents := []string{at + sectionsObject}
	if section, _, ok := strings.Cut(rest, "/"); ok && strings.HasPrefix(section, "section ") {
		parents = append(parents, at+section+"/"+mediaObject)
	}
	return slices.ContainsFunc(parents, func(parent string) bool {
		_, was := d.from.Values[parent]
		_, is := d.to.Values[parent]
		return !was || !is
	})
}

func isDescription(area string) bool {
	return area == localArea || slices.Contains([]string{"offer", "answer"}, lastWord(area))
}

// saidBefore reports whether a change of the local description is one of the offer
// or answer that it was made of.
func (d differ) saidBefore(key string) bool {
	rest, ok := strings.CutPrefix(objectOf(key), localArea+"/")
	if !ok {
		return false
	}
	for _, typ := range []string{"offer", "answer"} {
		for _, ordinal := range ordinals {
			created := cellOf(key) + "/" + ordinal + typ + "/" + rest
			if !d.unstable(created) && d.from.Values[created] == d.from.Values[key] && d.to.Values[created] == d.to.Values[key] {
				return true
			}
		}
	}
	return false
}

// sure reports whether time does not explain the change; see Diff.
func (d differ) sure(key string) bool {
	p := d.pools[endOf(key)+"/"+objectOf(key)]
	from, to := d.from.Values[key], d.to.Values[key]
	if p.to[from] == 0 && p.from[to] == 0 && p.from[from] >= enough && p.to[to] >= enough {
		return true
	}
	repeats := min(d.from.Repeats[cellOf(key)], d.to.Repeats[cellOf(key)])
	if p.to[from] > 0 && p.from[to] > 0 {
		return !p.varies && repeats >= plenty
	}
	return !p.varies && repeats >= enough
}

// pool counts the sessions that gave each value of an object that can depend on
// time, over all scenarios of one role and opponent; "" is none.
type pool struct {
	from, to map[string]int
	varies   bool
}

func poolsOf(from, to Stable) map[string]*pool {
	pools := map[string]*pool{}
	objects := map[string]map[string]bool{} // by role and opponent
	for _, s := range []Stable{from, to} {
		for _, keys := range [][]string{sortedKeys(s.Values), sortedKeys(s.Unstable)} {
			for _, key := range keys {
				if end := endOf(key); timed(objectOf(key)) {
					if objects[end] == nil {
						objects[end] = map[string]bool{}
					}
					objects[end][objectOf(key)] = true
				}
			}
		}
	}
	for end, names := range objects {
		for object := range names {
			p := &pool{from: map[string]int{}, to: map[string]int{}}
			pools[end+"/"+object] = p
			p.add(from, p.from, end, object)
			p.add(to, p.to, end, object)
		}
	}
	return pools
}

func (p *pool) add(s Stable, values map[string]int, end, object string) {
	for cell, n := range s.Repeats {
		if endOf(cell) != end {
			continue
		}
		key := cell + "/" + object
		if all := s.Unstable[key]; all != nil {
			p.varies = true
			for _, v := range all {
				values[v]++
			}
			continue
		}
		values[s.Values[key]] += n
	}
}
