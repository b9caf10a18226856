// Package seed is the story that Rink began with, as specs: a client in Python
// failed where the browser's own connected, since nobody had waited for ICE
// gathering and the candidates had neither sdpMid nor sdpMLineIndex. Each peer
// makes these two mistakes towards a browser, and does not connect; mended by what
// harness/repair does, it connects. That is so for a browser as well: the mistakes
// are an application's, and no peer is graded by them.
//
// The situations, and why the browser's own candidates are withheld in all of
// them, are in scenario.Seed.
package seed

import (
	"cmp"
	"errors"
	"fmt"
	"slices"
	"testing"
	"time"

	. "github.com/onsi/ginkgo/v2" //nolint:revive // as Ginkgo's specs are written
	. "github.com/onsi/gomega"    //nolint:revive // as Gomega's assertions are written

	"github.com/webrtc-rink/rink/harness/check"
	"github.com/webrtc-rink/rink/harness/netlab"
	"github.com/webrtc-rink/rink/harness/peer/chrome"
	"github.com/webrtc-rink/rink/harness/peer/pion"
	"github.com/webrtc-rink/rink/harness/run"
	"github.com/webrtc-rink/rink/harness/scenario"
	"github.com/webrtc-rink/rink/harness/trace"
)

// Options say who plays. The zero value is pion and Chrome, each with Chrome.
type Options struct {
	// Roster is the peers that there are; nil is run.Builtin().
	Roster run.Roster
	// Peers make the mistakes, by id, and must be there; nil is pion and chrome.
	Peers []string
	// Others do so where they are installed, and are skipped where not.
	Others []string
	// Opponent is the browser that each of them meets; empty is chrome. One that
	// takes candidates without sdpMid and sdpMLineIndex turns the specs red.
	Opponent string
	// Expectations is a directory, run.ExpectBuiltin (as is "") or run.ExpectNone:
	// what is known of the peers where they ought to connect.
	Expectations string
	// Out is where the run's folder with its traces is made; empty is
	// reports/out/seed.
	Out string
	// Show takes the table when all has been played; nil leaves it.
	Show func(Table)
}

// family is the specs of one test binary and what they share.
type family struct {
	Options
	plan   run.Plan
	runner *run.Runner // set when the run begins
}

// DefaultPeers are those that always play.
func DefaultPeers() []string { return []string{pion.DefaultID, chrome.DefaultID} }

// connected is the requirement that what works is judged by: both ends report a
// connection, name the same selected pair and have the other's message.
const connected = "CONN-001"

// newFamily checks the options. The error joins all that is wrong with them.
func newFamily(o Options) (*family, error) {
	if o.Roster == nil {
		o.Roster = run.Builtin()
	}
	if o.Peers == nil {
		o.Peers = DefaultPeers()
	}
	o.Opponent, o.Out = cmp.Or(o.Opponent, chrome.DefaultID), cmp.Or(o.Out, "reports/out/seed")
	timeouts, err := scenario.TimeoutsFromEnv()
	errs := []error{err}
	checks, err := check.Select(connected)
	errs = append(errs, err)
	expected, err := run.LoadExpectations(cmp.Or(o.Expectations, run.ExpectBuiltin), o.Roster)
	errs = append(errs, err)
	for _, id := range slices.Concat(o.Peers, o.Others, []string{o.Opponent}) {
		_, err := o.Roster.ByID(id)
		errs = append(errs, err)
	}
	return &family{Options: o, plan: run.Plan{
		Roster: o.Roster, Timeouts: timeouts, Checks: checks, Expectations: expected, Seed: time.Now().UnixNano() % 1_000_000, Network: netlab.Describe(),
	}}, errors.Join(errs...)
}

// Run registers the family and runs it. A test binary can call it once, and not
// beside suites.Run.
func Run(t *testing.T, o Options) {
	t.Helper()
	f, err := newFamily(o)
	if err != nil {
		t.Fatalf("seed: %v", err)
	}
	f.lifecycle()
	Describe("the case that Rink began with", Label("seed"), func() {
		for _, id := range f.Peers {
			f.peer(id, Fail)
		}
		for _, id := range f.Others {
			f.peer(id, Skip)
		}
	})
	RegisterFailHandler(Fail)
	config, reporter := GinkgoConfiguration()
	config.FailOnEmpty = true
	RunSpecs(t, "Seed", config, reporter)
}

// lifecycle registers what happens before and after the specs.
func (f *family) lifecycle() {
	SynchronizedBeforeSuite(func() []byte {
		folder, err := run.NewFolder(f.Out)
		Expect(err).NotTo(HaveOccurred())
		return []byte(folder.ID)
	}, func(id []byte) {
		f.runner = run.NewRunner(f.plan, run.FolderOf(f.Out, string(id)), func(peer, text string) { GinkgoWriter.Printf("%s: %s\n", peer, text) })
	})
	SynchronizedAfterSuite(func() {
		if f.runner != nil {
			Expect(f.runner.Pool.Close()).To(Succeed())
		}
	}, func() {})
	ReportAfterSuite("table", func(r Report) {
		table, err := tableOf(f.Opponent, slices.Concat(f.Peers, f.Others), r.SpecReports)
		Expect(err).NotTo(HaveOccurred())
		if f.Show != nil {
			f.Show(table)
		}
	})
}

// peer registers all situations of one peer in both roles. They are played
// together: what takes time in them is waiting. absent is what happens where the
// peer is not installed.
func (f *family) peer(id string, absent func(string, ...int)) {
	Context(id, Ordered, ContinueOnFailure, Label(slices.Compact([]string{id, f.Opponent})...), func() {
		var accounts map[string]account
		BeforeAll(func(ctx SpecContext) {
			entry, err := f.Roster.ByID(id)
			Expect(err).NotTo(HaveOccurred())
			if err := entry.Available(); err != nil {
				note(entryAbsent, absence{Peer: id, Reason: err.Error()})
				absent(fmt.Sprintf("%s: %v", id, err))
			}
			accounts, err = f.play(ctx, id)
			Expect(err).NotTo(HaveOccurred())
		})
		for _, side := range trace.Sides() {
			Context(fmt.Sprintf("as %s to %s", side, f.Opponent), func() {
				for i, sc := range scenario.Seed(side) {
					It(sentence(sc), func() {
						a := accounts[sc.Name]
						note(entryCell, a.cell(i))
						a.mustHaveRun()
						situations[i].judge(a)
					})
				}
			})
		}
	})
}

// sentence says what the peer does and what comes of it.
func sentence(sc scenario.Scenario) string {
	if sc.Course == scenario.Apart {
		return "does not connect when it " + sc.Title
	}
	return "connects when it " + sc.Title
}

// play runs the sessions of one peer with the opponent, in both roles, and returns
// an account of each by the scenario's name.
func (f *family) play(ctx SpecContext, id string) (map[string]account, error) {
	var jobs []run.Job
	senders := map[string]trace.Side{}
	for _, side := range trace.Sides() {
		pair := run.Pair{Offerer: id, Answerer: f.Opponent}
		if side == trace.Answerer {
			pair = run.Pair{Offerer: f.Opponent, Answerer: id}
		}
		for _, sc := range scenario.Seed(side) {
			jobs = append(jobs, run.Job{Pair: pair, Scenario: sc})
			senders[sc.Name] = side
		}
	}
	accounts := map[string]account{}
	var errs []error
	err := f.runner.Run(ctx, jobs, func(s run.Session) { // one call at a time
		a, err := newAccount(s, senders[s.Header.Scenario])
		accounts[s.Header.Scenario] = a
		errs = append(errs, err)
	})
	return accounts, errors.Join(append(errs, err)...)
}
