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
		cmd := exec.Command("go", append([]string{"list", "-m"}, args...)...)
		cmd.Dir, cmd.Stderr = root, os.Stderr
		out, err := cmd.Output()
		if err != nil {
			t.Fatal(err)
		}
		return strings.TrimSpace(string(out))
	}
	want := requirements(t, list("-f", "{{.GoMod}}", subject))
	checked := 0
	for line := range strings.Lines(list("-f", "{{.Path}} {{.Version}} {{with .Replace}}replaced{{end}}", "all")) {
		fields := strings.Fields(line)
		if !strings.HasPrefix(line, "github.com/pion/") || fields[0] == subject {
			continue
		}
		if len(fields) > 2 {
			t.Errorf("%s is replaced: the subject is not what was released", fields[0])
		}
		asked, ok := want[fields[0]]
		if !ok { // of an older go.mod in the graph, not built
			continue
		}
		checked++
		if fields[1] != asked {
			t.Errorf("%s: got %s, want %s as %s asks", fields[0], fields[1], asked, subject)
		}
	}
	if checked < 10 {
		t.Errorf("only %d pion modules were compared; want those of %s's go.mod", checked, subject)
	}
}
