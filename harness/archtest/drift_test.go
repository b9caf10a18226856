package archtest

import (
	"encoding/json"
	"os"
	"os/exec"
	"strings"
	"testing"
)

// requirements reads a go.mod with the go tool.
func requirements(t *testing.T, gomod string) map[string]string {
	t.Helper()
	cmd := exec.Command("go", "mod", "edit", "-json", gomod)
	cmd.Stderr = os.Stderr
	out, err := cmd.Output()
	if err != nil {
		t.Fatal(err)
	}
	var file struct {
		Require []struct{ Path, Version string }
	}
	if err := json.Unmarshal(out, &file); err != nil {
		t.Fatal(err)
	}
	versions := map[string]string{}
	for _, r := range file.Require {
		versions[r.Path] = r.Version
	}
	return versions
}

// TestGoModDoesNotMoveTheSubject: the pion modules that are built are those that
// pion/webrtc v3's own go.mod asks for. Requiring a newer one, or pion v4 beside
// v3, would move what is graded.
func TestGoModDoesNotMoveTheSubject(t *testing.T) {
	const subject = "github.com/pion/webrtc/v3"
	list := func(args ...string) string {
		cmd := exec.Command("go", append([]string{"list"}, args...)...)
		cmd.Dir, cmd.Stderr = root, os.Stderr
		out, err := cmd.Output()
		if err != nil {
			t.Fatal(err)
		}
		return strings.TrimSpace(string(out))
	}
	want := requirements(t, list("-m", "-f", "{{.GoMod}}", subject))
	// Of what is built, and not of the whole module graph, which would have to be
	// fetched.
	built := list("-deps", "-test", "-f", "{{with .Module}}{{.Path}} {{.Version}} {{with .Replace}}replaced{{end}}{{end}}", "./...")
	checked := map[string]bool{}
	for line := range strings.Lines(built) {
		fields := strings.Fields(line)
		if !strings.HasPrefix(line, "github.com/pion/") || fields[0] == subject || checked[fields[0]] {
			continue
		}
		checked[fields[0]] = true
		if len(fields) > 2 {
			t.Errorf("%s is replaced: the subject is not what was released", fields[0])
		}
		if asked := want[fields[0]]; fields[1] != asked {
			t.Errorf("%s: got %s, want %q as %s asks", fields[0], fields[1], asked, subject)
		}
	}
	if len(checked) < 10 {
		t.Errorf("only %d pion modules were compared; want those of %s's go.mod", len(checked), subject)
	}
}
