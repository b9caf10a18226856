package spec

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	. "github.com/onsi/ginkgo/v2" //nolint:revive // as Ginkgo's specs are written
	. "github.com/onsi/gomega"    //nolint:revive // as Gomega's assertions are written

	"github.com/webrtc-rink/rink/harness/netlab"
	"github.com/webrtc-rink/rink/harness/report"
	"github.com/webrtc-rink/rink/harness/report/files"
	"github.com/webrtc-rink/rink/harness/report/github"
	"github.com/webrtc-rink/rink/harness/run"
)

// Suite is the specs of one test binary and what they have in common while they
// run.
type Suite struct {
	options Options
	plan    run.Plan
	began   time.Time

	families map[string]bool // that were registered

	// Set when the run begins.
	folder   run.Folder
	runner   *run.Runner
	sessions *sessions
}

// New checks the options. Call it while Ginkgo builds its tree, then register
// families, then Lifecycle.
func New(o Options) (*Suite, error) {
	p, err := o.plan()
	if err != nil {
		return nil, err
	}
	return &Suite{options: o, plan: p, sessions: newSessions(), families: map[string]bool{}}, nil
}

// Unregistered lists the families with scenarios in the plan that nobody registered.
func (s *Suite) Unregistered() []string {
	var left []string
	for _, sc := range s.plan.Scenarios {
		if !s.families[sc.Family] && !slices.Contains(left, sc.Family) {
			left = append(left, sc.Family)
		}
	}
	return left
}

// shared is what process 1 tells the others.
type shared struct {
	RunID string
	Began time.Time
	Seed  int64
}

// Lifecycle registers what happens before and after the specs: process 1 makes
// the run's folder and in the end writes the report.
func (s *Suite) Lifecycle() {
	SynchronizedBeforeSuite(func() []byte {
		folder, err := run.NewFolder(s.plan.Out)
		Expect(err).NotTo(HaveOccurred())
		data, err := json.Marshal(shared{RunID: folder.ID, Began: time.Now(), Seed: s.plan.Seed})
		Expect(err).NotTo(HaveOccurred())
		return data
	}, func(data []byte) {
		var common shared
		Expect(json.Unmarshal(data, &common)).To(Succeed())
		s.begin(common)
	})
	SynchronizedAfterSuite(func() {
		s.sessions.stop()
		if s.runner != nil {
			Expect(s.runner.Pool.Close()).To(Succeed())
			for _, text := range s.runner.Pool.Leftovers() {
				_, _ = fmt.Fprintln(os.Stdout, text) // GinkgoWriter is silent when all is well
			}
		}
	}, func() {})
	ReportAfterSuite("interop report", func(r Report) {
		if s.folder.ID == "" { // no spec was to be run
			return
		}
		written, err := s.report(r)
		Expect(err).NotTo(HaveOccurred())
		// Not to GinkgoWriter, which is silent when all is well.
		_, _ = fmt.Fprintf(os.Stdout, "\n%s\n%s\n", written.Summary.Verdict, filepath.Join(s.folder.Dir, files.HTML))
	})
}

func (s *Suite) begin(common shared) {
	s.folder, s.began = run.FolderOf(s.plan.Out, common.RunID), common.Began
	s.plan.Seed, s.plan.Network = common.Seed, netlab.Describe()
	s.runner = run.NewRunner(s.plan, s.folder, func(peer, text string) { GinkgoWriter.Printf("%s: %s\n", peer, text) })
	config, _ := GinkgoConfiguration()
	if config.ParallelTotal == 1 && !config.DryRun {
		s.sessions.ahead(s.runner, run.DefaultParallel(), config)
	}
}

// report grades the traces of all processes again and writes the report.
func (s *Suite) report(r Report) (*report.Report, error) {
	sessions, err := s.runner.Judge.Dir(s.folder.Traces)
	if err != nil {
		return nil, err
	}
	p := s.plan
	p.Filter = filterOf(p.Filter, r)
	outcome := run.Outcome{Started: s.began, Sessions: sessions, Incomplete: strings.Join(r.SpecialSuiteFailureReasons, "; ")}
	if len(r.SpecReports) > 0 && ranNothing(r) {
		outcome.Incomplete = "no spec was run"
	}
	written, err := run.Leave(p, s.folder, outcome)
	if github.Active() {
		err = errors.Join(err, github.Publish(written, os.Stdout))
	}
	return written, err
}

// filterOf says what narrowed the run down, in the words of Ginkgo's flags.
func filterOf(own string, r Report) string {
	c := r.SuiteConfig
	parts := []string{}
	if own != "" {
		parts = append(parts, own)
	}
	for _, f := range []struct {
		flag   string
		values []string
	}{{"--focus", c.FocusStrings}, {"--skip", c.SkipStrings}, {"--focus-file", c.FocusFiles}, {"--skip-file", c.SkipFiles}} {
		for _, v := range f.values {
			parts = append(parts, fmt.Sprintf("%s='%s'", f.flag, v))
		}
	}
	for _, f := range [][2]string{{"--label-filter", c.LabelFilter}, {"--sem-ver-filter", c.SemVerFilter}} {
		if f[1] != "" {
			parts = append(parts, fmt.Sprintf("%s='%s'", f[0], f[1]))
		}
	}
	if r.SuiteHasProgrammaticFocus {
		parts = append(parts, "programmatic focus")
	}
	return strings.Join(parts, " ")
}

func ranNothing(r Report) bool {
	return r.PreRunStats.SpecsThatWillRun == 0
}

// session returns the session of a job, which at most one caller runs.
func (s *Suite) session(ctx context.Context, job run.Job) (run.Session, error) {
	return s.sessions.get(ctx, s.runner, job)
}
