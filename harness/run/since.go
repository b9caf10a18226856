package run

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"

	"github.com/webrtc-rink/rink/harness/check"
	"github.com/webrtc-rink/rink/harness/peer"
	"github.com/webrtc-rink/rink/harness/report"
	"github.com/webrtc-rink/rink/harness/report/files"
	"github.com/webrtc-rink/rink/harness/trace"
)

// Since is what earlier runs found. A plan with it leaves out the sessions that
// were green there and would be the same now:
//
//   - of the same pair and scenario, on the same kind of network;
//   - with both peers in the same implementation and version, as far as they say;
//   - by a Rink of the same version, that graded at least the same requirements,
//     with the same statement and level;
//   - excused only by expectations that are still there.
type Since struct {
	reports []*report.Report      // the newest first
	places  map[string]remembered // by job
}

// remembered is the newest session of a job, with its results.
type remembered struct {
	in      *report.Report
	session *report.Session
	results []*report.Result
}

// ReadSince reads reports: report.json files or folders of runs. Of a session that
// is in several, the newest run counts. The error joins what is wrong with each.
func ReadSince(paths []string) (*Since, error) {
	s := &Since{places: map[string]remembered{}}
	var errs []error
	for _, path := range paths {
		_, file := files.Locate(path)
		r, err := report.Read(file)
		if err != nil {
			errs = append(errs, fmt.Errorf("--since %s: want a report.json of an earlier run, or its folder: %w", path, err))
			continue
		}
		s.reports = append(s.reports, r)
	}
	slices.SortStableFunc(s.reports, func(a, b *report.Report) int { return b.Run.StartedAt.Compare(a.Run.StartedAt) })
	for _, r := range s.reports {
		results := map[string][]*report.Result{}
		for i := range r.Results {
			results[r.Results[i].Session] = append(results[r.Results[i].Session], &r.Results[i])
		}
		for i := range r.Sessions {
			played := &r.Sessions[i]
			if _, newer := s.places[key(Pair(played.Pair), played.Scenario)]; !newer {
				s.places[key(Pair(played.Pair), played.Scenario)] = remembered{r, played, results[played.ID]}
			}
		}
	}
	return s, errors.Join(errs...)
}

func key(p Pair, scenario string) string { return p.String() + " " + scenario }

// ids names the runs.
func (s *Since) ids() []string {
	var ids []string
	for _, r := range s.reports {
		ids = append(ids, r.Run.ID)
	}
	return ids
}

// leaveOut returns the jobs that are to be played. It starts the peers of those
// that may be left out, for they alone know their versions.
func (s *Since) leaveOut(ctx context.Context, p Plan, pool *Pool, jobs []Job) (left []Job) {
	candidates := map[string]bool{}
	var starting sync.WaitGroup
	for _, j := range jobs {
		if !s.green(p, j) {
			continue
		}
		for _, id := range []string{j.Pair.Offerer, j.Pair.Answerer} {
			if !candidates[id] {
				candidates[id] = true
				starting.Go(func() { pool.bringUp(ctx, id) })
			}
		}
	}
	starting.Wait()
	now := pool.Descriptions()
	return slices.DeleteFunc(slices.Clone(jobs), func(j Job) bool {
		return s.green(p, j) && s.same(now, j.Pair.Offerer, j) && s.same(now, j.Pair.Answerer, j)
	})
}

// green reports whether the session of a job was green and everything but the
// peers is as it was.
func (s *Since) green(p Plan, j Job) bool {
	was, ok := s.places[key(j.Pair, j.Scenario.Name)]
	if !ok || was.session.Result == trace.EndError ||
		was.in.Generator.Version != Version() || was.in.Run.Network != string(p.Network.Network) {
		return false
	}
	scenario := slices.ContainsFunc(was.in.Scenarios, func(o report.Scenario) bool {
		return o.Name == j.Scenario.Name && o.Family == j.Scenario.Family && o.Title == j.Scenario.Title &&
			slices.Equal(o.Traits, j.Scenario.Traits)
	})
	rules := !slices.ContainsFunc(p.Checks, func(c check.Check) bool {
		return !slices.ContainsFunc(was.in.Checks, func(o report.Check) bool {
			return o.ID == c.ID && o.Level == c.Level && o.Statement == c.Statement
		})
	})
	red := slices.ContainsFunc(was.results, func(r *report.Result) bool {
		return r.Outcome.Red() || r.Outcome == check.Known && !s.excused(p, r.Expectation)
	})
	return scenario && rules && !red
}

// excused reports whether an expectation is still there, on whatever line.
func (s *Since) excused(p Plan, was *report.Expectation) bool {
	if was == nil {
		return false
	}
	for _, e := range p.Expectations.Entries() {
		now := report.ExpectationOf(e)
		now.File = was.File
		if now == *was {
			return true
		}
	}
	return false
}

// same reports whether a peer is the one that played the session of a job. One
// that does not know its version may be any.
func (s *Since) same(now map[string]peer.Description, id string, j Job) bool {
	is, up := now[id]
	return up && is.Version != "" && is.Version != peer.Unknown &&
		slices.ContainsFunc(s.places[key(j.Pair, j.Scenario.Name)].in.Peers, func(was peer.Description) bool {
			return was.ID == id && was.Implementation == is.Implementation && was.Version == is.Version
		})
}

// partial is what the report says of a run that left jobs out.
func (s *Since) partial(leftOut int) *report.Partial {
	return &report.Partial{Reports: s.ids(), LeftOut: leftOut}
}

// note is a sentence for readers.
func (s *Since) note(leftOut, total int) string {
	if leftOut == 0 {
		return fmt.Sprintf("Nothing was left out: no session was green in %s and is the same now.", strings.Join(s.ids(), ", "))
	}
	return fmt.Sprintf("%d of %s left out: green in %s, with the same versions of both peers, of Rink and of the requirements.",
		leftOut, report.Plural(total, "session"), strings.Join(s.ids(), ", "))
}
