package fingerprint

import (
	"fmt"
	"slices"
	"strings"
)

// phrase is a change in words: subject and predicate, without what the change is
// in (sections, roles, opponents).
type phrase struct{ subject, predicate string }

// phrase puts the change of one name into words; false says that what changed is
// said by another name.
func (d differ) phrase(key string) (phrase, bool) {
	from, was := d.from.Values[key]
	to, is := d.to.Values[key]
	c := contrast{from: from, to: to, was: was, is: is}
	area, rest, _ := strings.Cut(objectOf(key), "/")
	switch area {
	case "candidates":
		return candidatePhrase(rest, c), true
	case "calls":
		method, input, _ := strings.Cut(rest, " ")
		return phrase{method + inWords(input), ": " + c.instead()}, true
	case "states":
		return statePhrase(rest, c), true
	case "order":
		a, b, _ := strings.Cut(rest, ", ")
		return phrase{a, fmt.Sprintf(" comes %s %s, %s", orNot(to), b, c.before("it came"))}, true
	case "stats":
		return phrase{"statistics", "' " + rest + ": " + c.instead()}, true
	case "channel":
		return phrase{rest, ": " + c.instead()}, true
	case "session":
		return phrase{"session", ": " + c.instead()}, true
	case "peer":
		return phrase{"peer", c.gains("'s declared features")}, true
	}
	subject := lastWord(area)
	if area == localArea {
		subject += " after gathering"
	}
	predicate := d.line(key, rest, c)
	return phrase{subject, predicate}, predicate != ""
}

func orNot(order string) string {
	if order == "" {
		return "in no order to"
	}
	return order
}

// contrast is two values, either of which may be missing.
type contrast struct {
	from, to string
	was, is  bool
}

// instead says "b instead of a".
func (c contrast) instead() string {
	return orNone(c.to, c.is) + " instead of " + orNone(c.from, c.was)
}

func (c contrast) before(verb string) string {
	if !c.was {
		return "where there was no such order"
	}
	return verb + " " + c.from
}

func orNone(value string, there bool) string {
	if !there {
		return "nothing"
	}
	return shown(value)
}

// maxShown bounds, in bytes, a value in a sentence; the change has all of it.
const maxShown = 160

func shown(value string) string {
	value = strings.ToValidUTF8(value, "?")
	if value == "" || strings.TrimSpace(value) != value {
		value = `"` + value + `"`
	}
	if len(value) > maxShown {
		return strings.ToValidUTF8(value[:maxShown], "") + "…"
	}
	return value
}

// gains says which items of a list came, went or took another's place.
func (c contrast) gains(what string) string {
	how := c.renamed()
	if strings.HasPrefix(how, "gained ") || strings.HasPrefix(how, "lost ") {
		return what + " " + how
	}
	return what + ": " + how
}

// renamed is gains without the list's name; "" if nothing changed.
func (c contrast) renamed() string {
	gained, lost := c.items()
	switch {
	case len(gained) == 0 && len(lost) == 0:
		return ""
	case len(gained) > 0 && len(lost) > 0:
		return few(gained) + " instead of " + few(lost)
	case len(gained) > 0:
		return "gained " + few(gained)
	}
	return "lost " + few(lost)
}

func (c contrast) items() (gained, lost []string) {
	a, b := split(c.from, c.was), split(c.to, c.is)
	return without(b, a), without(a, b)
}

func split(value string, there bool) []string {
	if !there {
		return nil
	}
	return strings.Split(value, listed)
}

func without(items, drop []string) []string {
	var rest []string
	for _, item := range items {
		if !slices.Contains(drop, item) {
			rest = append(rest, item)
		}
	}
	return rest
}

// few lists the first items and counts the others.
func few(items []string) string {
	const most = 4
	var out []string
	for i, item := range items {
		if i == most && len(items) > most+1 {
			out = append(out, fmt.Sprintf("%d more", len(items)-most))
			break
		}
		out = append(out, shown(item))
	}
	return and(out)
}

func and(items []string) string {
	if len(items) < 2 {
		return strings.Join(items, "")
	}
	return strings.Join(items[:len(items)-1], ", ") + " and " + items[len(items)-1]
}

// inputs are the special inputs of a call, in words.
var inputs = map[string]string{
	"(before remote description)": " before there is a remote description",
	"(unknown mid)":               " with an unknown sdpMid",
	"(neither mid nor index)":     " with neither sdpMid nor sdpMLineIndex",
	"(null)":                      " with null",
	"(empty candidate)":           " with the empty candidate",
	"(empty sdpMid)":              " with an empty sdpMid",
	"(mid alone)":                 " with sdpMid alone",
	"(index alone)":               " with sdpMLineIndex alone",
	"(mid and index)":             " with sdpMid and sdpMLineIndex",
}

func inWords(input string) string {
	if words, ok := inputs[input]; ok || input == "" {
		return words
	}
	return " " + input
}

func candidatePhrase(rest string, c contrast) phrase {
	switch {
	case rest == "end":
		return phrase{"gathering", " ends with " + c.instead()}
	case strings.HasSuffix(rest, withinSection):
		return phrase{"candidates", "' " + rest + " are " + c.instead()}
	case strings.HasPrefix(rest, "of "):
		return phrase{"candidates " + rest, c.gains("")}
	case strings.HasPrefix(rest, "line "):
		return phrase{"candidate lines", c.gains("' " + strings.TrimPrefix(rest, "line "))}
	}
	return phrase{"candidates", "' " + rest + " is now " + c.instead()}
}

func statePhrase(rest string, c contrast) phrase {
	if event, ok := strings.CutPrefix(rest, eventPrefix); ok {
		if c.is {
			return phrase{"event " + event, " is now said"}
		}
		return phrase{"event " + event, " is no longer said"}
	}
	if moment, attribute, ok := strings.Cut(rest, " "); ok {
		return phrase{attribute, fmt.Sprintf(" (read when %s) is %s", moment, c.instead())}
	}
	return phrase{rest, " goes " + c.instead()}
}
