package html

import (
	"fmt"
	"unicode/utf8"

	"github.com/webrtc-rink/rink/harness/check"
	"github.com/webrtc-rink/rink/harness/report"
	"github.com/webrtc-rink/rink/harness/report/evidence"
	"github.com/webrtc-rink/rink/harness/trace"
)

// The measures of the diagram, in pixels, and of its texts, in characters.
const (
	seqWidth  = 1120
	seqTop    = 42 // below the names of the lifelines
	seqRow    = 26
	seqGap    = 20 // more before a row that comes much later
	offererX  = 96
	middleX   = 500
	answererX = 904
	textGap   = 12 // from a lifeline to its text
	sideText  = 54
	wideText  = 90
	headText  = 34
	pause     = 25 // milliseconds that are a gap
)

// sequenceDrawing is what the template draws.
type sequenceDrawing struct {
	Width, Height, Row int
	Lifelines          []lifeline
	Bands              []band
	Bars               []bar
	Rows               []seqLine
}

type lifeline struct {
	X    int
	Name string
}

// band is a stage.
type band struct {
	Y, H int
	Odd  bool
}

// bar is a call while it goes on.
type bar struct {
	X, Y, H int
	Refused bool
}

// seqLine is one row.
type seqLine struct {
	Top, Y, TimeY, X  int
	Time, Text, Class string
	Dot, DotY         int    // of an event; 0: none
	Arrow             string // a path
	Gap               string
	GapY              int
	Mark              check.Outcome
	MarkText          string
}

// drawSequence lays the session out: rows of equal height in the order of time.
func drawSequence(e evidence.Session) sequenceDrawing {
	d := sequenceDrawing{Width: seqWidth, Row: seqRow, Lifelines: []lifeline{
		{offererX, short(e.Session.Pair.Offerer, headText) + " (offerer)"},
		{middleX, "Rink"},
		{answererX, short(e.Session.Pair.Answerer, headText) + " (answerer)"},
	}}
	list := e.Sequence.Items
	y := seqTop
	tops := make([]int, len(list))
	for i, item := range list {
		line := seqLine{Time: evidence.Clock(item.T)}
		if line.Gap = gapBefore(list, i); line.Gap != "" {
			line.GapY = y + seqGap - 5
			y += seqGap
		}
		line.Top, line.Y, line.TimeY = y, y+18, y+18
		tops[i] = y
		line.draw(item)
		if item.Kind == evidence.Stage {
			d.Bands = append(d.Bands, band{Y: y, Odd: len(d.Bands)%2 == 1})
		}
		d.Rows = append(d.Rows, line)
		y += seqRow
	}
	d.Height = y + 10
	for i := range d.Bands {
		end := y
		if i+1 < len(d.Bands) {
			end = d.Bands[i+1].Y
		}
		d.Bands[i].H = end - d.Bands[i].Y
	}
	d.bars(list, tops)
	return d
}

// gapBefore says what lies between a row and the one before.
func gapBefore(list []evidence.Item, i int) string {
	text := ""
	if i > 0 {
		if passed := list[i].T - list[i-1].T; passed >= pause {
			text = duration(passed) + " later"
		}
	}
	if n := list[i].Left; n > 0 {
		if text != "" {
			text += ", "
		}
		text += report.Plural(n, "thing") + " left out"
	}
	if text == "" {
		return ""
	}
	return "⋮ " + text
}

// draw puts an item at its lifeline.
func (l *seqLine) draw(item evidence.Item) {
	l.X = offererX + textGap
	room := sideText
	switch {
	case item.Kind == evidence.Stage:
		l.X, l.Class = middleX, "c stage"
		item.Text = "stage " + item.Text
	case item.Side == "" || item.Kind == evidence.Signal:
		l.X, l.Class, room = middleX, "c", wideText
	case item.Side == trace.Answerer:
		l.X, l.Class = answererX-textGap, "a"
	}
	l.Text = caption(item, room)
	if item.Kind == evidence.Event || item.Kind == evidence.Reading {
		l.Dot, l.DotY = lifelineOf(item.Side), l.Y-5
	}
	if item.Kind == evidence.Signal {
		l.Arrow = arrow(item, l.Y+4)
		l.Y -= 3
		if item.Outcome != "" {
			l.Class += " odd"
		}
	}
	if len(item.Marks) > 0 {
		l.Mark, l.MarkText = worst(item.Marks), item.Marks[0].Check
		if n := len(once(item.Marks)); n > 1 {
			l.MarkText += fmt.Sprintf(" and %d more", n-1)
		}
	}
}

// caption is the text of an item with what became of it, which is never cut.
func caption(item evidence.Item, room int) string {
	rest := ""
	switch {
	case item.Failed != "":
		rest = " ✗ " + item.Failed
	case item.Outcome != "":
		rest = ", " + item.Outcome
	case item.Times > 1:
		rest = fmt.Sprintf(" ×%d", item.Times)
	case item.Kind == evidence.Call && item.Ms >= 0.1:
		rest = ", " + duration(item.Ms)
	}
	return short(item.Text, max(room-utf8.RuneCountInString(rest), room/3)) + rest
}

func lifelineOf(side trace.Side) int {
	switch side {
	case trace.Offerer:
		return offererX
	case trace.Answerer:
		return answererX
	}
	return middleX
}

// arrow leads from the end that gave it to the other end, or to a cross in the middle.
func arrow(item evidence.Item, y int) string {
	from, to, back := offererX, answererX, -7
	if item.Side == trace.Answerer {
		from, to, back = answererX, offererX, 7
	}
	if item.Dropped {
		return fmt.Sprintf("M%d %dH%dm-5-5l10 10m0-10l-10 10", from, y, middleX)
	}
	return fmt.Sprintf("M%d %dH%dm%d-4L%d %dl%d 4", from, y, to, back, to, y, back)
}

// bars draws a call from its row to the last row before it settled. Calls that go
// on at the same time at an end are drawn textGap each other.
func (d *sequenceDrawing) bars(list []evidence.Item, tops []int) {
	until := map[trace.Side][]int{} // by lane, the bottom of the last bar
	for i, item := range list {
		if item.Kind != evidence.Call {
			continue
		}
		last := i
		for last+1 < len(list) && list[last+1].T <= item.Until && item.Times == 1 {
			last++
		}
		b := bar{Y: tops[i] + 5, H: tops[last] - tops[i] + seqRow - 9, Refused: item.Failed != ""}
		lanes := until[item.Side]
		lane := 0
		for lane < len(lanes) && lanes[lane] > b.Y {
			lane++
		}
		if lane == len(lanes) {
			lanes = append(lanes, 0)
		}
		lanes[lane] = b.Y + b.H
		until[item.Side] = lanes
		outward := -1 // away from the texts
		if item.Side == trace.Answerer {
			outward = 1
		}
		b.X = lifelineOf(item.Side) - 4 + outward*6*min(lane, 3)
		d.Bars = append(d.Bars, b)
	}
}

// short cuts a text to a number of characters.
func short(s string, limit int) string {
	if utf8.RuneCountInString(s) <= limit {
		return s
	}
	n := 0
	for i := range s {
		if n++; n == limit {
			return s[:i] + "…"
		}
	}
	return s
}
