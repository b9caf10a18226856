package main

import (
	"io"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"runtime"
	"strings"
	"syscall"
	"testing"
)

func TestServeRefusesWhatIsNotThisMachine(t *testing.T) {
	dir := t.TempDir()
	for addr, part := range map[string]string{
		"0.0.0.0:8700": "0.0.0.0 is not on the loopback interface", ":8700": "every interface", "example.org:8700": "may lead anywhere", "8700": "HOST:PORT",
	} {
		expect(t, exitUsage, []string{"serve", dir, "--addr", addr}, "--addr", `"`+addr+`"`, part)
	}
	expect(t, exitUsage, []string{"serve", filepath.Join(dir, "gone")}, "gone", "no such file", "rink run")
	expect(t, 0, []string{"serve", "--help"}, "loopback", "127.0.0.1:8700", "Ctrl-C", "--open")
}

// written is what a command has said so far.
type written struct{ path string }

func (w written) text(t *testing.T) string {
	t.Helper()
	data, err := os.ReadFile(w.path)
	if err != nil {
		t.Fatal(err)
	}
	return string(data)
}

// background starts rink as a process of its own that says what it says to a file.
func background(t *testing.T, args ...string) (*exec.Cmd, written) {
	t.Helper()
	cmd, _ := command(t, args...)
	f, err := os.Create(filepath.Join(t.TempDir(), "said"))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = f.Close() })
	cmd.Stdout, cmd.Stderr = f, f
	return cmd, written{f.Name()}
}

func TestServeShowsARunWhileItGoesAndEndsWhenAsked(t *testing.T) {
	out, bin := t.TempDir(), t.TempDir()
	opened := filepath.Join(bin, "opened")
	write(t, filepath.Join(bin, "xdg-open"), "#!/bin/sh\necho \"$1\" > "+opened+"\n")
	if err := os.Chmod(filepath.Join(bin, "xdg-open"), 0o700); err != nil { //nolint:gosec // a program
		t.Fatal(err)
	}
	server, said := background(t, "serve", out, "--addr", "127.0.0.1:0", "--open")
	server.Env = append(server.Env, "PATH="+bin+string(os.PathListSeparator)+os.Getenv("PATH"))
	if err := server.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = server.Process.Kill() }) // unless it has ended
	address := regexp.MustCompile(`http://127\.0\.0\.1:\d+/`)
	await(t, "the address", func() bool { return address.MatchString(said.text(t)) })
	url := address.FindString(said.text(t))
	show := func(path string) string {
		resp, err := http.Get(url + path) //nolint:gosec // our own
		if err != nil {
			t.Fatal(err)
		}
		defer func() { _ = resp.Body.Close() }()
		data, err := io.ReadAll(resp.Body)
		if err != nil || resp.StatusCode != http.StatusOK {
			t.Fatalf("%s: got status %d, %v", path, resp.StatusCode, err)
		}
		return string(data)
	}
	if runtime.GOOS == "linux" {
		await(t, "a browser", func() bool { data, _ := os.ReadFile(opened); return strings.TrimSpace(string(data)) == url })
	}
	if page := show(""); !strings.Contains(page, "There is none yet") {
		t.Errorf("no run: got %s", page)
	}
	player, _ := background(t, session(out, "--scenarios", "trickle-*", "--parallel", "1")...)
	if err := player.Start(); err != nil {
		t.Fatal(err)
	}
	await(t, "the run to be shown as it goes", func() bool {
		page := show("")
		return strings.Contains(page, `data-run="2`) || strings.Contains(page, "No unexpected deviation")
	})
	if err := player.Wait(); err != nil {
		t.Fatal(err)
	}
	if page := show(""); !strings.Contains(page, "No unexpected deviation") {
		t.Errorf("the run has ended: got %s", page)
	}
	if page := show("runs/latest/"); !strings.Contains(page, "WebRTC interop report") {
		t.Errorf("its report: got %.300s", page)
	}
	if err := server.Process.Signal(syscall.SIGTERM); err != nil {
		t.Fatal(err)
	}
	if err := server.Wait(); err != nil {
		t.Errorf("the server: got %v, want exit code 0; it said:\n%s", err, said.text(t))
	}
}
