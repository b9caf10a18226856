package evidence

import (
	"cmp"
	"fmt"
	"slices"

	"github.com/webrtc-rink/rink/harness/check"
	"github.com/webrtc-rink/rink/harness/report"
	"github.com/webrtc-rink/rink/harness/trace"
)

// own is Record.Conn of the session's own connections.
const own = ""

// reading is a trace with what belongs together.
type reading struct {
	records []trace.Record // as recorded, but numbered by their place
	order   []int          // their places, by time
	returns map[int]int    // place of a call -> place of its return
	calls   map[int]int    // place of a return -> place of its call
	marks   map[int][]Mark // by place
	labels  map[channel]string
}

// channel is a data channel of a connection.
type channel struct {
	side         trace.Side
	conn, handle string
}

// read takes any records: a trace may come from anywhere.
func read(records []trace.Record) *reading {
	t := &reading{
		records: slices.Clone(records), returns: map[int]int{}, calls: map[int]int{}, marks: map[int][]Mark{}, labels: map[channel]string{},
	}
	open := map[int]int{}
	for i := range t.records {
		r := &t.records[i]
		r.N = i
		t.order = append(t.order, i)
		switch {
		case r.Call != nil:
			open[r.Call.ID] = i
		case r.Return != nil:
			if at, ok := open[r.Return.Call]; ok && t.records[at].Side == r.Side {
				t.returns[at], t.calls[i] = i, at
				delete(open, r.Return.Call)
				if c := t.records[at].Call; c.Method == "createDataChannel" && r.Return.Channel != "" {
					t.labels[channel{r.Side, r.Conn, string(r.Return.Channel)}] = c.Text
				}
			}
		case r.Event != nil && r.Event.Channel != "" && r.Event.Label != "":
			t.labels[channel{r.Side, r.Conn, string(r.Event.Channel)}] = r.Event.Label
		}
	}
	slices.SortStableFunc(t.order, func(a, b int) int { return cmp.Compare(t.records[a].T, t.records[b].T) })
	return t
}

// mark notes what findings point at.
func (t *reading) mark(results []*report.Result) {
	for _, res := range results {
		for _, f := range res.Findings {
			m := Mark{Check: res.Check, Outcome: res.Outcome, Anchor: anchor(res), Text: clip("got "+f.Got+", want "+f.Want, maxLabel), finding: f}
			if res.Outcome == check.Fail && f.Known {
				m.Outcome = check.Known
			}
			for _, n := range f.Where {
				if n >= 0 && n < len(t.records) && !slices.ContainsFunc(t.marks[n], func(o Mark) bool { return o.same(m) }) {
					t.marks[n] = append(t.marks[n], m)
				}
			}
		}
	}
}

func (m Mark) same(o Mark) bool {
	return m.Anchor == o.Anchor && m.Text == o.Text && m.finding.Object == o.finding.Object
}

// marked are the marks of some records, each once, the worst first.
func (t *reading) marked(places ...int) []Mark {
	var all []Mark
	for _, n := range places {
		for _, m := range t.marks[n] {
			if !slices.ContainsFunc(all, m.same) {
				all = append(all, m)
			}
		}
	}
	slices.SortStableFunc(all, func(a, b Mark) int { return cmp.Compare(rank(a.Outcome), rank(b.Outcome)) })
	return all
}

// each passes the records of the session's own connections in the order of time.
func (t *reading) each(pass func(n int, r *trace.Record)) {
	for _, n := range t.order {
		if r := &t.records[n]; r.Conn == own {
			pass(n, r)
		}
	}
}

func (t *reading) end() (trace.End, bool) {
	for i := range t.records {
		if e := t.records[i].End; e != nil {
			return *e, true
		}
	}
	return trace.End{}, false
}

// call is a call with its return, which is nil when it never settled.
func (t *reading) call(n int) (*trace.Call, *trace.Return) {
	c := t.records[n].Call
	if at, ok := t.returns[n]; ok {
		return c, t.records[at].Return
	}
	return c, nil
}

// Lengths of what is shown, in characters.
const (
	maxQuote = 22   // of a message
	maxPoint = 60   // in a link to a record
	maxLabel = 240  // of one thing that happened
	maxLine  = 1000 // of a description or log
)

// clip makes a text safe and cuts it to a number of characters.
func clip(s string, limit int) string {
	if len(s) > 8*limit { // no need to look at megabytes
		s = s[:8*limit]
	}
	return report.Clip(report.SafeText(s), limit)
}

// oneLine is clip for what stands in a line.
func oneLine(s string, limit int) string {
	s = clip(s, limit)
	b := []rune(s)
	for i, r := range b {
		if r == '\n' || r == '\t' {
			b[i] = ' '
		}
	}
	return string(b)
}

// Clock writes a time of a session, in milliseconds since it began.
func Clock(t float64) string {
	if t > 1e9 || t < -1e9 { // no session is that long: the trace is not to be believed
		return fmt.Sprintf("%.3g", t)
	}
	return fmt.Sprintf("%.1f", t)
}
