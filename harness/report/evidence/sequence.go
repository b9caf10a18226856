package evidence

import (
	"cmp"
	"maps"
	"slices"

	"github.com/webrtc-rink/rink/harness/trace"
)

// How many things are shown. What findings point at comes on top, up to maxMarked.
const (
	maxItems     = 220  // of the session's own connections
	maxConnItems = 40   // of each other connection
	maxMarked    = 1000 // of a sequence
)

// Sequence is what happened between the two ends and Rink, in the order of one
// clock. Equal things that follow each other are folded into one.
type Sequence struct {
	Items []Item
	Left  int // things that are left out
	Tail  int // those of them that come after the last item
}

// Connection is a connection beside the session's own, with what happened on it.
type Connection struct {
	Name     string
	Sides    []trace.Side
	Sequence Sequence
	Marked   bool // a finding points into it
}

func sequence(items []Item) Sequence { return bounded(folded(items), maxItems) }

// folded puts runs of chatter together: messages and what counts them, which a
// session may have thousands of. Within a run they are one item for each end,
// channel and kind, for those of both ends alternate.
func folded(items []Item) []Item {
	var out []Item
	first := map[string]int{} // of the run that goes on
	for _, item := range items {
		if item.fold == "" || len(item.Marks) > 0 {
			clear(first)
			if n := len(out); n > 0 && equal(out[n-1], item) {
				out[n-1].take(item)
				continue
			}
			out = append(out, item)
			continue
		}
		if at, ok := first[item.fold]; ok {
			out[at].take(item)
			continue
		}
		first[item.fold] = len(out)
		out = append(out, item)
	}
	return out
}

// equal reports whether two neighbours say the same.
func equal(a, b Item) bool {
	return a.Kind == b.Kind && a.Side == b.Side && a.Text == b.Text && a.Outcome == b.Outcome && a.Detail == b.Detail &&
		len(a.Marks) == 0 && len(b.Marks) == 0 && a.Kind != Signal
}

func (i *Item) take(o Item) {
	if i.Kind != Stage { // to enter the stage that it is in is not to enter it twice
		i.Times++
	}
	i.Until = max(i.Until, o.Until)
	i.Ms = max(i.Ms, o.Ms)
	i.Also = append(append(i.Also, o.N), o.Also...)
}

// bounded leaves out what tells least until the rest is few enough.
func bounded(items []Item, limit int) Sequence {
	if len(items) <= limit+limit/4 { // to leave out a few would tell less and save nothing
		return Sequence{Items: items}
	}
	places := make([]int, len(items))
	for i := range places {
		places[i] = i
	}
	slices.SortStableFunc(places, func(a, b int) int { return cmp.Compare(items[a].rank, items[b].rank) })
	keep := map[int]bool{}
	for _, at := range places {
		if len(keep) < limit || items[at].rank == 0 && len(keep) < maxMarked {
			keep[at] = true
		}
	}
	var s Sequence
	left := 0
	for i, item := range items {
		if !keep[i] {
			left += item.Times
			continue
		}
		item.Left = left
		s.Left += left
		left = 0
		s.Items = append(s.Items, item)
	}
	s.Left += left
	s.Tail = left
	return s
}

// connections are those beside the session's own, those with marks first.
func (t *reading) connections(items map[string][]Item) []Connection {
	var all []Connection
	names := slices.Sorted(maps.Keys(items))
	begins := func(c Connection) float64 { return c.Sequence.Items[0].T }
	for _, name := range names {
		if name == own || len(items[name]) == 0 {
			continue
		}
		c := Connection{Name: oneLine(name, maxPoint), Sequence: bounded(folded(items[name]), maxConnItems)}
		for _, item := range c.Sequence.Items {
			c.Marked = c.Marked || len(item.Marks) > 0
			if !slices.Contains(c.Sides, item.Side) && item.Side != "" {
				c.Sides = append(c.Sides, item.Side)
			}
		}
		slices.SortFunc(c.Sides, func(a, b trace.Side) int { return -cmp.Compare(a, b) }) // the offerer first
		all = append(all, c)
	}
	slices.SortStableFunc(all, func(a, b Connection) int {
		if a.Marked != b.Marked {
			if a.Marked {
				return -1
			}
			return 1
		}
		return cmp.Compare(begins(a), begins(b))
	})
	return all
}
