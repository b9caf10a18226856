package sdpdiff

import (
	"fmt"
	"slices"
	"strings"
)

func (p place) codec(r *Row, x, y *value) {
	switch {
	case x.norm != y.norm:
		r.Class, r.Note = Conflict, "the offer has another codec by this number (RFC 3264 section 6.1, RFC 9429 section 5.3.1)"
	case x.number != y.number:
		r.Class, r.Note = Changed, "the answer has another number for the offer's codec; the offer's is to be used (RFC 3264 section 6.1)"
	case r.Class == Order:
		r.Allowed = true
	}
}

// parameters of most codecs say what each end can receive. Those that tell one
// configuration of H.264 from another are the same at both.
func (p place) parameters(r *Row, x, y *value) {
	if r.Class == Order {
		r.Allowed = true
	}
	if r.Class != Changed {
		return
	}
	r.Allowed, r.Note = true, "each end says what it can receive (RFC 3264 section 6.1)"
	a, b := settings(x.norm), settings(y.norm)
	if a["apt"] != b["apt"] {
		r.Class, r.Allowed, r.Note = Conflict, false, "it repairs another codec than the offer's (RFC 4588 section 8.6)"
	}
	if a["profile-level-id"] == "" && a["packetization-mode"] == "" {
		return
	}
	if mode(a) != mode(b) || profile(a) != profile(b) {
		r.Class, r.Allowed = Conflict, false
		r.Note = "profile and packetization-mode of H.264 are the same at both ends, or the format is left out (RFC 6184 section 8.2.2)"
	}
}

func settings(params string) map[string]string {
	m := map[string]string{}
	for part := range strings.SplitSeq(params, ";") {
		name, v, _ := strings.Cut(part, "=")
		m[name] = v
	}
	return m
}

func mode(params map[string]string) string {
	if v := params["packetization-mode"]; v != "" {
		return v
	}
	return "0"
}

// profile is profile_idc and profile_iop without the level, which may differ.
func profile(params map[string]string) string {
	id := strings.ToLower(params["profile-level-id"])
	if len(id) < 4 {
		return ""
	}
	return id[:4]
}

func (p place) feedback(r *Row, a, b string) {
	was := strings.Split(a, "; ")
	var more []string
	for one := range strings.SplitSeq(b, "; ") {
		if _, there := slices.BinarySearch(was, one); !there {
			more = append(more, one)
		}
	}
	if len(more) == 0 {
		r.Allowed, r.Note = true, "an answer leaves out what it does not support (RFC 4585 section 4.2)"
		return
	}
	r.Class, r.Note = Conflict, cut("not offered: "+strings.Join(more, ", ")+"; "+offered["rtcp-fb"])
}

// group compares the mids of a group (RFC 9143 section 7.3).
func (p place) group(r *Row, a, b string) {
	x, y := strings.Fields(a), strings.Fields(b)
	was := map[string]bool{}
	for _, mid := range x {
		was[mid] = true
	}
	var more []string
	for _, mid := range y {
		if !was[mid] {
			more = append(more, mid)
		}
	}
	switch {
	case len(more) > 0:
		r.Class, r.Note = Conflict, cut("not in the offer's group: "+strings.Join(more, ", ")+" (RFC 9143 section 7.3)")
	case slices.Equal(x, y):
		r.Class = Same
	case len(y) < len(x):
		r.Class, r.Allowed = Changed, true
		r.Note = fmt.Sprintf("the answer leaves out %d, as it may (RFC 9143 section 7.3)", len(x)-len(y))
	default:
		r.Class, r.Allowed, r.Note = Order, true, "the first names the section with the transport (RFC 9143 section 7.3.1)"
	}
}

func (p place) extension(r *Row, a, b string) {
	number := func(s string) (id, direction string) {
		s, _, _ = strings.Cut(s, " ")
		id, direction, _ = strings.Cut(s, "/")
		return id, direction
	}
	idA, directionA := number(a)
	idB, directionB := number(b)
	switch {
	case idA != idB:
		r.Class, r.Note = Conflict, "the answer repeats the offer's number, which is never mapped anew (RFC 8285 section 7)"
	case directionA != directionB:
		r.Allowed, r.Note = true, "the direction is the answerer's view (RFC 8285 section 7)"
	default:
		r.Allowed, r.Note = true, "each end has attributes of its own"
	}
}
