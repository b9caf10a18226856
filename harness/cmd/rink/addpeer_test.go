package main

import (
	"bytes"
	"flag"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

var update = flag.Bool("update", false, "write what lint says into ADD-A-PEER.md")

// What lint says of the example agents stands between these lines of the page.
const (
	addAPeer  = "harness/peer/agent/ADD-A-PEER.md"
	beginLint = "<!-- lint: "
	lintText  = " -->\n```text\n"
	endLint   = "```\n<!-- end of lint -->\n"
)

// checkout is the top of it, seen from here.
const checkout = "../../.."

// TestTheExampleAgentsAreAsTheirPageSays: whoever follows the page sees what it
// shows. Two agents have no WebRTC, one of which refuses to open a connection.
func TestTheExampleAgentsAreAsTheirPageSays(t *testing.T) {
	for name, code := range map[string]int{
		"python3 fixtures/peers/tiny/agent.py": 1,
		"./fixtures/peers/tiny-go/own":         0,
		"./fixtures/peers/tiny-go/pion":        0,
	} {
		t.Run(name, func(t *testing.T) {
			said := expect(t, code, append([]string{"peer", "lint", "--"}, exampleAgent(t, name)...))
			page := filepath.Join(checkout, addAPeer)
			text, err := os.ReadFile(page)
			if err != nil {
				t.Fatal(err)
			}
			before, rest, found := bytes.Cut(text, []byte(beginLint+name+lintText))
			shown, after, ended := bytes.Cut(rest, []byte(endLint))
			if !found || !ended {
				t.Fatalf("%s: no %q with an end", addAPeer, beginLint+name)
			}
			if *update {
				whole := string(before) + beginLint + name + lintText + said + endLint + string(after)
				if err := os.WriteFile(page, []byte(whole), 0o600); err != nil {
					t.Fatal(err)
				}
				return
			}
			if diff := cmp.Diff(string(shown), said); diff != "" {
				t.Errorf("%s (-shown +said), write it again with go test ./harness/cmd/rink -run ExampleAgents -update:\n%s", addAPeer, diff)
			}
		})
	}
}

// TestTheProgramOnThePageIsTheProgram: the page shows the body of its main.
func TestTheProgramOnThePageIsTheProgram(t *testing.T) {
	page, err := os.ReadFile(filepath.Join(checkout, addAPeer))
	if err != nil {
		t.Fatal(err)
	}
	program, err := os.ReadFile(filepath.Join(checkout, "fixtures/peers/tiny-go/pion/main.go"))
	if err != nil {
		t.Fatal(err)
	}
	_, rest, _ := strings.Cut(string(page), "```go\n")
	shown, _, found := strings.Cut(rest, "```\n")
	_, body, _ := strings.Cut(string(program), "func main() {\n")
	body = strings.ReplaceAll("\n"+strings.TrimSuffix(body, "}\n"), "\n\t", "\n")
	if diff := cmp.Diff(strings.TrimSpace(body), strings.TrimSpace(shown)); !found || diff != "" {
		t.Errorf("%s (-program +shown):\n%s", addAPeer, diff)
	}
}

// exampleAgent is the command of an agent: one in Go is built first.
func exampleAgent(t *testing.T, name string) []string {
	t.Helper()
	if script, ok := strings.CutPrefix(name, "python3 "); ok {
		python, err := exec.LookPath("python3")
		if err != nil {
			t.Skipf("the agent in Python needs Python 3: %v", err)
		}
		return []string{python, filepath.Join(checkout, script)}
	}
	binary := filepath.Join(t.TempDir(), "my-agent")
	build := exec.Command("go", "build", "-o", binary, name)
	build.Dir = checkout
	if out, err := build.CombinedOutput(); err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	return []string{binary}
}
