package run

import (
	"container/heap"
	"fmt"
	"testing"
	"time"

	"github.com/webrtc-rink/rink/harness/scenario"
)

// playing is a session in virtual time.
type playing struct {
	job       Job
	from, end time.Duration
}

type byEnd []playing

func (b byEnd) Len() int           { return len(b) }
func (b byEnd) Less(i, j int) bool { return b[i].end < b[j].end }
func (b byEnd) Swap(i, j int)      { b[i], b[j] = b[j], b[i] }
func (b *byEnd) Push(x any)        { *b = append(*b, x.(playing)) } //nolint:forcetypeassert // heap's own
func (b *byEnd) Pop() any {
	last := (*b)[len(*b)-1]
	*b = (*b)[:len(*b)-1]
	return last
}

// simulate plays jobs in virtual time: what each takes, when each peer comes up.
// It fails the test where a worker waits while there is a job for it.
func simulate(t *testing.T, jobs []Job, workers int, takes func(Job) time.Duration, up map[string]time.Duration) []playing {
	t.Helper()
	s := newSchedule(jobs, workers)
	s.stop() // next never waits in one goroutine; the simulation asks best
	var under byEnd
	var all []playing
	now := time.Duration(0)
	for s.pending > 0 || len(under) > 0 {
		for id, at := range up {
			s.set(id, at <= now)
		}
		for len(under) < workers {
			l, i := s.best()
			if l == nil {
				break
			}
			p := playing{job: s.take(l, i), from: now}
			p.end = now + takes(p.job)
			heap.Push(&under, p)
			all = append(all, p)
		}
		next := time.Duration(-1)
		if len(under) > 0 {
			next = under[0].end
		}
		for _, at := range up {
			if at > now && (next < 0 || at < next) {
				next = at
			}
		}
		now = next
		for len(under) > 0 && under[0].end <= now {
			p := heap.Pop(&under).(playing) //nolint:forcetypeassert // see Push
			s.done(p.job)
		}
	}
	return all
}

// among is the matrix of peers in some scenarios.
func among(scenarios int, slow int, ids ...string) []Job {
	var all []scenario.Scenario
	for i := range scenarios {
		all = append(all, scenario.Scenario{Name: fmt.Sprintf("s%d", i), Slow: i < slow})
	}
	return Jobs(Ordered(ids, true), all)
}

// span is when the last session ended, and the least that it could be: all work
// divided by the workers.
func span(all []playing, workers int) (end, least time.Duration) {
	for _, p := range all {
		end, least = max(end, p.end), least+p.end-p.from
	}
	return end, least / time.Duration(workers)
}

func TestASlowPeerIsNotWhatIsLeftInTheEnd(t *testing.T) {
	t.Parallel()
	takes := func(j Job) time.Duration {
		d := 100 * time.Millisecond
		for _, id := range []string{j.Pair.Offerer, j.Pair.Answerer} {
			if id == "snail" {
				d += 2 * time.Second
			}
		}
		return d
	}
	ids := []string{"a", "b", "c", "d", "e", "snail"}
	up := map[string]time.Duration{}
	for _, id := range ids {
		up[id] = 0
	}
	const workers = 8
	all := simulate(t, among(37, 0, ids...), workers, takes, up)
	end, least := span(all, workers)
	if limit := least + 5*time.Second; end > limit {
		t.Errorf("got a run of %v, want at most %v, where the least is %v", end, limit, least)
	}
	// Every peer has something to do all along, and there is something to do
	// without the slow one: both in each tenth of the run but the last.
	for tenth := range 9 {
		from, to := end*time.Duration(tenth)/10, end*time.Duration(tenth+1)/10
		seen := map[string]bool{}
		without := false
		for _, p := range all {
			if p.from < to && p.end > from {
				seen[p.job.Pair.Offerer], seen[p.job.Pair.Answerer] = true, true
				without = without || p.job.Pair.Offerer != "snail" && p.job.Pair.Answerer != "snail"
			}
		}
		if len(seen) != len(ids) || !without {
			t.Errorf("between %v and %v of %v: got sessions of %v, without the slow peer: %v; want all peers and some without", from, to, end, seen, without)
		}
	}
}

// Many sessions at a time in one process use one processor and leave the other.
func TestSessionsSpreadOverThePeers(t *testing.T) {
	t.Parallel()
	ids := []string{"a", "b", "c", "d", "e", "f"}
	up := map[string]time.Duration{}
	for _, id := range ids {
		up[id] = 0
	}
	const workers = 8
	all := simulate(t, among(10, 0, ids...), workers, func(Job) time.Duration { return time.Second }, up)
	end, _ := span(all, workers)
	for _, p := range all {
		ends := map[string]int{}
		for _, q := range all {
			if q.from <= p.from && q.end > p.from {
				ends[q.job.Pair.Offerer]++
				ends[q.job.Pair.Answerer]++
			}
		}
		for id, n := range ends {
			// 16 ends among 6 peers: 3 each, and one more where the last jobs allow no better.
			if n > 4 && p.from < end*9/10 {
				t.Fatalf("at %v: got %d ends at peer %s of %v, want them spread", p.from, n, id, ends)
			}
		}
	}
}

func TestWaitingScenariosLeaveWorkersToTheOthers(t *testing.T) {
	t.Parallel()
	takes := func(j Job) time.Duration {
		if j.Scenario.Slow {
			return 10 * time.Second
		}
		return time.Second
	}
	const workers = 8
	all := simulate(t, among(20, 1, "a", "b", "c", "d"), workers, takes, map[string]time.Duration{"a": 0, "b": 0, "c": 0, "d": 0})
	lastOther := time.Duration(0)
	for _, p := range all {
		if !p.job.Scenario.Slow {
			lastOther = max(lastOther, p.from)
		}
	}
	for _, p := range all {
		slow := 0
		for _, q := range all {
			if q.job.Scenario.Slow && q.from <= p.from && q.end > p.from {
				slow++
			}
		}
		if slow > workers/2 && p.from < lastOther {
			t.Fatalf("at %v: got %d sessions that wait while others are still to come, want at most %d", p.from, slow, workers/2)
		}
	}
	if !all[0].job.Scenario.Slow {
		t.Error("got another scenario first, want the one that takes longest")
	}
	if end, least := span(all, workers); end > least+10*time.Second {
		t.Errorf("got a run of %v, want at most 10 s more than %v", end, least)
	}
}

func TestNoWorkerWaitsForAPeerThatStarts(t *testing.T) {
	t.Parallel()
	second := func(Job) time.Duration { return time.Second }
	const late = 5 * time.Second
	all := simulate(t, among(10, 0, "a", "b", "late"), 2, second, map[string]time.Duration{"a": 0, "b": 0, "late": late})
	if len(all) != 90 {
		t.Fatalf("got %d sessions, want 90", len(all))
	}
	early := 0
	for _, p := range all {
		if p.from < late {
			early++
		}
		if (p.job.Pair.Offerer == "late" || p.job.Pair.Answerer == "late") && p.from < late {
			t.Errorf("%s: got it played at %v, before its peer is up", p.job.ID(), p.from)
		}
	}
	if end, _ := span(all, 2); early != 10 || end != 45*time.Second {
		t.Errorf("got %d sessions before the peer is up and %v in all, want 10 and 45 s: both workers busy all along", early, end)
	}
}
