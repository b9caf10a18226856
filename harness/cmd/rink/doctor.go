package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"runtime"
	"strings"
	"time"

	"github.com/webrtc-rink/rink/harness/netlab"
	"github.com/webrtc-rink/rink/harness/peer/chrome"
	"github.com/webrtc-rink/rink/harness/peer/firefox"
	"github.com/webrtc-rink/rink/harness/peer/pion"
	"github.com/webrtc-rink/rink/harness/report"
	"github.com/webrtc-rink/rink/harness/run"
)

type doctorCmd struct {
	Install bool `help:"Install what is missing with the system's package manager."`
}

// Run implements the command.
func (c *doctorCmd) Run(s streams) error {
	if c.Install {
		if err := installBrowser(s); err != nil {
			return exit{report.ExitError, err}
		}
	}
	missing := 0
	for _, f := range examine() {
		mark := "ok      "
		switch {
		case f.missing && f.required:
			mark = "missing "
			missing++
		case f.missing:
			mark = "without "
		}
		if _, err := fmt.Fprintf(s.out, "%s%-16s %s\n", mark, f.name, f.text); err != nil {
			return err
		}
	}
	if missing > 0 {
		return exit{report.ExitError, errors.New("rink run cannot do its default pairs here; rink doctor --install installs what it can")}
	}
	return nil
}

// finding is one thing that a run wants from the machine.
type finding struct {
	name, text string
	missing    bool
	required   bool
}

func examine() []finding {
	return []finding{
		{name: "rink", text: fmt.Sprintf("%s, %s, %s/%s, %d processors", run.Version(), runtime.Version(), runtime.GOOS, runtime.GOARCH, runtime.NumCPU())},
		examinePion(), examineChrome(), examineFirefox(), examineNetwork(),
	}
}

func examinePion() finding {
	p, err := pion.New(pion.Options{})
	if err != nil {
		return finding{name: "pion", text: err.Error(), missing: true, required: true}
	}
	defer p.Close() //nolint:errcheck // nothing was opened
	d := p.Describe()
	return finding{name: "pion", text: fmt.Sprintf("%s %s (%s)", d.Implementation, d.Version, d.VersionSource)}
}

func examineChrome() finding {
	f := finding{name: "chrome", required: true}
	if url := os.Getenv(chrome.EnvURL); url != "" {
		f.text = fmt.Sprintf("%s=%s: attaches to that browser", chrome.EnvURL, url)
		return f
	}
	f.examineProgram(chrome.Find())
	if !f.missing && os.Geteuid() == 0 {
		f.text += "; runs with --no-sandbox, since this is root"
	}
	return f
}

// examineFirefox: no default pair has it.
func examineFirefox() finding {
	f := finding{name: "firefox"}
	f.examineProgram(firefox.Find())
	return f
}

// examineProgram takes what the Find of a browser returned, and asks the program
// for its version.
func (f *finding) examineProgram(path string, err error) {
	if err != nil {
		f.text, f.missing = err.Error(), true
		return
	}
	ctx, cancel := context.WithTimeout(context.Background(), 20*time.Second)
	defer cancel()
	version, err := exec.CommandContext(ctx, path, "--version").Output()
	if err != nil {
		f.text, f.missing = fmt.Sprintf("%s --version: %v", path, err), true
		return
	}
	f.text = fmt.Sprintf("%s (%s)", strings.TrimSpace(string(version)), path)
}

func examineNetwork() finding {
	if err := netlab.Available(); err != nil {
		return finding{name: "private network", text: fmt.Sprintf("%v; runs use the host's network", err), missing: true}
	}
	return finding{name: "private network", text: "can be made: runs do not touch this machine's interfaces"}
}
