package main

import (
	"fmt"

	"github.com/webrtc-rink/rink/harness/run"
)

const description = `Rink brings up two WebRTC peers, carries their signalling, and grades what each of them does
against the clauses of the standards.

  rink run                              pion <-> Chrome, every scenario
  rink run --pairs 'pion->chrome' --scenarios 'trickle-*'
  rink run --expectations none          what deviates fails, known or not
  rink run --peer mine=./my-agent       with a peer of your own
  rink run --shard 1/4                  a quarter, to be played beside the others
  rink merge RUN RUN RUN RUN            the four of them as one report
  rink serve                            the runs in a browser, live, and their history
  rink explain CAND-002                 what a requirement asks, and where it is written
  rink check trace.jsonl                a recorded session graded again, without a peer
  rink diff OLD NEW                     what changed between two reports
  rink upgrade --from v3.2.40 --to v3.3.6   what changes when pion changes
  rink report RUN --anonymise --out COPY    a copy that can go on a public issue
  rink peer lint -- ./my-agent          does a peer of your own keep the contract?
  rink doctor                           what is installed, what is missing, how to get it

A run leaves its report in reports/out/latest.

Exit codes: 0 no unexpected deviation; 1 a peer fails, or an expectation is stale or unused;
2 the harness or the environment broke, or the run is incomplete; 3 nothing was judged;
64 what was given on the command line cannot be used.

Environment: RINK_CHROME (browser to run), RINK_CHROME_URL (DevTools URL of a running one),
RINK_TIMEOUT_SCALE (multiplies every timeout; 3 on a slow machine), NO_COLOR.`

// cli is the command line. Help shows the groups in the order of their first command.
type cli struct {
	Run     runCmd     `cmd:"" group:"Play:" help:"Run sessions between peers, grade them and write the report."`
	Upgrade upgradeCmd `cmd:"" group:"Play:" help:"Tell what changes when pion changes: build two versions, play both, compare."`
	Bisect  bisectCmd  `cmd:"" group:"Play:" help:"Find the release, the module and the commit of pion that changed something."`

	Serve   serveCmd   `cmd:"" group:"Read:" help:"Show the runs in a browser, on this machine alone: live, and over time."`
	Report  reportCmd  `cmd:"" group:"Read:" help:"Write the views of a report again, compare it with a baseline, or anonymise a copy of it."`
	Explain explainCmd `cmd:"" group:"Read:" help:"Explain a requirement: what it asks, where it is written, what graded it."`
	List    listCmd    `cmd:"" group:"Read:" help:"List checks, scenarios, peers or pairs."`
	Check   checkCmd   `cmd:"" group:"Read:" help:"Grade recorded traces again. No peer is needed."`
	SDP     sdpCmd     `cmd:"" group:"Read:" name:"sdp" help:"Compare two session descriptions by what they mean."`

	Diff     diffCmd     `cmd:"" group:"Compare:" help:"Compare two reports: what regressed, what is fixed, what is flaky."`
	Baseline baselineCmd `cmd:"" group:"Compare:" help:"Write the compact form of reports, to be committed."`
	History  historyCmd  `cmd:"" group:"Compare:" help:"Write a page that shows a folder of baselines."`

	Merge     mergeCmd     `cmd:"" group:"In CI:" help:"Put the shards of a run together, or runs of different pairs or scenarios."`
	Durations durationsCmd `cmd:"" group:"In CI:" help:"Write how long the sessions of runs took, by which --shard splits."`
	Validate  validateCmd  `cmd:"" group:"In CI:" help:"Validate a report.json, or a baseline, against the published schema."`

	Doctor  doctorCmd  `cmd:"" group:"Tools:" help:"Say what is installed and what is missing."`
	Peer    peerCmd    `cmd:"" group:"Tools:" help:"Try a peer of your own."`
	Mutants mutantsCmd `cmd:"" group:"Tools:" help:"Prove the rule book: every check can go red, none does without a cause."`
	Netns   netnsCmd   `cmd:"" group:"Tools:" help:"Run a command in a private network."`
	Version versionCmd `cmd:"" group:"Tools:" help:"Print the version."`
}

type versionCmd struct{}

// Run implements the command.
func (versionCmd) Run(s streams) error {
	_, err := fmt.Fprintln(s.out, "rink", run.Version())
	return err
}
