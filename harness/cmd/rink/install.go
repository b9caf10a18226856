package main

import (
	"errors"
	"fmt"
	"os"
	"os/exec"
	"strings"

	"github.com/webrtc-rink/rink/harness/peer/chrome"
)

// packager is a package manager that has a browser.
type packager struct {
	program  string
	commands [][]string
	env      []string
	root     bool // wants root
}

// packagers are tried in this order.
func packagers() []packager {
	return []packager{
		{
			program: "apt-get", root: true, env: []string{"DEBIAN_FRONTEND=noninteractive"},
			commands: [][]string{{"apt-get", "update", "-q"}, {"apt-get", "install", "-q", "-y", "--no-install-recommends", "chromium"}},
		},
		{program: "dnf", root: true, commands: [][]string{{"dnf", "install", "-y", "chromium-headless"}}},
		{program: "apk", root: true, commands: [][]string{{"apk", "add", "chromium"}}},
		{program: "pacman", root: true, commands: [][]string{{"pacman", "-S", "--noconfirm", "chromium"}}},
		{program: "zypper", root: true, commands: [][]string{{"zypper", "--non-interactive", "install", "chromium"}}},
		{program: "brew", commands: [][]string{{"brew", "install", "--cask", "google-chrome"}}},
	}
}

// installBrowser installs a browser unless one can be found.
func installBrowser(s streams) error {
	if os.Getenv(chrome.EnvURL) != "" {
		return nil
	}
	_, err := chrome.Find()
	if err == nil {
		return nil
	}
	if !errors.Is(err, chrome.ErrNotFound) { // RINK_CHROME names one that is not there
		return err
	}
	for _, p := range packagers() {
		if _, missing := exec.LookPath(p.program); missing != nil {
			continue
		}
		if err := p.install(s); err != nil {
			return err
		}
		_, err = chrome.Find()
		return err
	}
	return fmt.Errorf("%w; no package manager that is known here", err)
}

func (p packager) install(s streams) error {
	for _, argv := range p.commands {
		if p.root && os.Geteuid() != 0 {
			argv = append([]string{"sudo", "-n"}, argv...)
		}
		line := strings.Join(argv, " ")
		_, _ = fmt.Fprintln(s.err, "rink: "+line) // the command's own output follows
		cmd := exec.Command(argv[0], argv[1:]...)
		cmd.Env = append(os.Environ(), p.env...)
		cmd.Stdout, cmd.Stderr = s.err, s.err
		if err := cmd.Run(); err != nil {
			return fmt.Errorf("could not install a browser: %s: %w; install Chrome or Chromium and run this again", line, err)
		}
	}
	return nil
}
