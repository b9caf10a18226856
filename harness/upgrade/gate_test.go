package upgrade

import (
	"context"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/webrtc-rink/rink/harness/check"
	"github.com/webrtc-rink/rink/harness/compare"
	"github.com/webrtc-rink/rink/harness/expect"
	"github.com/webrtc-rink/rink/harness/run"
	"github.com/webrtc-rink/rink/harness/scenario"
)

// root of Rink's source, seen from here.
const root = "../.."

// goList asks about the modules of Rink itself, which are on this machine.
func goList(t *testing.T, format string, modules ...string) []string {
	t.Helper()
	cmd := exec.CommandContext(t.Context(), "go", append([]string{"list", "-m", "-f", format}, modules...)...)
	cmd.Dir, cmd.Stderr = root, os.Stderr
	out, err := cmd.Output()
	if err != nil {
		t.Fatal(err)
	}
	return strings.Fields(string(out))
}

// ours is the pion that Rink is built with, and the other modules as Rink has them,
// so that nothing has to be fetched.
func ours(t *testing.T) (Subject, Builder) {
	t.Helper()
	t.Setenv("GOPROXY", "off")
	s := Subject{Version: goList(t, "{{.Version}}", "github.com/pion/webrtc/v3")[0], With: map[string]string{}}
	for _, module := range goList(t, "{{.Path}}={{.Version}}", "golang.org/x/net", "golang.org/x/crypto", "golang.org/x/sys") {
		path, version, _ := strings.Cut(module, "=")
		s.With[path] = version
	}
	return s, Builder{Rink: root, Into: t.TempDir()}
}

// sabotaged is a checkout of pion/ice whose host candidates are the least preferred.
func sabotaged(t *testing.T) (module, dir string) {
	t.Helper()
	at := goList(t, "{{.Path}} {{.Dir}}", "github.com/pion/ice/v2")
	dir = filepath.Join(t.TempDir(), "ice")
	if err := os.CopyFS(dir, os.DirFS(at[1])); err != nil {
		t.Fatal(err)
	}
	file := filepath.Join(dir, "candidate_base.go")
	source, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	const formula = "(1<<24)*uint32(c.TypePreference())"
	if !strings.Contains(string(source), formula) {
		t.Fatalf("%s: got no %q to sabotage", file, formula)
	}
	if err := os.Chmod(file, 0o644); err != nil { //nolint:gosec // a copy in a temporary folder
		t.Fatal(err)
	}
	changed := strings.Replace(string(source), formula, "(1<<24)", 1)
	if err := os.WriteFile(file, []byte(changed), 0o644); err != nil { //nolint:gosec // a copy in a temporary folder
		t.Fatal(err)
	}
	return at[0], dir
}

func built(t *testing.T, b Builder, s Subject) string {
	t.Helper()
	agent, err := b.Build(t.Context(), s)
	if err != nil {
		t.Fatal(err)
	}
	return agent
}

// gate judges two agents against the pion of this process, which any machine has.
func gate(t *testing.T, from, to Subject, fromAgent, toAgent string, checks ...string) *Answer {
	t.Helper()
	plan := run.Plan{Roster: run.Builtin(), Expectations: expect.None(), Timeouts: scenario.DefaultTimeouts(), Seed: 1, Out: t.TempDir()}
	var err error
	if plan.Scenarios, err = run.SelectScenarios("candidates-data,trickle-full"); err != nil {
		t.Fatal(err)
	}
	if plan.Checks, err = check.Select(strings.Join(checks, ",")); err != nil {
		t.Fatal(err)
	}
	a, err := Gate{From: from, To: to, FromAgent: fromAgent, ToAgent: toAgent, Against: []string{"pion"}, Plan: plan}.Run(t.Context(), Progress{})
	if err != nil {
		t.Fatal(err)
	}
	return a
}

func TestAVersionAgainstItselfIsTheSame(t *testing.T) {
	s, builder := ours(t)
	agent := built(t, builder, s)
	a := gate(t, s, s, agent, agent)
	if a.ExitCode != compare.ExitSame || len(a.Regressed)+len(a.Fixed)+len(a.Changed)+len(a.Gone)+len(a.New) > 0 || a.Unchanged == 0 {
		t.Errorf("got %s", a.Verdict)
	}
	if len(a.Fingerprint) > 0 {
		t.Errorf("got a change of behaviour: %+v", a.Fingerprint)
	}
	for _, file := range []string{FileJSON, FileMarkdown, filepath.Join(a.Rounds[0], "report.html")} {
		if info, err := os.Stat(filepath.Join(a.Folder, file)); err != nil || info.Size() == 0 {
			t.Errorf("%s: got %v, want it written", file, err)
		}
	}
}

// TestASabotagedModuleIsCaughtAndNamed: what one module breaks is seen, and it is
// that module.
func TestASabotagedModuleIsCaughtAndNamed(t *testing.T) {
	good, builder := ours(t)
	module, dir := sabotaged(t)
	bad := Subject{Version: good.Version, With: map[string]string{module: dir}}
	for path, version := range good.With {
		bad.With[path] = version
	}
	a := gate(t, good, bad, built(t, builder, good), built(t, builder, bad))
	if a.ExitCode != compare.ExitRegressed || len(a.Regressed) == 0 || a.Regressed[0].Check != "CAND-017" || !a.Regressed[0].Sure {
		t.Fatalf("got %s and %+v, want CAND-017 to have regressed for sure", a.Verdict, a.Regressed)
	}
	if len(a.Fingerprint) == 0 || !strings.Contains(a.Fingerprint[0].Sentence, "priority") {
		t.Errorf("got %+v, want a sentence about the priority", a.Fingerprint)
	}
	b := Bisect{
		Good: good, Bad: bad, Build: builder.Build, Modules: ModulesOf,
		Probe: func(_ context.Context, agent string) (string, error) {
			s := Subject{Version: agent}
			a := gate(t, good, s, built(t, builder, good), agent, "CAND-017")
			return a.Verdict[:4], nil
		},
	}
	c, err := b.Run(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if c.Module != module || c.ModuleTo != dir || !strings.HasPrefix(c.ModuleFrom, "v2.") {
		t.Errorf("got %s, want %s", c, module)
	}
}
