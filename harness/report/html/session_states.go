package html

import (
	"unicode/utf8"

	"github.com/webrtc-rink/rink/harness/check"
	"github.com/webrtc-rink/rink/harness/report/evidence"
)

// The measures of the timeline, in pixels.
const (
	lanesLeft  = 230 // room for the names
	lanesTop   = 30
	laneHeight = 30
	perLetter  = 8 // of a word at its size, on the safe side
	wordRoom   = 18
	tickWidth  = 50
	lastWidth  = 90
)

// statesDrawing is what the template draws.
type statesDrawing struct {
	Width, Height int
	Ticks         []tick
	Lanes         []lane
}

// tick is a moment at which a state changes.
type tick struct {
	X    int
	Text string
}

type lane struct {
	Y     int
	Name  string
	Spans []span
}

// span is a state while it lasts.
type span struct {
	X, Y, W, TextX, TextY int
	Text, Tone            string
	Mark                  check.Outcome

	from, to int // columns
}

// drawStates gives each moment a column that is wide enough for the words in it.
func drawStates(e evidence.Session) statesDrawing {
	columns := []string{evidence.Clock(0)}
	lanes := make([]lane, len(e.States.Lanes))
	for i, l := range e.States.Lanes {
		lanes[i] = lane{Name: string(l.Side) + " " + l.Name, Spans: []span{{Text: l.First, Tone: "first"}}}
	}
	for _, c := range e.States.Changes {
		if t := evidence.Clock(c.T); t != columns[len(columns)-1] {
			columns = append(columns, t)
		}
		l := &lanes[c.Lane]
		at := len(columns) - 1
		l.Spans[len(l.Spans)-1].to = at
		s := span{Text: c.State, Tone: tone(c.State), from: at, Mark: worst(c.Marks)}
		l.Spans = append(l.Spans, s)
	}
	return placed(columns, lanes)
}

// placed computes the widths and puts everything in its place.
func placed(columns []string, lanes []lane) statesDrawing {
	widths := make([]int, len(columns))
	for i := range widths {
		widths[i] = tickWidth
	}
	widths[len(widths)-1] = lastWidth
	for end := 1; end <= len(columns); end++ {
		for i := range lanes {
			for j := range lanes[i].Spans {
				s := &lanes[i].Spans[j]
				if j == len(lanes[i].Spans)-1 {
					s.to = len(columns)
				}
				if s.to != end || s.from == s.to {
					continue
				}
				room := 0
				for c := s.from; c < s.to; c++ {
					room += widths[c]
				}
				widths[end-1] += max(0, s.width()-room)
			}
		}
	}
	d := statesDrawing{Height: lanesTop + laneHeight*len(lanes), Lanes: lanes}
	edges := []int{lanesLeft}
	for i, w := range widths {
		d.Ticks = append(d.Ticks, tick{edges[i], columns[i]})
		edges = append(edges, edges[i]+w)
	}
	d.Width = edges[len(edges)-1] + 4
	for i := range lanes {
		lanes[i].place(i, edges)
	}
	return d
}

func (s *span) width() int {
	letters := utf8.RuneCountInString(s.Text)
	if s.Mark != "" {
		letters += 2
	}
	return letters*perLetter + wordRoom
}

// place drops what lasts no time: the moment has the last state of it, the table all.
func (l *lane) place(n int, edges []int) {
	top := lanesTop + n*laneHeight
	l.Y = top + 16
	kept := l.Spans[:0]
	for _, s := range l.Spans {
		if s.from == s.to {
			continue
		}
		s.X, s.Y, s.W = edges[s.from]+1, top, edges[s.to]-edges[s.from]-2
		s.TextX, s.TextY = s.X+6, top+16
		kept = append(kept, s)
	}
	l.Spans = kept
}

// tone colours a state; its word says which it is.
func tone(state string) string {
	switch state {
	case "connected", "completed", "complete", "stable":
		return "good"
	case "failed", "disconnected":
		return "bad"
	}
	return ""
}
