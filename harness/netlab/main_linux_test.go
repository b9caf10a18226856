package netlab

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"strings"
	"syscall"
	"testing"
	"time"
)

// patience bounds waits that end on an event.
const patience = 60 * time.Second

// nobody is the user without privileges of the tests.
const nobody = 65534

// TestMain makes the test binary its own child: Init serves Run, and "helper
// NAME" runs one of the helpers.
func TestMain(m *testing.M) {
	Init()
	if len(os.Args) > 2 && os.Args[1] == "helper" {
		if err := helpers[os.Args[2]](os.Args[3:]); err != nil {
			fmt.Fprintln(os.Stderr, os.Args[2]+":", err)
			os.Exit(1)
		}
		os.Exit(0)
	}
	os.Exit(m.Run())
}

// helpers are what the tests run in other processes; helper_linux_test.go has
// them.
var helpers map[string]func(args []string) error

func helper(args ...string) []string { return append([]string{selfExe, "helper"}, args...) }

// needPrivate skips where the kernel allows no private network.
func needPrivate(t *testing.T) context.Context {
	t.Helper()
	if err := Available(); err != nil {
		t.Skip(err)
	}
	ctx, cancel := context.WithTimeout(t.Context(), patience)
	t.Cleanup(cancel)
	return ctx
}

func needRoot(t *testing.T) {
	t.Helper()
	if !thisSystem().privileged {
		t.Skip("needs root")
	}
}

// inside runs argv in a private network and returns its standard output; a
// failure of the command is a failure of the test.
func inside(t *testing.T, argv []string) string {
	t.Helper()
	var out, errs bytes.Buffer
	code, err := Run(needPrivate(t), argv, RunOptions{Stdout: &out, Stderr: &errs})
	if err != nil || code != 0 {
		t.Fatalf("%q: exit code %d, error %v, standard error %q", argv, code, err, errs.String())
	}
	return out.String()
}

// process is a helper in a process of its own with the attributes.
func process(ctx context.Context, attr *syscall.SysProcAttr, argv []string) *exec.Cmd {
	cmd := exec.CommandContext(ctx, selfExe, argv[1:]...)
	cmd.SysProcAttr = attr
	return cmd
}

// asNobody runs argv in a private network that a user without privileges makes.
func asNobody(t *testing.T, argv []string) string {
	t.Helper()
	needRoot(t)
	ctx := needPrivate(t)
	attr := func() *syscall.SysProcAttr {
		return &syscall.SysProcAttr{Credential: &syscall.Credential{Uid: nobody, Gid: nobody}}
	}
	if out, err := process(ctx, attr(), helper("available")).Output(); err != nil || len(out) > 0 {
		t.Skipf("user %d: %s %v", nobody, out, err)
	}
	out, err := process(ctx, attr(), append(helper("run"), argv...)).Output()
	if err != nil {
		t.Fatalf("%q as user %d: %v", argv, nobody, withStderr(err))
	}
	return string(out)
}

func withStderr(err error) error {
	if exit, ok := err.(*exec.ExitError); ok {
		return fmt.Errorf("%w: %s", err, strings.TrimSpace(string(exit.Stderr)))
	}
	return err
}

func decode[T any](t *testing.T, raw string) T {
	t.Helper()
	var v T
	if err := json.Unmarshal([]byte(raw), &v); err != nil {
		t.Fatalf("%q: %v", raw, err)
	}
	return v
}
