package main

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"go.yaml.in/yaml/v3"

	"github.com/webrtc-rink/rink/harness/report"
)

// manifests is where those are that people copy.
const manifests = "../../../fixtures/ci"

// few are sessions that need no browser and little time.
const few = "--network host --pairs pion->pion --scenarios trickle-full,trickle-none,candidates-data,connect-data"

// site is a place in which the commands of a manifest are run: rink there is this
// program, and plays few sessions.
type site struct {
	dir string
	env []string
}

func newSite(t *testing.T) site {
	t.Helper()
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	s := site{dir: t.TempDir()}
	bin := filepath.Join(s.dir, "bin")
	if err := os.Mkdir(bin, 0o700); err != nil {
		t.Fatal(err)
	}
	more := strings.ReplaceAll(few, "pion->pion", "'pion->pion'")
	script := fmt.Sprintf("#!/bin/sh\ncase $1 in run) set -- \"$@\" %s ;; esac\n%s=1 exec '%s' \"$@\"\n", more, asRink, self)
	if err := os.WriteFile(filepath.Join(bin, "rink"), []byte(script), 0o700); err != nil { //nolint:gosec // it is to be run
		t.Fatal(err)
	}
	for _, variable := range os.Environ() {
		name, _, _ := strings.Cut(variable, "=")
		if name != "CI" && name != "PATH" && !strings.HasPrefix(name, "CI_") && !strings.HasPrefix(name, "GITHUB_") && !strings.HasPrefix(name, "GITLAB_") {
			s.env = append(s.env, variable)
		}
	}
	s.env = append(s.env, "PATH="+bin+string(os.PathListSeparator)+os.Getenv("PATH"))
	return s
}

// sh runs commands of a manifest as CI does, which stops at the first that fails.
func (s site) sh(t *testing.T, script string, env ...string) (code int, said string) {
	t.Helper()
	cmd := exec.Command("sh", "-e", "-c", script)
	cmd.Dir, cmd.Env = s.dir, append(s.env[:len(s.env):len(s.env)], env...)
	out, err := cmd.CombinedOutput()
	var ended *exec.ExitError
	if err != nil && !errors.As(err, &ended) {
		t.Fatal(err)
	}
	return cmd.ProcessState.ExitCode(), string(out)
}

func (s site) succeeds(t *testing.T, script string, env ...string) {
	t.Helper()
	if code, said := s.sh(t, script, env...); code != 0 {
		t.Fatalf("%s with %q: got exit code %d; it said:\n%s", script, env, code, said)
	}
}

// documents decodes the documents of a manifest.
func documents[T any](t *testing.T, name string) []T {
	t.Helper()
	data, err := os.ReadFile(filepath.Join(manifests, name))
	if err != nil {
		t.Fatal(err)
	}
	var all []T
	for dec := yaml.NewDecoder(bytes.NewReader(data)); ; {
		var one T
		if err := dec.Decode(&one); errors.Is(err, io.EOF) {
			return all
		} else if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		all = append(all, one)
	}
}

// cells are how everything came out.
func cells(r *report.Report) map[string]string {
	all := map[string]string{}
	for _, res := range r.Results {
		all[fmt.Sprintf("%s %s %s %s", res.Check, res.Scenario, res.Pair, res.Role)] = string(res.Outcome)
	}
	return all
}

// isTheWhole wants the report in a folder to be that of a run which was not split.
func (s site) isTheWhole(t *testing.T, dir string, shards int) {
	t.Helper()
	code, said := s.sh(t, "rink run --out unsplit")
	want, err1 := report.Read(filepath.Join(s.dir, "unsplit", "latest", "report.json"))
	got, err2 := report.Read(filepath.Join(dir, "latest", "report.json"))
	if err := errors.Join(err1, err2); err != nil {
		t.Fatalf("%v; the unsplit run said:\n%s", err, said)
	}
	if code != 0 || len(want.Results) == 0 {
		t.Errorf("the unsplit run: got exit code %d and %d results", code, len(want.Results))
	}
	if diff := cmp.Diff(cells(want), cells(got)); diff != "" {
		t.Errorf("outcomes (-unsplit +merged):\n%s", diff)
	}
	if !got.Run.Complete || got.Run.Merged == nil || len(got.Run.Merged.Parts) != shards || got.Summary.Verdict != want.Summary.Verdict {
		t.Errorf("got %+v and %q, want %d parts and %q", got.Run, got.Summary.Verdict, shards, want.Summary.Verdict)
	}
}

func TestTheKubernetesManifestPlaysAWholeRun(t *testing.T) {
	t.Parallel()
	type container struct {
		Command, Args []string
		Env           []struct{ Name, Value string }
	}
	type job struct {
		Kind     string
		Metadata struct{ Name string }
		Spec     struct {
			CompletionMode           string `yaml:"completionMode"`
			Completions, Parallelism int
			Suspend                  bool
			Template                 struct {
				Spec struct{ Containers []container }
			}
		}
	}
	jobs := map[string]job{}
	for _, j := range documents[job](t, "kubernetes-indexed-job.yaml") {
		jobs[j.Metadata.Name] = j
	}
	shards, whole := jobs["rink-shards"], jobs["rink-merge"]
	n := shards.Spec.Completions
	pod := shards.Spec.Template.Spec.Containers[0]
	if n < 2 || shards.Spec.Parallelism != n || len(pod.Env) != 1 || pod.Env[0].Name != "RINK_SHARDS" || pod.Env[0].Value != fmt.Sprint(n) ||
		shards.Spec.CompletionMode != "Indexed" || !whole.Spec.Suspend {
		t.Fatalf("got %+v: completions, parallelism and RINK_SHARDS are one number", shards.Spec)
	}
	s := newSite(t)
	local := func(c container) string {
		if strings.Join(c.Command, " ") != "sh -c" || len(c.Args) != 1 {
			t.Fatalf("got the command %q %q", c.Command, c.Args)
		}
		return strings.ReplaceAll(c.Args[0], "/results", filepath.Join(s.dir, "results"))
	}
	for i := range n {
		for range 1 + i%2 { // a pod may be started again
			s.succeeds(t, local(pod), fmt.Sprintf("JOB_COMPLETION_INDEX=%d", i), "RINK_SHARDS="+pod.Env[0].Value)
		}
	}
	s.succeeds(t, local(whole.Spec.Template.Spec.Containers[0]))
	s.isTheWhole(t, filepath.Join(s.dir, "results", "whole"), n)

	s.succeeds(t, "rm -r results/2")
	if code, said := s.sh(t, local(whole.Spec.Template.Spec.Containers[0])); code != report.ExitError || !strings.Contains(said, fmt.Sprintf("shard 3 of %d is missing", n)) {
		t.Errorf("without a shard: got exit code %d; it said:\n%s", code, said)
	}
}

func TestTheGitHubWorkflowPlaysAWholeRun(t *testing.T) {
	t.Parallel()
	type workflow struct {
		Jobs map[string]struct {
			Needs, If string
			Strategy  struct {
				Matrix struct{ Shard []int }
			}
			Steps []struct {
				Name, Run, Uses string
				Env, With       map[string]string
			}
		}
	}
	w := documents[workflow](t, "github-matrix.yml")[0]
	s := newSite(t)
	all := w.Jobs["shard"].Strategy.Matrix.Shard
	if len(all) < 2 || w.Jobs["report"].Needs != "shard" || w.Jobs["report"].If != "always()" {
		t.Fatalf("got %+v", w)
	}
	for _, i := range all {
		expand := strings.NewReplacer("${{ matrix.shard }}", fmt.Sprint(i), "${{ strategy.job-total }}", fmt.Sprint(len(all))).Replace
		for _, step := range w.Jobs["shard"].Steps {
			switch {
			case step.Name == "run":
				s.succeeds(t, step.Run, "RINK_SHARD="+expand(step.Env["RINK_SHARD"]))
			case strings.HasPrefix(step.Uses, "actions/upload-artifact@"):
				to := "shards/" + expand(step.With["name"])
				s.succeeds(t, fmt.Sprintf("mkdir -p %s && mv %s %s", to, step.With["path"], to))
			}
		}
	}
	for _, step := range w.Jobs["report"].Steps {
		if step.Name == "merge" {
			s.succeeds(t, step.Run)
		}
	}
	s.isTheWhole(t, filepath.Join(s.dir, "whole"), len(all))
}

func TestTheGitLabJobsPlayAWholeRun(t *testing.T) {
	t.Parallel()
	type pipeline struct {
		Interop struct {
			Parallel int
			Script   []string
		}
		Report struct{ Script []string } `yaml:"interop-report"`
	}
	p := documents[pipeline](t, "gitlab.yml")[0]
	s := newSite(t)
	n := p.Interop.Parallel
	for i := range n {
		s.succeeds(t, strings.Join(p.Interop.Script, "\n"), fmt.Sprintf("CI_NODE_INDEX=%d", i+1), fmt.Sprintf("CI_NODE_TOTAL=%d", n))
	}
	s.succeeds(t, strings.Join(p.Report.Script, "\n"))
	s.isTheWhole(t, filepath.Join(s.dir, "whole"), n)
}

// A verdict of a shard is repeated by the whole; what broke has to be tried again.
func TestTheManifestsTellAVerdictFromWhatBroke(t *testing.T) {
	type anything = map[string]any
	for _, name := range []string{"kubernetes-indexed-job.yaml", "github-matrix.yml", "gitlab.yml"} {
		documents[anything](t, name) // it is YAML
		data, err := os.ReadFile(filepath.Join(manifests, name))
		if err != nil {
			t.Fatal(err)
		}
		_, after, found := strings.Cut(string(data), "|| case $? in ")
		judge, _, _ := strings.Cut(after, "\n")
		if !found {
			t.Errorf("%s: nothing looks at the exit code", name)
			continue
		}
		for code, want := range map[int]int{0: 0, 1: 0, 2: 2, 3: 0, 64: 2, 137: 2} {
			cmd := exec.Command("sh", "-e", "-c", fmt.Sprintf("(exit %d) || case $? in %s", code, judge))
			_ = cmd.Run()
			if got := cmd.ProcessState.ExitCode(); got != want {
				t.Errorf("%s: exit code %d of rink becomes %d, want %d", name, code, got, want)
			}
		}
	}
}
