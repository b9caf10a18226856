package netlab

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"syscall"
	"testing"
	"time"

	"golang.org/x/sys/unix"
)

func TestExitCodes(t *testing.T) {
	ctx := needPrivate(t)
	script := filepath.Join(t.TempDir(), "script")
	for name, content := range map[string]string{"noexec": "", "badformat": "\x00", "lost": "#!/no/such/interpreter\n"} {
		mode := os.FileMode(0o755)
		if name == "noexec" {
			mode = 0o644
		}
		if err := os.WriteFile(script+name, []byte(content), mode); err != nil {
			t.Fatal(err)
		}
	}
	for _, test := range []struct {
		name string
		argv []string
		code int
		err  string // a part of it
	}{
		{"success", []string{"true"}, 0, ""},
		{"failure", []string{"sh", "-c", "exit 42"}, 42, ""},
		{"killed", []string{"sh", "-c", "kill -KILL $$"}, 128 + 9, ""},
		{"terminated", []string{"sh", "-c", "kill -TERM $$"}, 128 + 15, ""},
		{"no command", nil, 127, "no command given"},
		{"unknown command", []string{"no-such-command"}, 127, `command "no-such-command": executable file not found in $PATH`},
		{"no such file", []string{"/no/such/file"}, 127, `command "/no/such/file": no such file or directory`},
		{"folder", []string{"/"}, 126, `command "/": is a directory`},
		{"not executable", []string{script + "noexec"}, 126, `noexec": permission denied`},
		{"no interpreter", []string{script + "lost"}, 127, `lost: no such file or directory`},
		{"no program", []string{script + "badformat"}, 126, `badformat: exec format error`},
	} {
		t.Run(test.name, func(t *testing.T) {
			code, err := Run(ctx, test.argv, RunOptions{})
			if code != test.code {
				t.Errorf("exit code: got %d, want %d", code, test.code)
			}
			checkError(t, err, test.err)
			if errors.Is(err, ErrUnsupported) {
				t.Errorf("error: got %v, want one that does not match ErrUnsupported", err)
			}
		})
	}
}

// checkError wants an error with the text, or none when the text is empty.
func checkError(t *testing.T, err error, want string) {
	t.Helper()
	if (err == nil) != (want == "") || err != nil && !strings.Contains(err.Error(), want) {
		t.Errorf("error: got %v, want %q", err, want)
	}
}

func TestRunOptions(t *testing.T) {
	ctx, dir := needPrivate(t), t.TempDir()
	var out, errs bytes.Buffer
	code, err := Run(ctx, []string{"sh", "-c", `cat; echo "$COLOUR:$1:$2:$PWD"; echo oops >&2`, "name", "two words", ""}, RunOptions{
		Env: []string{"COLOUR=green", Env + "=stale"}, Dir: dir, Stdin: strings.NewReader("in\n"), Stdout: &out, Stderr: &errs,
	})
	if code != 0 || err != nil {
		t.Fatalf("exit code %d, error %v", code, err)
	}
	if got, want := out.String(), "in\ngreen:two words::"+dir+"\n"; got != want {
		t.Errorf("standard output: got %q, want %q", got, want)
	}
	if got := errs.String(); got != "oops\n" {
		t.Errorf("standard error: got %q, want %q", got, "oops\n")
	}
	_, err = Run(ctx, []string{"true"}, RunOptions{Dir: dir + "/none"})
	checkError(t, err, `/none": no such file or directory`)
	_, err = Run(ctx, []string{"true"}, RunOptions{Dir: "/dev/null"})
	checkError(t, err, `"/dev/null": not a directory`)
}

// waiting is a process that started "helper wait".
type waiting struct {
	output    *bufio.Reader
	pid       int
	namespace string
}

// pipe returns the two ends of a pipe; reading from it has a deadline.
func pipe(t *testing.T) (r, w *os.File) {
	t.Helper()
	r, w, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { r.Close(); w.Close() })
	if err := r.SetReadDeadline(time.Now().Add(patience)); err != nil {
		t.Fatal(err)
	}
	return r, w
}

func awaitReady(t *testing.T, r io.Reader) waiting {
	t.Helper()
	w := waiting{output: bufio.NewReader(r)}
	line := w.line(t)
	words := strings.Fields(line)
	if len(words) != 3 || words[0] != "ready" {
		t.Fatalf("helper wait: got %q, want ready", line)
	}
	w.namespace = words[2]
	for _, digit := range words[1] {
		w.pid = w.pid*10 + int(digit-'0')
	}
	return w
}

func (w waiting) line(t *testing.T) string {
	t.Helper()
	line, err := w.output.ReadString('\n')
	if err != nil {
		t.Fatalf("helper wait: got %q, error %v", line, err)
	}
	return strings.TrimSuffix(line, "\n")
}

// startWaiting starts a process whose Run runs "helper wait".
func startWaiting(t *testing.T, attr *syscall.SysProcAttr, stdin *os.File) (*exec.Cmd, waiting) {
	t.Helper()
	r, w := pipe(t)
	cmd := process(needPrivate(t), attr, append(helper("run"), helper("wait")...))
	cmd.Stdin, cmd.Stdout, cmd.Stderr = stdin, w, os.Stderr
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if cmd.ProcessState == nil {
			_ = cmd.Process.Kill()
			_ = cmd.Wait()
		}
	})
	w.Close()
	return cmd, awaitReady(t, r)
}

func TestSignalsArePassedOn(t *testing.T) {
	// A session of its own has no terminal, like a job in CI.
	cmd, child := startWaiting(t, &syscall.SysProcAttr{Setsid: true}, nil)
	for _, sig := range []syscall.Signal{syscall.SIGINT, syscall.SIGTERM} {
		if err := cmd.Process.Signal(sig); err != nil {
			t.Fatal(err)
		}
		if got, want := child.line(t), "got "+sig.String(); got != want {
			t.Errorf("signal: got %q, want %q", got, want)
		}
	}
	if err := cmd.Wait(); cmd.ProcessState.ExitCode() != 7 {
		t.Errorf("exit code: got %d (%v), want 7", cmd.ProcessState.ExitCode(), err)
	}
}

func TestTypedInterruptArrivesOnce(t *testing.T) {
	terminal, user := openTerminal(t)
	cmd, child := startWaiting(t, &syscall.SysProcAttr{Setsid: true, Setctty: true}, terminal)
	if _, err := user.Write([]byte{3}); err != nil { // control-C
		t.Fatal(err)
	}
	if got := child.line(t); got != "got interrupt" {
		t.Errorf("signal: got %q, want an interrupt", got)
	}
	if err := cmd.Process.Signal(syscall.SIGTERM); err != nil {
		t.Fatal(err)
	}
	if got := child.line(t); got != "got terminated" {
		t.Errorf("after one interrupt: got %q, want the termination", got)
	}
	if err := cmd.Wait(); cmd.ProcessState.ExitCode() != 7 {
		t.Errorf("exit code: got %d (%v), want 7", cmd.ProcessState.ExitCode(), err)
	}
}

// openTerminal returns the two ends of a new pseudo terminal.
func openTerminal(t *testing.T) (terminal, user *os.File) {
	t.Helper()
	user, err := os.OpenFile("/dev/ptmx", os.O_RDWR|unix.O_NOCTTY, 0)
	if err != nil {
		t.Skip(err)
	}
	t.Cleanup(func() { user.Close() })
	if err := unix.IoctlSetPointerInt(int(user.Fd()), unix.TIOCSPTLCK, 0); err != nil {
		t.Skip(err)
	}
	fd, _, errno := unix.Syscall(unix.SYS_IOCTL, user.Fd(), unix.TIOCGPTPEER, unix.O_RDWR|unix.O_NOCTTY|unix.O_CLOEXEC)
	if errno != 0 {
		t.Skip(errno)
	}
	terminal = os.NewFile(fd, "terminal")
	t.Cleanup(func() { terminal.Close() })
	return terminal, user
}

func TestChildDiesWithKilledParent(t *testing.T) {
	for name, attr := range map[string]*syscall.SysProcAttr{
		"root":   {},
		"nobody": {Credential: &syscall.Credential{Uid: nobody, Gid: nobody}},
	} {
		t.Run(name, func(t *testing.T) {
			if name == "nobody" {
				asNobody(t, []string{"true"}) // skips
			}
			cmd, child := startWaiting(t, attr, nil)
			if err := cmd.Process.Kill(); err != nil {
				t.Fatal(err)
			}
			_ = cmd.Wait()
			// Only the child still holds the other end.
			if rest, err := io.ReadAll(child.output); err != nil {
				_ = syscall.Kill(child.pid, syscall.SIGKILL)
				t.Errorf("child %d: got %q, error %v, want its end", child.pid, rest, err)
			}
			checkEmpty(t, child.namespace)
		})
	}
}

// checkEmpty wants no process in the network namespace.
func checkEmpty(t *testing.T, namespace string) {
	t.Helper()
	links, err := filepath.Glob("/proc/[0-9]*/ns/net")
	if err != nil || len(links) == 0 {
		t.Fatalf("processes: got none (%v)", err)
	}
	for _, link := range links {
		if id, err := os.Readlink(link); err == nil && id == namespace {
			t.Errorf("%s is still %s", link, namespace)
		}
	}
}

func TestChildOutlivesForeignThreads(t *testing.T) {
	ctx := needPrivate(t)
	r, w := pipe(t)
	type result struct {
		code int
		err  error
	}
	done := make(chan result, 1)
	go func() {
		code, err := Run(ctx, helper("wait"), RunOptions{Stdout: w})
		done <- result{code, err}
	}()
	child := awaitReady(t, r)
	for range 50 {
		ended := make(chan struct{})
		go func() {
			runtime.LockOSThread() // and with the goroutine the thread ends
			close(ended)
		}()
		<-ended
	}
	if err := syscall.Kill(child.pid, syscall.SIGTERM); err != nil {
		t.Fatal(err)
	}
	if got := <-done; got.code != 7 || got.err != nil {
		t.Errorf("result: got %+v, want exit code 7", got)
	}
}

func TestCancel(t *testing.T) {
	for _, test := range []struct {
		name string
		argv []string
		code int
	}{
		{"obeys SIGTERM", helper("wait"), 7},
		{"ignores SIGTERM", []string{"sh", "-c", "trap '' TERM; echo ready 0 0; while :; do sleep 1; done"}, 128 + 9},
	} {
		t.Run(test.name, func(t *testing.T) {
			ctx, cancel := context.WithCancelCause(needPrivate(t))
			r, w := pipe(t)
			stop := errors.New("enough")
			go func() {
				_, _ = bufio.NewReader(r).ReadString('\n')
				cancel(stop)
			}()
			code, err := Run(ctx, test.argv, RunOptions{Stdout: w, Grace: time.Second})
			if code != test.code || !errors.Is(err, stop) {
				t.Errorf("got exit code %d, error %v, want %d and %v", code, err, test.code, stop)
			}
		})
	}
}

func TestRunLeavesNothing(t *testing.T) {
	ctx := needPrivate(t)
	before := traces(t)
	for range 3 {
		if code, err := Run(ctx, []string{"true"}, RunOptions{}); code != 0 || err != nil {
			t.Fatalf("exit code %d, error %v", code, err)
		}
		if _, err := Run(ctx, []string{"/no/such/file"}, RunOptions{}); err == nil {
			t.Fatal("error: got none")
		}
	}
	for name, want := range before {
		if got := traces(t)[name]; got != want {
			t.Errorf("%s: got %q, want %q", name, got, want)
		}
	}
}

// traces lists what a leaking Run would leave: descriptors, mounts (of named
// namespaces), interfaces on the host.
func traces(t *testing.T) map[string]string {
	t.Helper()
	found := map[string]string{}
	for _, pattern := range []string{"/proc/self/fd/*", "/run/netns/*", "/proc/sys/net/ipv4/conf/*"} {
		names, err := filepath.Glob(pattern)
		if err != nil {
			t.Fatal(err)
		}
		found[pattern] = strings.Join(names, " ")
	}
	mounts, err := os.ReadFile("/proc/self/mountinfo")
	if err != nil {
		t.Fatal(err)
	}
	found["mounts"] = string(mounts)
	return found
}

func BenchmarkRun(b *testing.B) {
	if err := Available(); err != nil {
		b.Skip(err)
	}
	for b.Loop() {
		if code, err := Run(b.Context(), []string{"true"}, RunOptions{}); code != 0 || err != nil {
			b.Fatalf("exit code %d, error %v", code, err)
		}
	}
}
