package fingerprint

import (
	"slices"
	"strings"
)

// group is one change as it is found.
type group struct {
	phrase
	where string // sections, role and opponent, where they matter
	keys  []string
}

// changes makes one change of each group; what is the same in offer and answer is
// said once.
func (d differ) changes(groups map[string]*group) []Change {
	merged := map[string]*group{}
	for _, id := range sortedKeys(groups) { // answer before offer
		g := groups[id]
		g.where = d.sections(g.keys) + d.ends(g.keys)
		same := g.predicate + "\x00" + g.where
		if g.subject != "offer" && g.subject != "answer" {
			same = g.subject + "\x00" + same
		}
		other := merged[same]
		if other == nil {
			merged[same] = g
			continue
		}
		other.subject = "offer and answer"
		other.predicate = strings.Replace(other.predicate, " carries ", " carry ", 1)
		other.keys = distinct(slices.Concat(g.keys, other.keys), func(key string) string { return key })
	}
	var all []Change
	for _, g := range merged {
		key := g.keys[0]
		all = append(all, Change{
			Key: key, From: d.from.Values[key], To: d.to.Values[key], Keys: g.keys,
			Sentence:  g.subject + g.predicate + g.where,
			Scenarios: distinct(g.keys, scenarioOf), Opponents: distinct(g.keys, opponentOf),
		})
	}
	return all
}

func distinct(keys []string, of func(string) string) []string {
	var all []string
	for _, key := range keys {
		all = append(all, of(key))
	}
	slices.Sort(all)
	return slices.Compact(all)
}

// sections names the kinds of media sections that show the change, if others of
// their descriptions do not.
func (d differ) sections(keys []string) string {
	changed, kinds := map[string]int{}, map[string]bool{} // by description
	for _, key := range keys {
		at, section, ok := sectionOf(key)
		if !ok {
			return ""
		}
		changed[at]++
		_, kind, _ := strings.Cut(strings.TrimSuffix(section, ")"), "(")
		kinds[kind] = true
	}
	for at, n := range changed {
		if _, more := sectionAt(d.to, at, n); more {
			return " (" + and(sortedKeys(kinds)) + ")"
		}
	}
	return ""
}

// sectionOf splits the name of a line of a media section into what stands before
// the section and the section.
func sectionOf(key string) (at, section string, ok bool) {
	area, rest, _ := strings.Cut(objectOf(key), "/")
	section, _, _ = strings.Cut(rest, "/")
	return cellOf(key) + "/" + area + "/", section, isDescription(area) && strings.HasPrefix(section, "section ")
}

// ends names the role and the opponent that show the change, if others that have
// what is compared do not in the same scenarios.
func (d differ) ends(keys []string) string {
	objects := map[string]bool{}
	for _, key := range keys {
		objects[objectOf(key)] = true
	}
	changed, scenarios := distinct(keys, endOf), distinct(keys, scenarioOf)
	var still []string
	for cell := range d.from.Repeats {
		if d.to.Repeats[cell] == 0 || slices.Contains(changed, endOf(cell)) || !slices.Contains(scenarios, scenarioOf(cell)) {
			continue
		}
		for object := range objects {
			if _, ok := d.to.Values[cell+"/"+object]; ok {
				still = append(still, cell+"/")
				break
			}
		}
	}
	said := ""
	if roles := distinct(keys, roleOf); len(roles) == 1 && slices.ContainsFunc(still, func(key string) bool { return roleOf(key) != roles[0] }) {
		said += " as " + roles[0]
	}
	opponents := distinct(keys, opponentOf)
	if slices.ContainsFunc(still, func(key string) bool { return !slices.Contains(opponents, opponentOf(key)) }) {
		said += " with " + and(opponents)
	}
	return said
}
