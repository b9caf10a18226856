package pionbuild

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/webrtc-rink/rink/harness/peer/agent"
)

// root of Rink's source, seen from here.
const root = "../../.."

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
func ours(t *testing.T) Spec {
	t.Helper()
	t.Setenv("GOPROXY", "off")
	s := Spec{Rink: root, Into: t.TempDir(), With: map[string]string{}}
	s.Version = goList(t, "{{.Version}}", "github.com/pion/webrtc/v3")[0]
	for _, module := range goList(t, "{{.Path}}={{.Version}}", "golang.org/x/net", "golang.org/x/crypto", "golang.org/x/sys") {
		path, version, _ := strings.Cut(module, "=")
		s.With[path] = version
	}
	return s
}

// wantAgent builds, and reads what the agent says of itself.
func wantAgent(t *testing.T, s Spec, version, module, moduleVersion string) {
	t.Helper()
	path, err := Build(t.Context(), s)
	if err != nil {
		t.Fatal(err)
	}
	p, err := agent.Launch(t.Context(), agent.Options{Command: []string{path}})
	if err != nil {
		t.Fatal(err)
	}
	d := p.Describe()
	if err := p.Close(); err != nil {
		t.Error(err)
	}
	// A folder has "(devel)" behind it.
	if d.ID != s.Name() || !strings.HasPrefix(d.Version, version) || !strings.HasPrefix(d.Details[module], moduleVersion) {
		t.Errorf("description: got %s, version %q, %s %q; want %s, %q, %q",
			d.ID, d.Version, module, d.Details[module], s.Name(), version, moduleVersion)
	}
}

func TestAnAgentIsBuiltFromAReleaseOrFromFolders(t *testing.T) {
	s := ours(t)
	const logging = "github.com/pion/logging"
	is := goList(t, "{{.Version}} {{.Dir}}", logging)
	wantAgent(t, s, s.Version, logging, is[0])

	dirs := goList(t, "{{.Dir}}", "github.com/pion/webrtc/v3", logging)
	s.Version, s.Path, s.With[logging] = "", dirs[0], dirs[1]
	wantAgent(t, s, "v3.0.0 => "+s.Path, logging, is[0]+" => "+is[1])
}

func TestASetThatGoDoesNotTakeIsRefused(t *testing.T) {
	s := ours(t)
	path, err := Build(t.Context(), s)
	if err != nil {
		t.Fatal(err)
	}
	p := plan{agent: path, modules: map[string]string{
		"github.com/pion/webrtc/v3": s.Version, "golang.org/x/net": "v0.1.0", "github.com/pion/sdp": "v1.0.0",
	}}
	err = p.verify()
	if err == nil {
		t.Fatal("verify: got no error, want one for each module that is another")
	}
	for _, want := range []string{"golang.org/x/net: got " + s.With["golang.org/x/net"] + ", want v0.1.0", "github.com/pion/sdp: the agent has no package of it"} {
		if !strings.Contains(err.Error(), want) {
			t.Errorf("verify: got %v, want %q in it", err, want)
		}
	}
	if strings.Contains(err.Error(), "pion/webrtc") {
		t.Errorf("verify: got %v, want nothing of what is as it was asked for", err)
	}
}

func TestASpecThatCannotBeBuiltSaysWhy(t *testing.T) {
	other := t.TempDir()
	if err := os.WriteFile(filepath.Join(other, "go.mod"), []byte("module example.org/other\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	for name, c := range map[string]struct {
		spec Spec
		want string
	}{
		"nothing":           {Spec{}, "want one of them"},
		"both":              {Spec{Version: "v3.3.6", Path: other}, "want one of them"},
		"no release":        {Spec{Version: "v2.0.0"}, "want a release of v3 or v4"},
		"no full version":   {Spec{Version: "v4.0"}, "want a release of v3 or v4"},
		"not a path":        {Spec{Path: "webrtc"}, `begins with "/", "./" or "../"`},
		"no checkout":       {Spec{Path: t.TempDir()}, "want a checkout of pion/webrtc"},
		"another module":    {Spec{Path: other}, "want github.com/pion/webrtc/v3 or v4"},
		"pion twice":        {Spec{Version: "v3.3.6", With: map[string]string{"github.com/pion/webrtc/v3": "v3.3.5"}}, "given as version or path"},
		"no module folder":  {Spec{Version: "v3.3.6", Rink: root, With: map[string]string{"example.org/a": t.TempDir()}}, "want the folder of a module"},
		"not Rink's source": {Spec{Version: "v3.3.6", Rink: other}, "no Go files of fixtures/peers/pion/agent"},
	} {
		t.Run(name, func(t *testing.T) {
			c.spec.Into = t.TempDir()
			_, err := Build(t.Context(), c.spec)
			if err == nil || !strings.Contains(err.Error(), c.want) {
				t.Errorf("got %v, want an error with %q", err, c.want)
			}
		})
	}
}

func TestNamesTellSetsApart(t *testing.T) {
	with := func(version string) Spec {
		return Spec{Version: "v3.3.6", With: map[string]string{"github.com/pion/ice/v2": version}}
	}
	if got := (Spec{Version: "v3.3.6"}).Name(); got != "pion@v3.3.6" {
		t.Errorf("name of a release: got %s, want pion@v3.3.6", got)
	}
	seen := map[string]bool{}
	for _, s := range []Spec{with("v2.3.38"), with("v2.3.37"), with("./ice"), {Path: "./a"}, {Path: "./b"}} {
		if seen[s.Name()] || !strings.HasPrefix(s.Name(), "pion@") || !strings.Contains(s.Name(), "+") {
			t.Errorf("name of %v: got %s, want one of its own, as pion@v3.3.6+0a1b2c3d", s, s.Name())
		}
		seen[s.Name()] = true
	}
	if a, b := with("v2.3.38").Name(), with("v2.3.38").Name(); a != b {
		t.Errorf("name of the same set: got %s and %s", a, b)
	}
}

func TestAdaptChangesTheMajorVersionAlone(t *testing.T) {
	const source = "import \"github.com/pion/webrtc/v3/pkg/media\" // pion v3, pion/webrtc v3, github.com/pion/sdp/v3\n"
	const want = "// Code generated from a/b.go of Rink. DO NOT EDIT.\n\n" +
		"import \"github.com/pion/webrtc/v4/pkg/media\" // pion v4, pion/webrtc v4, github.com/pion/sdp/v3\n"
	if got := string(adapt([]byte(source), "a/b.go", "v4")); got != want {
		t.Errorf("got %q, want %q", got, want)
	}
}
