package upgrade

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"time"

	"github.com/webrtc-rink/rink/harness/compare"
	"github.com/webrtc-rink/rink/harness/report"
	"github.com/webrtc-rink/rink/harness/run"
	"github.com/webrtc-rink/rink/harness/scenario"
)

// Gate is an upgrade that is to be judged.
type Gate struct {
	From, To Subject
	// Names are the two in words; empty: as the subjects have it.
	Names [2]string
	// FromAgent and ToAgent are what was built of them.
	FromAgent, ToAgent string
	// Against are the peers that both meet, in both directions. The two meet each
	// other, too.
	Against []string
	// Repeat is how often everything is played; what differs is played again after
	// that. Zero is once.
	Repeat int
	// Budget bounds the time after which nothing is played again: what is not sure
	// by then is said to be undecided. Zero is DefaultBudget.
	Budget time.Duration
	// Plan has the roster, checks, expectations, timeouts and the rest that a run
	// needs. Its pairs are made here.
	Plan run.Plan
}

// DefaultBudget is enough for some hundred sessions on two processors.
const DefaultBudget = 5 * time.Minute

// maxRounds bounds how often what differs is played again, whatever the budget.
const maxRounds = 12

// Progress is told how the gate goes on.
type Progress struct {
	// Round begins: what is played, and why.
	Round   func(name string, sessions int)
	Session func(s run.Session, done, total int)
	Log     func(peer, text string)
}

// ids of the two in the roster. A version against itself has two of the same name.
func (g Gate) ids() (from, to string) {
	from, to = filepath.Base(g.FromAgent), filepath.Base(g.ToAgent)
	if from == to {
		to += "+again"
	}
	return from, to
}

// Run plays both versions and compares them. The answer is there even where the
// error says that a part could not be played or written.
func (g Gate) Run(ctx context.Context, progress Progress) (*Answer, error) {
	folder, err := run.NewFolder(g.Plan.Out)
	if err != nil {
		return nil, err
	}
	from, to := g.ids()
	plan := g.Plan
	plan.Roster = append(slices.Clone(plan.Roster), entry(from, g.FromAgent), entry(to, g.ToAgent))
	plan.Pairs = pairs(from, to, g.Against)
	plan.Out = folder.Dir
	if plan.Parallel == 0 { // three versions of sessions that wait for their own timers
		plan.Parallel = 2 * run.DefaultParallel()
	}
	f := &field{
		plan: plan, from: from, to: to, between: fmt.Sprintf("from pion %s to %s", g.name(0), g.name(1)), progress: progress,
		runner: run.NewRunner(plan, run.Folder{}, progress.Log), prints: newPrints(from, to),
	}
	started := time.Now()
	err = f.play(ctx, g.Repeat)
	diff := f.compare()
	for round := 1; err == nil && len(diff.Undecided()) > 0; round++ {
		// What regressed is always played once more, however long the first run took.
		if spent := time.Since(started); round > maxRounds || round > 1 && spent > g.budget() {
			diff.Notes = append(diff.Notes, fmt.Sprintf("what is not sure was not played again after %d rounds and %s: the budget is %v and %d rounds",
				round, spent.Round(time.Second), g.budget(), maxRounds))
			break
		}
		err = f.again(ctx, fmt.Sprintf("round %d", round+1), diff.Undecided())
		diff = f.compare()
	}
	err = errors.Join(err, f.runner.Pool.Close())
	a := g.answer(folder, diff, f)
	return a, errors.Join(err, a.write())
}

// name is a version in words.
func (g Gate) name(i int) string { return cmp.Or(g.Names[i], []Subject{g.From, g.To}[i].String()) }

func (g Gate) budget() time.Duration {
	if g.Budget > 0 {
		return g.Budget
	}
	return DefaultBudget
}

// pairs are both versions with each opponent in both directions, both with each
// other, and the old one with itself, which is what the two with each other are
// compared with.
func pairs(from, to string, against []string) []run.Pair {
	var all []run.Pair
	for _, other := range against {
		all = append(all,
			run.Pair{Offerer: from, Answerer: other}, run.Pair{Offerer: to, Answerer: other},
			run.Pair{Offerer: other, Answerer: from}, run.Pair{Offerer: other, Answerer: to},
		)
	}
	return append(all, run.Pair{Offerer: from, Answerer: from}, run.Pair{Offerer: from, Answerer: to}, run.Pair{Offerer: to, Answerer: from})
}

// field is where the versions are played.
type field struct {
	plan     run.Plan
	from, to string
	between  string      // what differs, in words
	runner   *run.Runner // its pool serves all rounds
	progress Progress
	prints   *prints
	sides    [2][]report.Report // old and new
	rounds   []string           // folders
}

// play plays everything so many times.
func (f *field) play(ctx context.Context, times int) error {
	jobs := run.Jobs(f.plan.Pairs, f.plan.Scenarios)
	for i := range max(1, times) {
		if err := f.round(ctx, fmt.Sprintf("run %d", i+1), jobs); err != nil {
			return err
		}
	}
	return nil
}

// again plays what is not sure, as often as is asked for.
func (f *field) again(ctx context.Context, name string, repeats []compare.Repeat) error {
	for left := 0; ; left++ {
		var jobs []run.Job
		seen := map[string]bool{}
		for _, r := range repeats {
			if r.Runs <= left {
				continue
			}
			sc, ok := scenario.ByName(r.Scenario)
			if !ok {
				continue // of a report that others made
			}
			for _, pair := range pairsOf(r) {
				if job := (run.Job{Pair: pair, Scenario: sc}); !seen[job.ID()] {
					seen[job.ID()] = true
					jobs = append(jobs, job)
				}
			}
		}
		if len(jobs) == 0 {
			return nil
		}
		if err := f.round(ctx, name, jobs); err != nil {
			return err
		}
	}
}

// round plays jobs once and adds what came of them to both sides.
func (f *field) round(ctx context.Context, name string, jobs []run.Job) error {
	folder := run.FolderOf(f.plan.Out, fmt.Sprintf("round-%d", len(f.rounds)+1))
	if err := os.MkdirAll(folder.Traces, 0o755); err != nil { //nolint:gosec // reports are for everybody
		return err
	}
	f.rounds = append(f.rounds, folder.Dir)
	if f.progress.Round != nil {
		f.progress.Round(name, len(jobs))
	}
	outcome := run.Outcome{Started: time.Now()}
	f.runner.TraceDir = folder.Traces
	err := f.runner.Run(ctx, jobs, func(s run.Session) {
		outcome.Sessions = append(outcome.Sessions, s)
		if f.progress.Session != nil {
			f.progress.Session(s, len(outcome.Sessions), len(jobs))
		}
	})
	if err != nil {
		outcome.Incomplete = err.Error()
	}
	for _, d := range f.runner.Pool.Descriptions() {
		outcome.Peers = append(outcome.Peers, d)
	}
	f.add(folder, outcome)
	_, left := run.Leave(f.plan, folder, outcome)
	return errors.Join(err, left, f.prints.add(outcome.Sessions))
}
