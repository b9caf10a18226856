package sdpdiff

import (
	"fmt"

	"github.com/webrtc-rink/rink/harness/wire"
)

// aligned is a section of A, of B, or of both. -1 stands for none.
type aligned struct{ a, b int }

// align finds the section of B for each of A: by mid, else at the same index, and
// between versions, which may name sections otherwise, of the same kind.
func (c comparison) align() []aligned {
	a, b := c.a.d.Media, c.b.d.Media
	toB := make([]int, len(a))
	usedB := make([]bool, len(b))
	byMid := map[string]int{}
	for j := len(b) - 1; j >= 0; j-- {
		byMid[b[j].Mid()] = j
	}
	for i, m := range a {
		toB[i] = -1
		j, ok := byMid[m.Mid()]
		if ok && m.Mid() != "" && !usedB[j] && (c.mode != ModeVersions || m.Kind == b[j].Kind) {
			toB[i], usedB[j] = j, true
		}
	}
	for i := range a {
		if toB[i] < 0 && i < len(b) && !usedB[i] && (c.mode == ModeAnswer || a[i].Kind == b[i].Kind) {
			toB[i], usedB[i] = i, true
		}
	}
	free := map[string][]int{}
	for j, m := range b {
		if !usedB[j] && c.mode != ModeAnswer {
			free[m.Kind] = append(free[m.Kind], j)
		}
	}
	var out []aligned
	for i, m := range a {
		if list := free[m.Kind]; toB[i] < 0 && len(list) > 0 {
			toB[i], usedB[list[0]] = list[0], true
			free[m.Kind] = list[1:]
		}
		out = append(out, aligned{i, toB[i]})
	}
	for j := range b {
		if !usedB[j] {
			out = append(out, aligned{-1, j})
		}
	}
	return out
}

// media compares the media sections.
func (c comparison) media() (sections []Section, more int) {
	all := c.align()
	if len(all) > MaxSections {
		more = len(all) - MaxSections
		all = all[:MaxSections]
	}
	for _, at := range all {
		sections = append(sections, c.mediaSection(at))
	}
	return sections, more
}

func (c comparison) mediaSection(at aligned) Section {
	s := Section{A: at.a, B: at.b, Class: Same}
	switch {
	case at.b < 0:
		m := c.a.d.Media[at.a]
		s.Title, s.Class = title(at.a, m), OnlyA
		s.Note = "B has no such section"
		if c.mode == ModeAnswer {
			s.Class, s.Note = Conflict, "the answer has no such section: it has as many as the offer (RFC 3264 section 6)"
		}
		return s
	case at.a < 0:
		m := c.b.d.Media[at.b]
		s.Title, s.Class = title(at.b, m), OnlyB
		s.Note = "A has no such section"
		if c.mode == ModeAnswer {
			s.Class, s.Note = Conflict, "the offer has no such section: an answer adds none (RFC 3264 section 6)"
		}
		return s
	}
	p := place{comparison: c, ma: c.a.d.Media[at.a], mb: c.b.d.Media[at.b], gone: map[string]bool{}, offered: map[string]bool{}}
	s.Title = title(at.a, p.ma)
	p.state(&s, at)
	p.ca, p.cb = codecsOf(p.ma), codecsOf(p.mb)
	names := match(c.mode, p.ca, p.cb)
	for _, f := range p.ma.Formats {
		p.gone[f], p.offered[f] = true, true
	}
	for _, f := range p.mb.Formats {
		delete(p.gone, names.key(f))
	}
	s.fill(p.rows(c.a.section(at.a, naming{}), c.b.section(at.b, names)))
	return s
}

// state says what became of the section as such.
func (p place) state(s *Section, at aligned) {
	switch {
	case at.a != at.b && p.mode == ModeAnswer:
		s.Class = Conflict
		s.Note = fmt.Sprintf("moved: section %d of the offer is section %d of the answer; the order stays (RFC 3264 section 6)", at.a, at.b)
	case at.a != at.b:
		s.Class, s.Note = Order, fmt.Sprintf("moved: section %d of A is section %d of B", at.a, at.b)
	case p.mode == ModeAnswer && p.mb.Rejected() && !p.ma.Rejected():
		s.Class, s.Note = Must, "the answer rejects this section (RFC 3264 section 6): what else differs does not matter"
	}
}

func title(i int, m *wire.Media) string {
	t := fmt.Sprintf("section %d: %s", i, cut(m.Kind))
	if mid := m.Mid(); mid != "" {
		t += ", mid " + cut(mid)
	}
	return t
}
