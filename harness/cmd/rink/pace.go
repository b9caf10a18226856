package main

import (
	"fmt"
	"time"
)

// A time that is left is told once this much has been seen, and while there is
// this much of it: before, it is a guess, and after, nobody needs it.
const (
	paceSessions = 10
	paceTime     = 10 * time.Second
)

// pace measures how fast sessions come in. It looks at the last of them alone,
// since a run begins with the start of its peers and with the slow scenarios.
type pace struct {
	begun time.Time
	ends  []time.Time
}

// add notes that a session ended.
func (p *pace) add(at time.Time) { p.ends = append(p.ends, at) }

// left is the time for what is left of total sessions, or false where that would
// mean nothing.
func (p *pace) left(total int) (time.Duration, bool) {
	done := len(p.ends)
	if done < paceSessions || p.ends[done-1].Sub(p.begun) < paceTime {
		return 0, false
	}
	recent := p.ends[max(0, done-max(3*paceSessions, total/5)):]
	each := recent[len(recent)-1].Sub(recent[0]) / time.Duration(len(recent)-1)
	left := each * time.Duration(total-done)
	return left, left >= paceTime
}

// about is a duration as exact as an estimate is.
func about(d time.Duration) string {
	if d < 100*time.Second {
		return fmt.Sprintf("about %d s", int(d.Round(10*time.Second).Seconds()))
	}
	return fmt.Sprintf("about %d min", int(d.Round(time.Minute).Minutes()))
}
