package run

import (
	"iter"
	"os"
	"path/filepath"
	"runtime"
	"runtime/debug"
	"slices"
	"strings"
	"time"

	"github.com/webrtc-rink/rink/harness/check"
	"github.com/webrtc-rink/rink/harness/expect"
	"github.com/webrtc-rink/rink/harness/netlab"
	"github.com/webrtc-rink/rink/harness/peer"
	"github.com/webrtc-rink/rink/harness/report"
	"github.com/webrtc-rink/rink/harness/report/anonymise"
	"github.com/webrtc-rink/rink/harness/report/files"
	"github.com/webrtc-rink/rink/harness/scenario"
	"github.com/webrtc-rink/rink/harness/trace"
)

// Plan is what a run is asked to do.
type Plan struct {
	Roster           Roster
	Pairs            []Pair
	Scenarios        []scenario.Scenario
	Checks           []check.Check
	Expectations     expect.Set
	ExpectationsFrom string // directory, or none
	// Filter says what narrowed the run down, as on the command line; a run
	// without one tells which expectations are of no use.
	Filter   string
	Seed     int64
	Network  netlab.Info
	Timeouts scenario.Timeouts
	Command  []string
	Parallel int
	FailFast bool
	Out      string // the run's folder is made below it
	Notes    []string
	Pack     bool // compress the traces of sessions that are not red
	// Anonymise leaves no private value in the run's folder; nil leaves all.
	Anonymise *anonymise.Mapper
	// Since leaves out what earlier runs had green; nil leaves nothing out.
	Since *Since
	// Baseline are runs to compare with: the report says what changed, and the pages of
	// sessions what was said then, as far as there are traces. None: nothing.
	Baseline []files.Baseline
	// Shard is the part of the plan that is played, see Split; nil is all of it.
	Shard     *Shard
	Durations Durations // by which the plan is split
}

// Outcome is what came of a plan.
type Outcome struct {
	Started    time.Time
	Incomplete string // why the run did not do all of it; empty: it did
	FailedFast bool   // it stopped at its first failure, as it was asked to
	Sessions   []Session
	LeftOut    int // sessions that Plan.Since left out
	// Peers adds what peers said of themselves that no session brought up.
	Peers []peer.Description
}

// BuildReport makes the report of a run in its folder.
func BuildReport(p Plan, f Folder, o Outcome) *report.Report {
	in := report.Input{
		Run: report.Run{
			ID: f.ID, Seed: p.Seed, Command: p.Command, StartedAt: o.Started,
			DurationMs: float64(time.Since(o.Started).Microseconds()) / 1000,
			Complete:   o.Incomplete == "", IncompleteReason: o.Incomplete, FailedFast: o.FailedFast, Filter: p.Filter,
			Network: string(p.Network.Network), NetworkInfo: strings.Join(p.Network.Notes, "; "),
			TimeoutScale: p.Timeouts.Scale, Expectations: p.ExpectationsFrom, ExpectationsSHA256: contentOf(p.Expectations),
			Shard: p.shard(),
		},
		Generator:   report.Generator{Name: "rink", Version: Version()},
		Environment: environment(p.Network),
		Peers:       o.Peers,
		Notes:       slices.Clone(p.Notes),
	}
	if p.Since != nil {
		in.Run.Since = p.Since.partial(o.LeftOut)
	}
	for _, e := range p.Roster {
		if e.Own != "" {
			if in.Run.OwnPeers == nil {
				in.Run.OwnPeers = map[string]string{}
			}
			in.Run.OwnPeers[e.ID] = e.Own
		}
	}
	for _, c := range p.Checks {
		in.Requirements = append(in.Requirements, c.Requirement)
	}
	for _, q := range check.Requirements() {
		if q.State() == check.Unobservable {
			in.Unobservable = append(in.Unobservable, q)
		}
	}
	for _, s := range p.Scenarios {
		in.Scenarios = append(in.Scenarios, report.Scenario{Name: s.Name, Family: s.Family, Title: s.Title, Traits: s.Traits})
	}
	for _, s := range o.Sessions {
		in.Sessions = append(in.Sessions, sessionInput(s, f))
	}
	// A session that broke puts nothing to the proof.
	broke := slices.ContainsFunc(o.Sessions, func(s Session) bool { return s.End.Result == trace.EndError })
	whole := p.Filter == "" && p.Since == nil
	switch {
	case whole && p.Shard != nil:
		in.Run.Proof = proof(p.Expectations, o.Sessions)
	case whole && in.Run.Complete && !broke:
		in.Unused = unused(p.Expectations, o.Sessions)
	}
	return report.Build(in)
}

func sessionInput(s Session, f Folder) report.SessionInput {
	in := report.SessionInput{
		Header: s.Header, End: s.End, SHA256: s.SHA256, StartedAt: s.Started, Verdicts: s.Verdicts, Stages: s.Stages,
		Duration: time.Duration(s.End.DurationMs * float64(time.Millisecond)),
		Timing: report.Timing{
			PeersMs: s.End.PeersMs,
			RinkMs:  max(0, s.End.DurationMs-s.End.PeersMs) + float64(s.Grading.Microseconds())/1000,
		},
	}
	if s.Trace != "" {
		if rel, err := filepath.Rel(f.Dir, s.Trace); err == nil {
			in.Trace = filepath.ToSlash(rel)
		}
	}
	return in
}

// unused lists the expectations that concern pairs of the run and that no session
// put to the proof.
func unused(set expect.Set, sessions []Session) []*expect.Entry {
	entries := set.Unused(verdicts(sessions))
	return slices.DeleteFunc(entries, func(e *expect.Entry) bool {
		return !slices.ContainsFunc(sessions, func(s Session) bool {
			return e.Concerns(s.Header.Offerer, s.Header.Answerer) || e.Concerns(s.Header.Answerer, s.Header.Offerer)
		})
	})
}

func verdicts(sessions []Session) iter.Seq[expect.Verdict] {
	return func(yield func(expect.Verdict) bool) {
		for _, s := range sessions {
			for _, v := range s.Verdicts {
				if !yield(v) {
					return
				}
			}
		}
	}
}

// Version is Rink's own version as the binary knows it.
func Version() string {
	info, ok := debug.ReadBuildInfo()
	if !ok || info.Main.Version == "" {
		return "(devel)"
	}
	return info.Main.Version
}

func environment(network netlab.Info) report.Environment {
	e := report.Environment{
		Go: runtime.Version(), OS: runtime.GOOS, Arch: runtime.GOARCH, CPUs: runtime.NumCPU(), CI: ciName(),
	}
	if release, err := os.ReadFile("/proc/sys/kernel/osrelease"); err == nil {
		e.Kernel = strings.TrimSpace(string(release))
	}
	for _, i := range network.Interfaces {
		e.Interfaces = append(e.Interfaces, report.Interface{Name: i.Name, Addrs: i.Addresses})
	}
	return e
}

// ciName recognises CI systems by the variables that they document.
func ciName() string {
	for _, known := range [][2]string{
		{"GITHUB_ACTIONS", "GitHub Actions"},
		{"GITLAB_CI", "GitLab CI"},
		{"CIRCLECI", "CircleCI"},
		{"BUILDKITE", "Buildkite"},
		{"JENKINS_URL", "Jenkins"},
		{"CI", "CI"},
	} {
		if v := os.Getenv(known[0]); v != "" && v != "false" {
			return known[1]
		}
	}
	return ""
}
