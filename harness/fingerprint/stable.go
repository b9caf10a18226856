package fingerprint

import (
	"maps"
	"slices"
	"strings"
)

// Stable is what several sessions of one version have in common.
type Stable struct {
	// Values are those that every repeat of their cell gave.
	Values map[string]string `json:"values"`
	// Unstable are the values of the names that differ between repeats of their
	// cell, sorted; "" where a repeat has none. They are never compared.
	Unstable map[string][]string `json:"unstable,omitempty"`
	// Repeats counts the sessions of each cell, such as "trickle-full/offerer to
	// chrome".
	Repeats map[string]int `json:"repeats"`
}

// Merge adds up prints of one version, of any number of scenarios, ends and
// opponents. The repeats of a cell count as one observation: a name that one of
// them lacks is as unstable as one whose value differs.
func Merge(prints ...Print) Stable {
	s := Stable{Values: map[string]string{}, Unstable: map[string][]string{}, Repeats: map[string]int{}}
	seen, count := map[string]map[string]bool{}, map[string]int{}
	for _, p := range prints {
		cells := map[string]bool{}
		for key, value := range p {
			cells[cellOf(key)] = true
			count[key]++
			if seen[key] == nil {
				seen[key] = map[string]bool{}
			}
			seen[key][value] = true
		}
		for cell := range cells {
			s.Repeats[cell]++
		}
	}
	for key, values := range seen {
		if count[key] < s.Repeats[cellOf(key)] {
			values[""] = true
		}
		all := slices.Sorted(maps.Keys(values))
		if len(all) == 1 && count[key] == s.Repeats[cellOf(key)] {
			s.Values[key] = all[0]
		} else {
			s.Unstable[key] = all
		}
	}
	return s
}

// endObject is there for every cell.
const endObject = "session/end"

// Value returns the value of a name, "" where the cell was run and has none. It is
// false where there is nothing to go by: the cell was not run, or the value differs
// between repeats.
func (s Stable) Value(key string) (string, bool) {
	if s.Repeats[cellOf(key)] == 0 || s.Unstable[key] != nil {
		return "", false
	}
	return s.Values[key], true
}

// timed reports whether what the object says can depend on the time that things
// take.
func timed(object string) bool {
	area, _, _ := strings.Cut(object, "/")
	return slices.Contains([]string{"states", "order", "stats", "channel", "session"}, area)
}
