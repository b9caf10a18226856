package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"time"

	"github.com/webrtc-rink/rink/harness/peer/chrome"
)

// browser is a browser that both sides of the comparison attach to.
type browser struct {
	url string
	cmd *exec.Cmd
	dir string
}

func launch(ctx context.Context) (*browser, error) {
	path, err := chrome.Find()
	if err != nil {
		return nil, err
	}
	dir, err := os.MkdirTemp("", "rink-bench-chrome-")
	if err != nil {
		return nil, err
	}
	flags := []string{
		"--headless", "--disable-gpu", "--no-first-run", "--disable-background-networking", "--disable-component-update",
		"--disable-extensions", "--disable-sync", "--mute-audio", "--disable-dev-shm-usage", "--disable-breakpad",
		"--disable-backgrounding-occluded-windows", "--disable-renderer-backgrounding", "--disable-background-timer-throttling",
		"--autoplay-policy=no-user-gesture-required", "--disable-features=WebRtcHideLocalIpsWithMdns",
		"--remote-debugging-port=0", "--user-data-dir=" + dir,
	}
	if os.Geteuid() == 0 {
		flags = append(flags, "--no-sandbox")
	}
	b := &browser{cmd: exec.Command(path, flags...), dir: dir}
	dieWithParent(b.cmd)
	if err := b.cmd.Start(); err != nil {
		return nil, errors.Join(err, os.RemoveAll(dir))
	}
	if err := b.await(ctx); err != nil {
		return nil, errors.Join(err, b.close())
	}
	return b, nil
}

// await reads the port that the browser chose.
func (b *browser) await(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, chrome.DefaultStartTimeout)
	defer cancel()
	for {
		data, err := os.ReadFile(filepath.Join(b.dir, "DevToolsActivePort"))
		if port, _, ok := strings.Cut(string(data), "\n"); err == nil && ok {
			b.url = "http://127.0.0.1:" + port
			return nil
		}
		select {
		case <-time.After(20 * time.Millisecond):
		case <-ctx.Done():
			return fmt.Errorf("%s did not open its DevTools port: %w", b.cmd.Path, ctx.Err())
		}
	}
}

func (b *browser) close() error {
	_ = b.cmd.Process.Kill() // it may have ended
	_ = b.cmd.Wait()         // by the signal
	var err error
	for deadline := time.Now().Add(5 * time.Second); time.Now().Before(deadline); time.Sleep(20 * time.Millisecond) {
		if err = os.RemoveAll(b.dir); err == nil { // its children may write to the end
			return nil
		}
	}
	return err
}
