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
	"github.com/webrtc-rink/rink/harness/peer/program"
)

// profileDir is the profile in the browser's folder.
const profileDir = "profile"

// browser is a browser that both sides of the comparison attach to.
type browser struct {
	url     string
	process *program.Process
	folder  *program.Folder
}

func launch(ctx context.Context) (*browser, error) {
	path, err := chrome.Find()
	if err != nil {
		return nil, err
	}
	folder, err := program.NewFolder("rink-bench-chrome-", profileDir)
	if err != nil {
		return nil, err
	}
	flags := []string{
		"--headless", "--disable-gpu", "--no-first-run", "--disable-background-networking", "--disable-component-update",
		"--disable-extensions", "--disable-sync", "--mute-audio", "--disable-dev-shm-usage", "--disable-breakpad",
		"--disable-backgrounding-occluded-windows", "--disable-renderer-backgrounding", "--disable-background-timer-throttling",
		"--autoplay-policy=no-user-gesture-required", "--disable-features=WebRtcHideLocalIpsWithMdns",
		"--remote-debugging-port=0", "--user-data-dir=" + folder.Sub(profileDir),
	}
	if os.Geteuid() == 0 {
		flags = append(flags, "--no-sandbox")
	}
	process, err := program.Start(exec.Command(path, flags...))
	if err != nil {
		return nil, errors.Join(err, folder.Remove())
	}
	b := &browser{process: process, folder: folder}
	if err := b.await(ctx); err != nil {
		return nil, errors.Join(fmt.Errorf("%s: %w", path, err), b.close())
	}
	return b, nil
}

// await reads the port that the browser chose.
func (b *browser) await(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, chrome.DefaultStartTimeout)
	defer cancel()
	for {
		data, err := os.ReadFile(filepath.Join(b.folder.Sub(profileDir), "DevToolsActivePort"))
		if port, _, ok := strings.Cut(string(data), "\n"); err == nil && ok {
			b.url = "http://127.0.0.1:" + port
			return nil
		}
		select {
		case <-time.After(20 * time.Millisecond):
		case <-ctx.Done():
			return fmt.Errorf("no DevTools port: %w", ctx.Err())
		}
	}
}

func (b *browser) close() error {
	b.process.Kill()
	<-b.process.Ended()
	return b.folder.Remove()
}
