package evidence

import (
	"github.com/webrtc-rink/rink/harness/peer"
	"github.com/webrtc-rink/rink/harness/trace"
)

// maxLogLines is how many lines of a log are shown: the last, and marked ones.
const maxLogLines = 40

// Log is what one end or Rink said in words.
type Log struct {
	Side  trace.Side // empty: Rink
	Lines []LogLine
	Left  int // lines before those that are shown
}

// LogLine is one line of a log.
type LogLine struct {
	N     int // -1: the line is part of the sequence too, and has its id there
	T     float64
	Conn  string
	Level string
	Text  string
	Marks []Mark
}

// logs are those of both ends and of Rink that are not empty.
func (t *reading) logs() []Log {
	lines := map[trace.Side][]LogLine{}
	for _, n := range t.order {
		r := &t.records[n]
		l := LogLine{N: n, T: r.T, Conn: oneLine(r.Conn, maxPoint), Marks: t.marked(n)}
		switch {
		case r.Event != nil && r.Event.Type == peer.EventLog:
			l.Level, l.Text = oneLine(r.Event.Level, maxPoint), r.Event.Text
		case r.Log != "":
			l.N, l.Text = -1, r.Log
		default:
			continue
		}
		lines[side(r.Side)] = append(lines[side(r.Side)], l)
	}
	var all []Log
	for _, s := range []trace.Side{trace.Offerer, trace.Answerer, ""} {
		log := Log{Side: s}
		for i, l := range lines[s] {
			if i < len(lines[s])-maxLogLines && (len(l.Marks) == 0 || i >= maxMarked) {
				log.Left++
				continue
			}
			l.Text = clip(l.Text, maxLine)
			log.Lines = append(log.Lines, l)
		}
		if len(log.Lines) > 0 {
			all = append(all, log)
		}
	}
	return all
}
