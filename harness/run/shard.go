package run

import (
	"cmp"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"hash/fnv"
	"path"
	"slices"
	"strconv"
	"strings"

	"github.com/webrtc-rink/rink/harness/expect"
	"github.com/webrtc-rink/rink/harness/report"
)

// Shard is one of Count parts of a plan, counted from 1. The parts are played by
// processes that know nothing of each other, on whatever machines.
type Shard struct{ Index, Count int }

// ParseShard reads i/n, such as 2/4.
func ParseShard(text string) (Shard, error) {
	index, count, ok := strings.Cut(text, "/")
	if !ok {
		return Shard{}, fmt.Errorf("got %q, want i/n, such as 2/4, the second of four", text)
	}
	return shardOf(index, count, 1)
}

// shardOf reads an index that counts from first, and a count.
func shardOf(index, count string, first int) (Shard, error) {
	i, err1 := strconv.Atoi(index)
	n, err2 := strconv.Atoi(count)
	switch {
	case err1 != nil:
		return Shard{}, fmt.Errorf("index: got %q, want a number", index)
	case err2 != nil:
		return Shard{}, fmt.Errorf("count: got %q, want a number", count)
	case n < 1 || n > report.MaxShards:
		return Shard{}, fmt.Errorf("count: got %d, want 1 to %d", n, report.MaxShards)
	case i < first || i >= first+n:
		return Shard{}, fmt.Errorf("index: got %d, want %d to %d", i, first, first+n-1)
	}
	return Shard{Index: i - first + 1, Count: n}, nil
}

// The model of what a session costs. Eight go on at a time on two processors, and
// what lasts longer than a second mostly waits on purpose, beside others: the first
// second counts in full, and what is beyond it by an eighth.
const (
	fullCost = 1000 // ms
	beside   = 8
)

// cost is in eighths of a millisecond, so that it is the same number anywhere. The
// start of a session costs, however short it is.
func cost(ms int64) int64 {
	return 1 + beside*min(ms, fullCost) + max(0, ms-fullCost)
}

// Of returns the shard's jobs, in their order. Every job is in one shard exactly:
// from the most costly to the least, each goes to the shard that has the least to do
// so far; of several to the one with the fewest jobs, of those to the first.
func (s Shard) Of(jobs []Job, d Durations) []Job {
	type load struct {
		cost int64
		jobs int
	}
	order := slices.Clone(jobs)
	slices.SortStableFunc(order, func(a, b Job) int {
		return cmp.Or(cmp.Compare(cost(d.Of(b)), cost(d.Of(a))),
			cmp.Compare(key(a.Pair, a.Scenario.Name), key(b.Pair, b.Scenario.Name)))
	})
	loads := make([]load, s.Count)
	mine := map[string]bool{}
	for _, j := range order {
		least := 0
		for i := range loads {
			if cmp.Or(cmp.Compare(loads[i].cost, loads[least].cost), cmp.Compare(loads[i].jobs, loads[least].jobs)) < 0 {
				least = i
			}
		}
		loads[least].cost += cost(d.Of(j))
		loads[least].jobs++
		if least == s.Index-1 {
			mine[key(j.Pair, j.Scenario.Name)] = true
		}
	}
	return slices.DeleteFunc(slices.Clone(jobs), func(j Job) bool { return !mine[key(j.Pair, j.Scenario.Name)] })
}

// Split makes the plan one of a shard. A plan without a seed gets one that all of
// its shards have; the note says so.
func (p Plan) Split(s Shard, d Durations) Plan {
	p.Shard, p.Durations = &s, d
	if p.Seed == 0 {
		h := fnv.New64a()
		_, _ = h.Write([]byte(p.shared())) // never fails
		p.Seed = 1 + int64(h.Sum64()%1_000_000)
		p.Notes = append(slices.Clip(p.Notes),
			"The seed follows from the plan, since all of its shards have to draw the same: the next run has it too. --seed N takes another.")
	}
	return p
}

// jobs are those that the plan plays, of all there are.
func (p Plan) jobs() []Job {
	all := Jobs(p.Pairs, p.Scenarios)
	if p.Shard == nil {
		return all
	}
	return p.Shard.Of(all, p.Durations)
}

// Share returns the pairs that the plan plays and the number of its sessions.
func (p Plan) Share() (pairs []Pair, sessions int) {
	if p.Shard == nil {
		return p.Pairs, len(p.Pairs) * len(p.Scenarios)
	}
	jobs := p.jobs()
	for _, j := range jobs {
		if !slices.Contains(pairs, j.Pair) {
			pairs = append(pairs, j.Pair)
		}
	}
	return pairs, len(jobs)
}

// shared lists all that the shards of a plan must have in common.
func (p Plan) shared() string {
	all := struct {
		Version, Expectations string
		Count                 int
		Seed                  int64
		Scale                 float64
		Jobs, Checks          []string
	}{Version: Version(), Expectations: contentOf(p.Expectations), Count: p.Shard.Count, Seed: p.Seed, Scale: p.Timeouts.Scale}
	for _, j := range Jobs(p.Pairs, p.Scenarios) {
		all.Jobs = append(all.Jobs, fmt.Sprint(key(j.Pair, j.Scenario.Name), " ", j.Scenario.Title, j.Scenario.Traits, p.Durations.Of(j)))
	}
	for _, c := range p.Checks {
		all.Checks = append(all.Checks, c.ID+" "+string(c.Level)+" "+c.Statement)
	}
	slices.Sort(all.Jobs)
	slices.Sort(all.Checks)
	data, _ := json.Marshal(all) // of strings and numbers: cannot fail
	return string(data)
}

// shard is what the report says of the plan's shard.
func (p Plan) shard() *report.Shard {
	if p.Shard == nil {
		return nil
	}
	sum := sha256.Sum256([]byte(p.shared()))
	return &report.Shard{Index: p.Shard.Index, Count: p.Shard.Count, Of: hex.EncodeToString(sum[:8])}
}

// contentOf is the hash of a list of expectations, wherever the folder is.
func contentOf(set expect.Set) string {
	h := sha256.New()
	enc := json.NewEncoder(h)
	for _, e := range set.Entries() {
		copied := *e
		copied.File = path.Base(e.File)
		_ = enc.Encode(copied) // of strings: cannot fail
	}
	return hex.EncodeToString(h.Sum(nil))
}

// proof is what a shard knows of the use of expectations; see report.Proof.
func proof(set expect.Set, sessions []Session) *report.Proof {
	p := &report.Proof{Met: []string{}, Open: []report.Expectation{}}
	open := map[string]bool{}
	for _, e := range unused(set, sessions) {
		x := report.ExpectationOf(e)
		open[x.ID()] = true
		p.Open = append(p.Open, x)
	}
	idle := map[string]bool{}
	for _, e := range set.Unused(verdicts(sessions)) {
		idle[report.ExpectationOf(e).ID()] = true
	}
	for _, e := range set.Entries() {
		if id := report.ExpectationOf(e).ID(); !idle[id] {
			p.Met = append(p.Met, id)
		}
	}
	return p
}
