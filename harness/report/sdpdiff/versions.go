package sdpdiff

import (
	"fmt"
	"strings"
)

// judge sets what the mode makes of a row.
func (p place) judge(r *Row, attr string, x, y *value) {
	switch p.mode {
	case ModeVersions:
		p.version(r, attr, x, y)
	case ModeAnswer:
		p.answer(r, attr, x, y)
	case ModeCopies:
		if r.Class == Order { // spaces and case are somebody's act here
			r.Class = Changed
		}
	}
	if r.Class == Order && r.Note == "" {
		r.Note = otherForm(x, y)
	}
}

// otherForm says how two values differ that mean the same.
func otherForm(x, y *value) string {
	if x == nil || y == nil {
		return ""
	}
	switch {
	case x.level != y.level:
		return "it holds for the section all the same"
	case strings.Count(x.text, "; ") != strings.Count(y.text, "; "):
		return "the same, with lines repeated or left away that say nothing new"
	}
	return "another order or spelling of the same"
}

// drawn are the values that every description has anew.
var drawn = map[string]string{
	"ice-ufrag": "drawn anew for each connection", "ice-pwd": "drawn anew for each connection",
	"tls-id": "drawn anew for each connection", "msid": "drawn anew for each track",
	"fingerprint": "that of another certificate", "cname": "drawn anew", "c=": "the address of the default candidate",
	"rtcp": "the address of the default candidate",
}

// version judges what two versions say in the same place.
func (p place) version(r *Row, attr string, x, y *value) {
	if x == nil || y == nil {
		if attr == "candidate" || attr == "end-of-candidates" {
			r.Note = "depends on how far gathering was"
			r.Allowed = true
		}
		return
	}
	if (r.Class == Order || r.Class == Changed) && x.level != y.level {
		r.Class, r.Note = Changed, "it stands at another level"
	}
	if x.number != y.number && (r.Class == Same || r.Class == Order) {
		r.Class, r.Note = Must, "the same codec by another number, which means nothing in itself (RFC 3264 section 5.1)"
	}
	if r.Class == Order && (attr == formatsKey || attr == "fmtp" && naming(nil).parameters(x.text) != naming(nil).parameters(y.text)) {
		r.Class, r.Note = Must, "the same codecs by other numbers"
	}
	switch attr {
	case formatsKey:
		if r.Class == Changed {
			p.formats(r, x, y)
		}
		return
	case "candidate":
		if r.Class == Same && x.all != y.all {
			r.Class, r.Note = Must, "the same kinds of candidates; addresses, ports and foundations are not compared"
		}
		return
	case "ssrc", "ssrc-group":
		if r.Class == Same && x.all != y.all {
			r.Class, r.Note = Must, "as many sources, which say the same of themselves; their numbers are drawn anew"
		}
		return
	}
	if r.Class != Changed || x.level != y.level {
		return
	}
	switch {
	case drawn[attr] != "" && form(attr, x.norm) == form(attr, y.norm):
		r.Class, r.Note = Must, drawn[attr]
		if len(x.norm) != len(y.norm) && strings.HasPrefix(attr, "ice-") {
			r.Note += fmt.Sprintf("; %d characters in A, %d in B", len(x.norm), len(y.norm))
		}
	case attr == "o=" && form(attr, x.norm) == form(attr, y.norm):
		r.Class, r.Note = Must, "session id, version and address are of each session (RFC 8866 section 5.2)"
	case attr == "m= port" && x.norm != "0" && y.norm != "0":
		r.Class, r.Note = Must, "the port of the default candidate; 9 before one is known (RFC 8840 section 4.1.1)"
	case attr == "msid-semantic" && form(attr, x.norm) == form(attr, y.norm):
		r.Class, r.Note = Must, "names of streams are drawn anew"
	}
}

// form is what of a value stays between sessions.
func form(attr, norm string) string {
	fields := strings.Fields(norm)
	if len(fields) == 0 {
		return ""
	}
	switch attr {
	case "fingerprint", "msid-semantic":
		return fmt.Sprint(fields[0], len(fields))
	case "msid":
		if fields[0] == "-" {
			return fmt.Sprint("-", len(fields))
		}
		return fmt.Sprint(len(fields))
	case "o=":
		return fmt.Sprint(fields[0], len(fields))
	}
	return ""
}

// formats compares the lists of formats: which there are is said by their own rows,
// so what is left is the order of preference.
func (p place) formats(r *Row, x, y *value) {
	a, b := strings.Fields(x.norm), strings.Fields(y.norm)
	in := func(list []string) map[string]bool {
		m := map[string]bool{}
		for _, f := range list {
			m[f] = true
		}
		return m
	}
	inA, inB := in(a), in(b)
	var both [2][]string
	for _, f := range a {
		if inB[f] {
			both[0] = append(both[0], f)
		}
	}
	for _, f := range b {
		if inA[f] {
			both[1] = append(both[1], f)
		}
	}
	left, added := without(a, inB), without(b, inA)
	sameOrder := strings.Join(both[0], " ") == strings.Join(both[1], " ")
	switch {
	case len(left)+len(added) == 0 && sameOrder:
		return // the same, or by other numbers
	case len(left)+len(added) == 0:
		r.Class, r.Note = Order, "other preferences (RFC 8866 section 5.14)"
	default:
		nameA, nameB := p.mode.names()
		var parts []string
		if len(left) > 0 {
			parts = append(parts, nameA+" alone has "+p.ca.some(left))
		}
		if len(added) > 0 {
			parts = append(parts, nameB+" alone has "+p.cb.some(numbers(added)))
		}
		if !sameOrder {
			parts = append(parts, "what both have is in another order")
		}
		r.Class, r.Note = Changed, strings.Join(parts, "; ")
	}
	if p.mode == ModeAnswer {
		r.Allowed = len(added) == 0
		if r.Class == Order {
			r.Note = "the answerer's preferences; the offer's order is recommended (RFC 3264 section 6.1)"
		}
	}
}

// without are the formats that are not there, each once.
func without(list []string, there map[string]bool) []string {
	seen := map[string]bool{}
	var out []string
	for _, f := range list {
		if !there[f] && !seen[f] {
			out = append(out, f)
		}
		seen[f] = true
	}
	return out
}

// numbers are B's own numbers of formats that A does not have: see match.
func numbers(keys []string) []string {
	own := make([]string, len(keys))
	for i, k := range keys {
		own[i] = strings.TrimSuffix(k, ofB)
	}
	return own
}

// maxNamed is how many codecs a note names.
const maxNamed = 6

// some names the codecs of formats.
func (c codecs) some(formats []string) string {
	n := map[string]int{}
	var names []string
	for _, f := range formats {
		name := cut(c.written[f])
		if name == "" {
			name = "format " + cut(f)
		}
		if n[name]++; n[name] == 1 {
			names = append(names, name)
		}
	}
	more := ""
	if len(names) > maxNamed {
		more = fmt.Sprintf(" and %d more", len(names)-maxNamed)
		names = names[:maxNamed]
	}
	for i, name := range names {
		if n[name] > 1 {
			names[i] = fmt.Sprintf("%s ×%d", name, n[name])
		}
	}
	return cut(strings.Join(names, ", ") + more)
}
