package view

import (
	"cmp"
	"slices"
	"time"

	"github.com/webrtc-rink/rink/harness/check"
	"github.com/webrtc-rink/rink/harness/report"
)

// Deviation is a known deviation with its age.
type Deviation struct {
	Group
	Since string // the date of its oldest entry, as written there
	Days  int    // from then to the run; -1 where the date cannot be read
}

// Deviations are the known deviations of the report, the oldest first: the longer
// one is known, the more it should be asked after.
func Deviations(r *report.Report) []Deviation {
	var all []Deviation
	for _, g := range Groups(r, check.Known) {
		d := Deviation{Group: g, Days: -1}
		for _, e := range g.Expectations {
			if days := daysSince(e.Since, r.Run.StartedAt); d.Since == "" || days > d.Days {
				d.Since, d.Days = e.Since, days
			}
		}
		all = append(all, d)
	}
	slices.SortStableFunc(all, func(a, b Deviation) int {
		return cmp.Or(cmp.Compare(b.Days, a.Days), cmp.Compare(a.Check.ID, b.Check.ID), cmp.Compare(a.Subject, b.Subject))
	})
	return all
}

// daysSince counts from the beginning of a day in UTC. An entry may be dated in a
// zone that is ahead: it is not younger than the run.
func daysSince(date string, now time.Time) int {
	day, err := time.Parse(time.DateOnly, date)
	if err != nil {
		return -1
	}
	return max(0, int(now.UTC().Sub(day)/(24*time.Hour)))
}
