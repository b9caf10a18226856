package fingerprint

import (
	"fmt"
	"slices"
	"strings"
)

// line says what changed in a line of a description, "" if another name says it.
func (d differ) line(key, rest string, c contrast) string {
	place, name, ok := strings.Cut(rest, "/")
	if !ok { // the sections
		return "'s sections are " + c.instead()
	}
	switch name {
	case codecsObject:
		return codecsLine(c)
	case spacedObject:
		return c.gains("'s " + name)
	case "payload types", "extmap numbers", "a=fmtp", "a=rtcp-fb":
		return d.namedLine(key, name, c)
	case mediaObject:
		return fmt.Sprintf("'s m= line has %s", c.instead())
	}
	where := ""
	if d.elsewhere(key, place, name) {
		where = " at media level"
		if place == "session" {
			where = " at session level"
		}
	}
	value := ""
	if c.to != present && !strings.Contains(c.to, listed) && !c.was {
		value = ", with the value " + shown(c.to)
	}
	switch {
	case !c.was:
		return " now carries " + name + where + value
	case !c.is:
		return " no longer carries " + name + where
	case strings.Contains(c.from+c.to, listed) || strings.Contains(c.from+c.to, "(×"):
		return c.gains("'s " + name)
	}
	return fmt.Sprintf("'s %s changed from %s to %s", name, shown(c.from), shown(c.to))
}

// elsewhere reports whether the description has the line at its other level too,
// in one of the versions.
func (d differ) elsewhere(key, place, name string) bool {
	at := strings.TrimSuffix(key, place+"/"+name)
	for _, s := range []Stable{d.from, d.to} {
		if _, ok := s.Values[at+"session/"+name]; ok && place != "session" {
			return true
		}
		for i := 0; place == "session"; i++ {
			section, ok := sectionAt(s, at, i)
			if !ok {
				break
			}
			if _, ok := s.Values[at+section+"/"+name]; ok {
				return true
			}
		}
	}
	return false
}

// sectionAt names section i of the description at that prefix.
func sectionAt(s Stable, at string, i int) (string, bool) {
	kinds := strings.Split(s.Values[at+sectionsObject], then)
	if i >= len(kinds) {
		return "", false
	}
	section := fmt.Sprintf("section %d (%s)", i, word(kinds[i]))
	_, ok := s.Values[at+section+"/"+mediaObject]
	return section, ok
}

func codecsLine(c contrast) string {
	a, b := strings.Split(c.from, then), strings.Split(c.to, then)
	sortedA, sortedB := slices.Sorted(slices.Values(a)), slices.Sorted(slices.Values(b))
	if slices.Equal(sortedA, sortedB) {
		return fmt.Sprintf("'s codecs are in another order: %s", c.instead())
	}
	return contrast{from: join(a), to: join(b), was: c.was, is: c.is}.gains("'s codecs")
}

// namedLine says what changed of the codecs or extensions that both versions have:
// those that came or went are said by their own line.
func (d differ) namedLine(key, name string, c contrast) string {
	siblings, separator := codecsObject, then
	if name == "extmap numbers" {
		siblings, separator = "a=extmap", listed
	}
	sibling := strings.TrimSuffix(key, name) + siblings
	both := func(of string) bool {
		for _, s := range []Stable{d.from, d.to} {
			if !slices.Contains(strings.Split(s.Values[sibling], separator), of) {
				return false
			}
		}
		return true
	}
	a, b := byOwner(c.from, c.was, both), byOwner(c.to, c.is, both)
	owners := map[string][]string{} // by what changed for them
	for _, owner := range sortedKeys(union(a, b)) {
		if what := (contrast{from: a[owner], to: b[owner], was: a[owner] != "", is: b[owner] != ""}).renamed(); what != "" {
			owners[what] = append(owners[what], owner)
		}
	}
	var parts []string
	for _, what := range sortedKeys(owners) {
		names := owners[what]
		of := and(names)
		if len(names) > 2 {
			of = names[0] + " and others" // a count would tell offer from answer
		}
		parts = append(parts, what+" for "+of)
	}
	if len(parts) == 0 {
		return ""
	}
	return "'s " + name + ": " + strings.Join(parts, "; ")
}

// byOwner gathers "codec = value" items by codec or extension.
func byOwner(value string, there bool, keep func(string) bool) map[string]string {
	items := map[string][]string{}
	for _, item := range split(value, there) {
		if owner, said, _ := strings.Cut(item, named); keep(owner) {
			items[owner] = append(items[owner], said)
		}
	}
	out := map[string]string{}
	for owner, said := range items {
		out[owner] = strings.Join(said, listed)
	}
	return out
}

func union(a, b map[string]string) map[string]bool {
	all := map[string]bool{}
	for _, m := range []map[string]string{a, b} {
		for key := range m {
			all[key] = true
		}
	}
	return all
}
