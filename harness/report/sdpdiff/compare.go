package sdpdiff

import (
	"fmt"
	"slices"
	"strings"

	"github.com/webrtc-rink/rink/harness/wire"
)

type comparison struct {
	mode Mode
	a, b *side
}

// place is where rows are compared: a section of both, or the session level, where
// the sections are nil.
type place struct {
	comparison
	ma, mb *wire.Media
	ca, cb codecs
	// gone are the formats of A that B does not have, offered those that it has.
	gone, offered map[string]bool
}

func (c comparison) session() Section {
	s := Section{Title: "session", A: -1, B: -1, Class: Same}
	s.fill(place{comparison: c}.rows(c.a.session(), c.b.session()))
	return s
}

func (s *Section) fill(rows []Row) {
	if len(rows) > MaxRows {
		// What is to be looked at stays.
		slices.SortStableFunc(rows, func(a, b Row) int { return rank(a) - rank(b) })
		s.More = len(rows) - MaxRows
		rows = rows[:MaxRows:MaxRows]
	}
	s.Rows = rows
}

func rank(r Row) int {
	if r.Fine() {
		return 1
	}
	return 0
}

// rows compares two levels, in the order of A, then what B alone has.
func (p place) rows(a, b *level) []Row {
	var rows []Row
	for _, e := range a.entries {
		rows = append(rows, p.entry(e, b.byKey[e.key])...)
	}
	for _, e := range b.entries {
		if a.byKey[e.key] == nil {
			rows = append(rows, p.entry(nil, e)...)
		}
	}
	if r, differs := orderOfLines(a, b); differs && p.mode != ModeAnswer {
		rows = append(rows, r)
	}
	return rows
}

// entry compares what is said under one key. One of the two may be nil.
func (p place) entry(a, b *entry) []Row {
	one := func(x, y *value, class Class) Row {
		r := Row{Class: class}
		e := a
		if a == nil {
			e = b
		}
		r.Key = keyOf(e, x, y)
		if x != nil {
			r.A, r.LineA = x.show(), x.line
		}
		if y != nil {
			r.B, r.LineB = y.show(), y.line
		}
		p.judge(&r, e.attr, x, y)
		return r
	}
	var rows []Row
	switch {
	case b == nil:
		for i := range a.values {
			rows = append(rows, one(&a.values[i], nil, OnlyA))
		}
	case a == nil:
		for i := range b.values {
			rows = append(rows, one(nil, &b.values[i], OnlyB))
		}
	case len(a.values) == 1 && len(b.values) == 1:
		x, y := &a.values[0], &b.values[0]
		class := Changed
		if x.norm == y.norm {
			class = sameness(x, y)
		}
		rows = append(rows, one(x, y, class))
	default:
		rows = p.many(a, b, one)
	}
	return rows
}

// sameness is the class of two values that mean the same.
func sameness(x, y *value) Class {
	if x.text == y.text && x.level == y.level || strings.TrimSpace(x.text) == strings.TrimSpace(y.text) && x.level == y.level {
		return Same
	}
	return Order
}

// many compares the values of an attribute that stands there several times.
func (p place) many(a, b *entry, one func(x, y *value, class Class) Row) []Row {
	at := map[string][]int{}
	for i, v := range b.values {
		at[v.norm] = append(at[v.norm], i)
	}
	used := make([]bool, len(b.values))
	last, disorder := -1, false
	var rows []Row
	for i := range a.values {
		x := &a.values[i]
		free := at[x.norm]
		if len(free) == 0 {
			rows = append(rows, one(x, nil, OnlyA))
			continue
		}
		at[x.norm] = free[1:]
		used[free[0]] = true
		class := sameness(x, &b.values[free[0]])
		if free[0] < last {
			disorder = true
		}
		last = max(last, free[0])
		rows = append(rows, one(x, &b.values[free[0]], class))
	}
	for i := range b.values {
		if !used[i] {
			rows = append(rows, one(nil, &b.values[i], OnlyB))
		}
	}
	if disorder && p.mode != ModeAnswer {
		rows = append(rows, Row{Key: "order of " + a.key, Class: Order, Note: "the lines are in another order"})
	}
	return rows
}

// show is a value as readers see it.
func (v *value) show() string {
	text := cut(v.text)
	if text == "" {
		text = "(empty)"
	}
	if v.level != "" {
		return "(" + v.level + ") " + text
	}
	return text
}

// keyOf names the format by the numbers of both sides.
func keyOf(e *entry, x, y *value) string {
	number := func(v *value) string {
		if v == nil {
			return ""
		}
		return cut(v.number)
	}
	nx, ny := number(x), number(y)
	switch {
	case nx == "" && ny == "":
		return e.key
	case nx == "":
		return e.attr + ":" + ny
	case ny == "" || nx == ny:
		return e.attr + ":" + nx
	}
	return fmt.Sprintf("%s:%s / %s", e.attr, nx, ny)
}

// maxOutOfPlace is how many lines are named that are in another order.
const maxOutOfPlace = 5

// orderOfLines compares the order in which what both have is said first.
func orderOfLines(a, b *level) (Row, bool) {
	keys := func(of, other *level) []string {
		var list []string
		for _, e := range of.entries {
			if other.byKey[e.key] != nil {
				list = append(list, e.key)
			}
		}
		return list
	}
	x, y := keys(a, b), keys(b, a)
	for i := range x {
		if x[i] == y[i] {
			continue
		}
		some := func(list []string) string {
			list = list[i:]
			if len(list) > maxOutOfPlace {
				list = append(slices.Clone(list[:maxOutOfPlace]), "…")
			}
			return cut(strings.Join(list, ", "))
		}
		return Row{Key: "order of lines", A: some(x), B: some(y), Class: Order, Note: "the order of attributes has no meaning"}, true
	}
	return Row{}, false
}
