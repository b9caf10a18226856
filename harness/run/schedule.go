package run

import (
	"cmp"
	"slices"
	"sync"
)

// schedule hands out the jobs of a run so that no worker waits while there is a
// job whose peers are both up, and so that no peer's jobs are all that is left in
// the end:
//
//   - peers start beside the sessions; jobs of one that is not up are passed over;
//   - the pair with the most left to do comes first, and the less the busier its
//     peers are: one process that plays many sessions at a time uses one processor;
//   - scenarios with long purposeful waits come first, but take no more than half
//     of the workers while there is something else to do: they use no processor.
type schedule struct {
	workers int

	mu      sync.Mutex
	changed *sync.Cond
	lanes   []*lane
	pending int
	slow    int             // slow sessions that are under way
	busy    map[string]int  // sessions that are under way, by peer
	up      map[string]bool // by peer; one that was given up counts as up: its sessions say why
	stopped bool
}

// lane is what is left to do for one pair, in its order.
type lane struct {
	pair Pair
	jobs []Job
}

func newSchedule(jobs []Job, workers int) *schedule {
	s := &schedule{workers: workers, pending: len(jobs), busy: map[string]int{}, up: map[string]bool{}}
	s.changed = sync.NewCond(&s.mu)
	byPair := map[Pair]*lane{}
	for _, j := range jobs {
		l := byPair[j.Pair]
		if l == nil {
			l = &lane{pair: j.Pair}
			byPair[j.Pair], s.lanes = l, append(s.lanes, l)
		}
		l.jobs = append(l.jobs, j)
	}
	for _, l := range s.lanes {
		slices.SortStableFunc(l.jobs, func(a, b Job) int { return cmp.Compare(b.Scenario.Waits, a.Scenario.Waits) })
	}
	return s
}

// peers lists the peers of the jobs in the order of their first job.
func (s *schedule) peers() []string {
	var ids []string
	for _, l := range s.lanes {
		for _, id := range []string{l.pair.Offerer, l.pair.Answerer} {
			if !slices.Contains(ids, id) {
				ids = append(ids, id)
			}
		}
	}
	return ids
}

// set says whether a peer is up, and returns whether there is work for it.
func (s *schedule) set(id string, up bool) (wanted bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.up[id] = up
	s.changed.Broadcast()
	return slices.ContainsFunc(s.lanes, func(l *lane) bool {
		return len(l.jobs) > 0 && (l.pair.Offerer == id || l.pair.Answerer == id)
	})
}

// stop ends the handing out.
func (s *schedule) stop() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.stopped = true
	s.changed.Broadcast()
}

// next waits for a job that can be played; false is the end.
func (s *schedule) next() (Job, bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for !s.stopped && s.pending > 0 {
		if l, i := s.best(); l != nil {
			return s.take(l, i), true
		}
		s.changed.Wait()
	}
	return Job{}, false
}

// done notes that a job which next returned has ended.
func (s *schedule) done(j Job) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.busy[j.Pair.Offerer]--
	s.busy[j.Pair.Answerer]--
	if j.Scenario.Slow {
		s.slow--
	}
	s.changed.Broadcast() // a slow job may have its turn now
}

func (s *schedule) take(l *lane, i int) Job {
	j := l.jobs[i]
	l.jobs = slices.Delete(l.jobs, i, i+1)
	s.pending--
	s.busy[j.Pair.Offerer]++
	s.busy[j.Pair.Answerer]++
	if j.Scenario.Slow {
		s.slow++
	}
	return j
}

// best is the job that is to come next: its lane, and where it is in the lane.
func (s *schedule) best() (*lane, int) {
	var found *lane
	at, foundClass, foundShare := 0, 0, 0.0
	for _, l := range s.lanes {
		if len(l.jobs) == 0 || !s.up[l.pair.Offerer] || !s.up[l.pair.Answerer] {
			continue
		}
		i, class := s.choose(l)
		share := float64(len(l.jobs)) / float64(1+s.busy[l.pair.Offerer]+s.busy[l.pair.Answerer])
		if found == nil || cmp.Or(cmp.Compare(foundClass, class), cmp.Compare(share, foundShare)) > 0 {
			found, at, foundClass, foundShare = l, i, class, share
		}
	}
	return found, at
}

// choose picks a job of a lane. The class says how welcome it is: 0 is a slow one
// that has its turn, 1 any other, 2 a slow one that is played for want of others.
func (s *schedule) choose(l *lane) (i, class int) {
	turn := s.slow < max(1, s.workers/2)
	other := -1
	for i, j := range l.jobs {
		switch {
		case j.Scenario.Slow && turn:
			return i, 0
		case !j.Scenario.Slow && other < 0:
			other = i
		}
	}
	if other < 0 {
		return 0, 2
	}
	return other, 1
}
