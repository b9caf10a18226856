package progress

import (
	"fmt"
	"time"

	"github.com/webrtc-rink/rink/harness/report"
	"github.com/webrtc-rink/rink/harness/report/view"
)

// State is what the lines up to now add up to.
type State struct {
	Started  Started
	Sessions []Session
	Notes    []string
	Outcomes report.Counts // of all results
	Red      int           // sessions
	End      *End          // nil while there is none
	Last     time.Time     // of the newest line
	Lines    int           // that were read, also those that could not be understood; who reads them counts

	pace Pace
}

// Add adds a line.
func (s *State) Add(l Line) {
	s.Last = l.At
	switch l.Kind {
	case KindStarted:
		s.Started = *l.Started
		s.pace = Pace{Begun: l.At}
	case KindSession:
		s.Sessions = append(s.Sessions, *l.Session)
		s.Outcomes.Sum(l.Session.Outcomes)
		if view.Red(l.Session.Worst) {
			s.Red++
		}
		s.pace.Add(l.At)
	case KindNote:
		s.Notes = append(s.Notes, l.Note)
	case KindEnd:
		s.End = l.End
	}
}

// Left says in words how much time is left; it is empty where nobody knows.
func (s *State) Left() string {
	if s.End != nil {
		return ""
	}
	if d, ok := s.pace.Left(s.Started.Sessions); ok {
		return About(d)
	}
	return ""
}

// A time that is left is told once this much has been seen, and while there is
// this much of it: before, it is a guess, and after, nobody needs it.
const (
	paceSessions = 10
	paceTime     = 10 * time.Second
)

// Pace measures how fast sessions come in. It looks at the last of them alone,
// since a run begins with the start of its peers and with the slow scenarios.
type Pace struct {
	Begun time.Time
	ends  []time.Time
}

// Add notes that a session ended.
func (p *Pace) Add(at time.Time) { p.ends = append(p.ends, at) }

// Left is the time for what is left of total sessions, or false where that would
// mean nothing.
func (p *Pace) Left(total int) (time.Duration, bool) {
	done := len(p.ends)
	if done < paceSessions || p.ends[done-1].Sub(p.Begun) < paceTime {
		return 0, false
	}
	recent := p.ends[max(0, done-max(3*paceSessions, total/5)):]
	each := recent[len(recent)-1].Sub(recent[0]) / time.Duration(len(recent)-1)
	left := each * time.Duration(total-done)
	return left, left >= paceTime
}

// About is a duration as exact as an estimate is.
func About(d time.Duration) string {
	if d < 100*time.Second {
		return fmt.Sprintf("about %d s", int(d.Round(10*time.Second).Seconds()))
	}
	return fmt.Sprintf("about %d min", int(d.Round(time.Minute).Minutes()))
}
