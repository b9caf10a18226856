package main

import (
	"fmt"

	"github.com/webrtc-rink/rink/harness/run"
)

const description = `Rink brings up two WebRTC peers, carries their signalling, and grades what each of them does
against the clauses of the standards.

  rink run                          pion <-> Chrome, every scenario; the report is in reports/out/latest
  rink run --pairs 'pion->chrome' --scenarios 'trickle-*'
  rink run --expectations none      what deviates fails, known or not
  rink explain CAND-002             what a requirement asks, and where it is written
  rink check trace.jsonl            grade a recorded session again; needs no peer
  rink diff OLD NEW                 what changed between two reports
  rink run --shard 1/4              a quarter of a run, to be played beside the others
  rink merge RUN RUN RUN RUN        the four of them as one report
  rink upgrade --from v3.2.40 --to v3.3.6   what changes when pion changes
  rink peer lint -- ./my-agent      try a peer of your own: does it keep the contract?
  rink run --peer mine=./my-agent   let it take part
  rink doctor                       what is installed, what is missing, how to get it

Exit codes: 0 no unexpected deviation; 1 a peer fails, or an expectation is stale or unused;
2 the harness or the environment broke, or the run is incomplete; 3 nothing was judged;
64 what was given on the command line cannot be used.

Environment: RINK_CHROME (browser to run), RINK_CHROME_URL (DevTools URL of a running one),
RINK_TIMEOUT_SCALE (multiplies every timeout; 3 on a slow machine), NO_COLOR.`

// cli is the command line.
type cli struct {
	Run       runCmd       `cmd:"" help:"Run sessions between peers, grade them and write the report."`
	List      listCmd      `cmd:"" help:"List checks, scenarios, peers or pairs."`
	Explain   explainCmd   `cmd:"" help:"Explain a requirement: what it asks, where it is written, what graded it."`
	Check     checkCmd     `cmd:"" help:"Grade recorded traces again. No peer is needed."`
	SDP       sdpCmd       `cmd:"" name:"sdp" help:"Compare two session descriptions by what they mean."`
	Report    reportCmd    `cmd:"" help:"Write the views of a report (HTML, Markdown, JUnit, badge) again."`
	Diff      diffCmd      `cmd:"" help:"Compare two reports: what regressed, what is fixed, what is flaky."`
	Merge     mergeCmd     `cmd:"" help:"Put the shards of a run together, or runs of different pairs or scenarios."`
	Upgrade   upgradeCmd   `cmd:"" help:"Tell what changes when pion changes: build two versions, play both, compare."`
	Baseline  baselineCmd  `cmd:"" help:"Write the compact form of reports, to be committed."`
	History   historyCmd   `cmd:"" help:"Write a page that shows a folder of baselines."`
	Durations durationsCmd `cmd:"" help:"Write how long the sessions of runs took, by which --shard splits."`
	Bisect    bisectCmd    `cmd:"" help:"Find the release, the module and the commit of pion that changed something."`
	Validate  validateCmd  `cmd:"" help:"Validate a report.json, or a baseline, against the published schema."`
	Mutants   mutantsCmd   `cmd:"" help:"Prove the rule book: every check can go red, none does without a cause."`
	Peer      peerCmd      `cmd:"" help:"Try a peer of your own."`
	Doctor    doctorCmd    `cmd:"" help:"Say what is installed and what is missing."`
	Netns     netnsCmd     `cmd:"" help:"Run a command in a private network."`
	Version   versionCmd   `cmd:"" help:"Print the version."`
}

type versionCmd struct{}

// Run implements the command.
func (versionCmd) Run(s streams) error {
	_, err := fmt.Fprintln(s.out, "rink", run.Version())
	return err
}
