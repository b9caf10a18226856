package agent

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
)

func init() { beHarness = harness }

// harness has the test binary be a harness that launches an agent which ignores
// the end of its input, and waits to be killed.
func harness() {
	self, err := os.Executable()
	if err != nil {
		panic(err)
	}
	if _, err := Launch(context.Background(), Options{Command: []string{self}, Env: []string{envAgent + "=ignores exit"}}); err != nil {
		panic(err)
	}
	fmt.Println("launched")
	_, _ = io.Copy(io.Discard, os.Stdin)
}

func TestAKilledHarnessTakesItsAgentWithIt(t *testing.T) {
	o := options(t, "harness")
	file := filepath.Join(t.TempDir(), "pids")
	h := exec.CommandContext(t.Context(), o.Command[0])
	h.Env = append(append(os.Environ(), o.Env...), envPIDs+"="+file)
	h.Stderr = os.Stderr
	in, err := h.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	defer in.Close()
	out, err := h.StdoutPipe()
	if err == nil {
		err = h.Start()
	}
	if err != nil {
		t.Fatal(err)
	}
	line, err := bufio.NewReader(out).ReadString('\n')
	if line != "launched\n" {
		t.Errorf("harness: got %q (%v), want it to say launched", line, err)
	}
	if err := h.Process.Kill(); err != nil {
		t.Error(err)
	}
	_ = h.Wait() // it was killed
	wantNoProcess(t, file)
}
