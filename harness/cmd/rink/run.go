package main

import (
	"errors"
	"fmt"
	"os"
	"slices"
	"strings"

	"github.com/webrtc-rink/rink/harness/netlab"
	"github.com/webrtc-rink/rink/harness/peer/pion"
	"github.com/webrtc-rink/rink/harness/report"
	"github.com/webrtc-rink/rink/harness/report/anonymise"
	"github.com/webrtc-rink/rink/harness/report/github"
	"github.com/webrtc-rink/rink/harness/run"
)

type runCmd struct {
	Peers     string   `group:"What is played:" xor:"pairs" placeholder:"A,B" help:"Peers that meet each other, every ordered pair; all: every peer that can be run, each also with itself (default: pion,chrome; with --peer pion and those)."`
	Peer      []string `group:"What is played:" sep:"none" placeholder:"NAME=COMMAND" help:"A peer of your own: a program that speaks the agent protocol. Repeatable."`
	Pairs     string   `group:"What is played:" xor:"pairs" placeholder:"A->B,..." help:"Directed pairs, in the place of --peers; globs work: 'pion->*'."`
	Since     []string `group:"What is played:" sep:"none" placeholder:"REPORT" help:"Play only what is new since that report.json (or folder of a run), or was not green there. Repeatable."`
	Shard     string   `group:"What is played:" placeholder:"I/N" help:"Play the I-th of N parts of the run, from 1; auto: which one the environment tells. rink merge puts them together."`
	Durations string   `group:"What is played:" placeholder:"REPORT" help:"With --shard: a report.json (or folder of a run) by whose durations the run is split (default: those that come with Rink)."`
	FailFast  bool     `group:"How it is played:" help:"Stop at the first session that is red."`
	sessionFlags
	baselineFlags
	Anonymise bool `group:"What is told:" help:"Leave a report and traces without addresses, names of hosts and users, and credentials."`
}

// Help is what `rink run --help` says beyond the flags.
func (runCmd) Help() string {
	return `A run plays every scenario between every pair, several sessions at a time. Each session leaves a trace, which is
graded by every requirement that applies to it, for each end on its own. A deviation that a reviewed expectation explains
is known and does not make the run fail; it is always shown.

--peer adds a program that speaks the agent protocol (harness/peer/agent/PROTOCOL.md). Its command is split at spaces, and
nothing in it is quoted or expanded: for more, write a script.

--since leaves out a session that was green in an earlier run, if that run had the same pair, scenario and network, both peers
in the same version, the same Rink and at least the same requirements, and only expectations that are still there. Of several
reports the newest that has the session counts. A program that changes and keeps its version is taken for the same; an
expectation that is new is not put to the proof by what is left out. The report says how much was left out, and is of the rest
alone: its verdict and exit code too, and no expectation counts as unused. With nothing left to play the exit code is 0.

--baseline compares with earlier runs, as rink diff does: the report begins with what changed. Peers are matched by their id
without the version (pion@v3.2.40 and pion), else by their implementation; a requirement, scenario, pair or peer that one side
alone has is counted and not compared. The comparison alone does not change the exit code: with --fail-on-regression whatever
regressed does, also if an expectation excuses it, and also if it is not sure: a run plays each session once, which does not
tell a change from a flake. rink upgrade plays what differs again, until it is sure. What shards played is compared once it is
merged: rink report FOLDER --baseline.

--shard I/N plays one of N parts, which share nothing but the command line: in each process, on whatever machine, the run is
split in the same way. The parts are even by recorded durations, longest first: of a session the first second counts in full
and what is beyond it by an eighth, since that is mostly waited on purpose, beside others. All parts need the same --seed and
the same --durations; without --seed it follows from the plan. Verdict and exit code of a part are of that part alone, only
the whole tells which expectations are unused, and a part with nothing to play exits with 0. --shard auto reads, of these,
what is set:

` + run.ShardVariables() + `
The run's folder has report.html to read, with pages of pairs and sessions beside it; report.json for programs; summary.md and
comment.md for pull requests; junit.xml and ctrf.json for CI systems; badge.json and badge.svg; progress.jsonl, which rink serve
follows; and the traces. In a run of more than 200 sessions the traces of those that are not red are compressed (.jsonl.gz);
rink check reads them too. On GitHub Actions the step gets a summary and annotations; those of a shard are of that shard alone.

` + anonymiseHelp + ` With rink run --anonymise the traces and progress.jsonl are as recorded until the run ends, interrupted or not, and its folder
is gone if it cannot be anonymised then; what is said of each session meanwhile is as it is. Of a --baseline it has what changed,
and not what its traces say.`
}

// Run implements the command.
func (c *runCmd) Run(s streams, args []string) error {
	plan, err := c.plan(args)
	if err != nil {
		return usage(err)
	}
	notes, moved, err := c.network(s, args)
	if moved || err != nil {
		return err
	}
	plan.Notes = append(plan.Notes, notes...)
	plan.Network = netlab.Describe()
	if err := available(plan); err != nil {
		return err
	}
	ctx, stop := interruptible()
	defer stop()
	p := newProgress(s.out, c.Verbose)
	p.start(plan)
	r, folder, err := run.Execute(ctx, plan, run.Progress{Log: p.log, Note: p.note, Session: p.session})
	if r == nil {
		return err
	}
	p.finish(r, folder)
	if plan.Anonymise != nil {
		err = errors.Join(err, writeAnonymised(s.out, folder.Dir, plan.Anonymise))
	}
	if github.Active() {
		err = errors.Join(err, github.Publish(r, s.out))
	}
	if err != nil {
		return exit{report.ExitError, err}
	}
	if code := c.code(r); code != report.ExitOK {
		return exit{code: code}
	}
	return nil
}

// plan turns the flags into a plan. Errors are about what was given.
func (c *runCmd) plan(args []string) (run.Plan, error) {
	roster, err := c.roster()
	if err != nil {
		return run.Plan{}, err
	}
	p, err := c.sessionFlags.plan(roster, args)
	errs := [5]error{err}
	p.FailFast, p.Filter = c.FailFast, c.filter()
	if c.Peers == everyPeer {
		_, p.Notes = roster.Available()
	}
	p.Pairs, errs[1] = c.pairs(roster)
	if len(c.Since) > 0 {
		p.Since, errs[2] = run.ReadSince(c.Since)
	}
	if c.Anonymise {
		p.Anonymise = anonymise.New(run.Machine())
	}
	p.Pack = len(p.Pairs)*len(p.Scenarios) > packAbove
	shard, durations, err := c.shard()
	errs[3] = err
	if errs[1] == nil {
		errs[4] = c.baselineFlags.read(&p, shard != nil)
	}
	if shard != nil && errors.Join(errs[:]...) == nil {
		p.Seed = c.Seed // a drawn one would be another in each shard
		p = p.Split(*shard, durations)
	}
	return p, errors.Join(errs[:]...)
}

// shard reads which part of the run it is to be; nil is all of it.
func (c *runCmd) shard() (*run.Shard, run.Durations, error) {
	if c.Shard == "" {
		if c.Durations != "" {
			return nil, run.Durations{}, errors.New("--durations says how a run is split, which --shard I/N asks for")
		}
		return nil, run.Durations{}, nil
	}
	var shard run.Shard
	var err1, err2 error
	var durations run.Durations
	if c.Shard == "auto" {
		shard, err1 = run.ShardFrom(os.Getenv)
	} else {
		shard, err1 = run.ParseShard(c.Shard)
	}
	if err1 != nil {
		err1 = fmt.Errorf("--shard %s: %w", c.Shard, err1)
	}
	if c.Durations == "" {
		durations, err2 = run.BuiltinDurations()
	} else if durations, err2 = run.ReadDurations(c.Durations); err2 != nil {
		err2 = fmt.Errorf("--durations: %w", err2)
	}
	return &shard, durations, errors.Join(err1, err2)
}

// packAbove is how many sessions a run has whose traces people still look through:
// 200 take 10 MB, and a matrix of twelve peers 270 MB.
const packAbove = 200

// allPeers are those that come with the program, and those of the checkout that
// it is run in.
func allPeers() (run.Roster, error) {
	agents, err := run.Agents(run.PeersDir)
	return append(run.Builtin(), agents...), err
}

// roster is what comes with Rink and the user's own.
func (c *runCmd) roster() (run.Roster, error) {
	roster, err := allPeers()
	errs := []error{err}
	for _, given := range c.Peer {
		entry, err := run.ParseAgent(given)
		switch {
		case err != nil:
			errs = append(errs, fmt.Errorf("--peer %q: %w", given, err))
		case slices.Contains(roster.IDs(), entry.ID):
			errs = append(errs, fmt.Errorf("--peer %q: there is a peer %s already", given, entry.ID))
		default:
			roster = append(roster, entry)
		}
	}
	return roster, errors.Join(errs...)
}

func (c *runCmd) pairs(roster run.Roster) ([]run.Pair, error) {
	if c.Pairs != "" {
		return run.SelectPairs(roster, c.Pairs)
	}
	if c.Peers == "" && len(c.Peer) > 0 {
		own := roster.IDs()[len(roster)-len(c.Peer):]
		return run.Ordered(append([]string{pion.DefaultID}, own...), false), nil
	}
	if c.Peers == "" {
		return run.DefaultPairs(), nil
	}
	if c.Peers == everyPeer {
		there, _ := roster.Available()
		return run.Ordered(there.IDs(), true), nil
	}
	return run.SelectPeers(roster, c.Peers)
}

// everyPeer stands for all peers that can be run here, each also with itself.
const everyPeer = "all"

// filter says what narrowed the run down, in the words of the command line.
func (c *runCmd) filter() string {
	var parts []string
	peers := c.Peers
	if peers == everyPeer {
		peers = "" // what is not installed is said apart
	}
	for _, f := range [][2]string{
		{"--peers", peers},
		{"--pairs", c.Pairs},
		{"--scenarios", c.Scenarios},
		{"--checks", c.Checks},
		{"--since", strings.Join(c.Since, "' --since '")},
	} {
		if f[1] != "" {
			parts = append(parts, fmt.Sprintf("%s '%s'", f[0], f[1]))
		}
	}
	return strings.Join(parts, " ")
}

// available says which peers of the plan cannot be had.
func available(p run.Plan) error {
	var errs []error
	seen := map[string]bool{}
	pairs, _ := p.Share()
	for _, pair := range pairs {
		for _, id := range []string{pair.Offerer, pair.Answerer} {
			if seen[id] {
				continue
			}
			seen[id] = true
			entry, err := p.Roster.ByID(id)
			if err == nil {
				err = entry.Available()
			}
			if err != nil {
				errs = append(errs, fmt.Errorf("peer %s: %w", id, err))
			}
		}
	}
	if len(errs) == 0 {
		return nil
	}
	return exit{report.ExitError, fmt.Errorf("nothing was run: %w", errors.Join(errs...))}
}
