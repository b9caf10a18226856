package main

import (
	"context"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"

	"github.com/webrtc-rink/rink/harness/peer"
	"github.com/webrtc-rink/rink/harness/report"
	"github.com/webrtc-rink/rink/harness/trace"
)

// agentLives names a folder in which each life of a test's agent leaves a file
// that is called by its process ID.
const agentLives = "RINK_TEST_AGENT_LIVES"

// lives notes this life of an agent and returns how many there were.
func lives() int {
	dir := os.Getenv(agentLives)
	if dir == "" {
		return 0
	}
	if err := os.WriteFile(filepath.Join(dir, strconv.Itoa(os.Getpid())), nil, 0o600); err != nil {
		panic(err)
	}
	all, err := os.ReadDir(dir)
	if err != nil {
		panic(err)
	}
	return len(all)
}

// hanging stops with the whole of its process at its first answer, and not in its
// second life.
type hanging struct {
	peer.Peer
	life int
}

func (h hanging) Open(ctx context.Context, c peer.Configuration) (peer.Connection, error) {
	conn, err := h.Peer.Open(ctx, c)
	if err == nil && h.life == 1 {
		conn = hangingConnection{conn}
	}
	return conn, err
}

type hangingConnection struct{ peer.Connection }

func (hangingConnection) CreateAnswer(ctx context.Context) (peer.SessionDescription, error) {
	if err := exec.Command("kill", "-STOP", strconv.Itoa(os.Getpid())).Run(); err != nil {
		return peer.SessionDescription{}, err
	}
	<-ctx.Done() // the signal takes its time
	return peer.SessionDescription{}, ctx.Err()
}

// runAgent runs a kind of agent against pion and returns the report, what was
// said, and the processes of the agent.
func runAgent(t *testing.T, kind string, want int, args ...string) (r *report.Report, said string, pids []int) {
	t.Helper()
	dir, out := t.TempDir(), t.TempDir()
	t.Setenv(asAgent, kind)
	t.Setenv(agentLives, dir)
	said = expect(t, want, append([]string{
		"run", "--network", "host", "--peer", "mine=" + self(t), "--pairs", "pion->mine", "--parallel", "1", "--checks", "CAND-001", "--out", out,
	}, args...))
	r, err := report.Read(filepath.Join(out, "latest", "report.json"))
	if err != nil {
		t.Fatal(err)
	}
	files, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range files {
		pid, err := strconv.Atoi(f.Name())
		if err != nil {
			t.Fatal(err)
		}
		pids = append(pids, pid)
	}
	return r, said, pids
}

// gone waits for the end of processes: the kernel ends them in its own time.
func gone(t *testing.T, pids []int) {
	t.Helper()
	for _, pid := range pids {
		await(t, "the end of process "+strconv.Itoa(pid), func() bool {
			p, err := os.FindProcess(pid)
			return err != nil || p.Signal(syscall.Signal(0)) != nil
		})
	}
}

func TestAnAgentThatHangsCostsOneSession(t *testing.T) {
	r, said, pids := runAgent(t, "hanging", report.ExitError, "--scenarios", "trickle-full,trickle-none,connect-data", "--timeout-scale", "0.3")
	broken := 0
	for _, s := range r.Sessions {
		if s.Result == trace.EndCompleted {
			continue
		}
		broken++
		if s.Result != trace.EndError || s.Stage != trace.StageSignal || s.Side != trace.Answerer || !strings.Contains(s.Reason, "createAnswer did not return within") {
			t.Errorf("%s: got %+v, want an error that names the stage, the side and the call", s.ID, s)
		}
	}
	if broken != 1 || len(r.Sessions) != 3 {
		t.Errorf("got %d of %d sessions broken, want 1 of 3; it said:\n%s", broken, len(r.Sessions), said)
	}
	if !strings.Contains(said, "mine: does not answer any more; it is ended and started again") || len(pids) != 2 {
		t.Errorf("got %d lives, want 2, and a line about it; it said:\n%s", len(pids), said)
	}
	gone(t, pids)
}

func TestAnAgentThatHasToBeKilledInTheEndIsANote(t *testing.T) {
	r, said, pids := runAgent(t, "lingering", report.ExitOK, "--scenarios", "trickle-full")
	const want = "Peer mine did not end within 5s of exit and was killed."
	if !strings.Contains(said, "note: "+want) || len(r.Notes) != 1 || !strings.HasPrefix(r.Notes[0], want) {
		t.Errorf("got the notes %q, want %q there and in what it said:\n%s", r.Notes, want, said)
	}
	gone(t, pids)
}

func TestAnAgentThatNeverStartsIsGivenUpAndTheRestRuns(t *testing.T) {
	r, said, pids := runAgent(t, "broken", report.ExitError, "--scenarios", "trickle-*", "--pairs", "pion->mine,pion->pion")
	if len(pids) != 2 || strings.Count(said, "is given up") != 1 || !strings.Contains(said, "mine: did not start 2 times in a row and is given up") {
		t.Errorf("got %d lives, want 2, and one line that gives it up; it said:\n%s", len(pids), said)
	}
	for _, s := range r.Sessions {
		if (s.Result == trace.EndError) != (s.Pair.Answerer == "mine") {
			t.Errorf("%s: got %s, want errors of the sessions of mine alone", s.ID, s.Result)
		}
	}
	gone(t, pids)
}
