package firefox

import (
	"context"
	"errors"
	"fmt"
	"os"
	"runtime"
	"strings"
	"testing"

	"github.com/webrtc-rink/rink/harness/peer/page/pagetest"
)

// subject is a browser as the shared tests see it.
func subject(b *Browser) pagetest.Browser {
	return pagetest.Browser{
		Peer: b, Dir: b.link.folder.Path,
		Kill: func() error {
			browser, err := os.FindProcess(b.link.process.Pid())
			if err != nil {
				return err
			}
			return browser.Kill()
		},
		Run: func(script string) error {
			used := b.pages.Used()
			return used.run(used.ctx, script, false)
		},
	}
}

func TestAKilledBrowserIsGoneForEveryCallAndConnection(t *testing.T) {
	pagetest.Killed(t, subject(run(t, Options{})), pagetest.Swallow)
}

func TestACallThatIsPendingAtCloseIsGone(t *testing.T) {
	pagetest.ClosedWhilePending(t, subject(run(t, Options{})))
}

// killContent kills the processes among those given that run pages.
func killContent(pids []int) error {
	var errs []error
	for _, pid := range pids {
		name, err := os.ReadFile(fmt.Sprintf("/proc/%d/comm", pid))
		if err != nil || strings.TrimSpace(string(name)) != "Web Content" {
			continue
		}
		process, err := os.FindProcess(pid)
		if err == nil {
			err = process.Kill()
		}
		errs = append(errs, err)
	}
	if len(errs) == 0 {
		errs = append(errs, errors.New("no process of a page"))
	}
	return errors.Join(errs...)
}

func TestALostPageCostsItsConnectionsAndNotTheBrowser(t *testing.T) {
	b := run(t, Options{})
	call := func(ctx context.Context, method string, params object) error {
		return b.link.session.call(ctx, method, params, nil)
	}
	for _, c := range []struct {
		name   string
		lose   func(ctx context.Context, id any) error
		reason string
	}{
		{"closed", func(ctx context.Context, id any) error {
			return call(ctx, "browsingContext.close", object{"context": id})
		}, "page closed"},
		{"another document", func(ctx context.Context, id any) error {
			return call(ctx, "browsingContext.navigate", object{"context": id, "url": "about:blank?another"})
		}, "page crashed or left its document"},
		{"killed", func(context.Context, any) error {
			return killContent(pagetest.ProcessesOf(t, b.link.folder.Path))
		}, "page crashed or left its document"},
	} {
		t.Run(c.name, func(t *testing.T) {
			if c.name == "killed" && runtime.GOOS != "linux" {
				t.Skip("the process of a page is found on Linux alone")
			}
			ctx := pagetest.Bounded(t)
			var lost *tab
			pagetest.LosePage(ctx, t, subject(b), c.reason, func() {
				lost = b.pages.Used()
				// Without the page a call may fail, and that it is lost is what tells.
				go func() { _ = c.lose(ctx, lost.context.Load()) }()
			})
			if b.pages.Used() == lost {
				t.Error("page of the next connection: got the lost one, want a new one")
			}
		})
	}
	pages := 0
	b.pages.Each(func(*tab) { pages++ })
	if pages != 1 {
		t.Errorf("pages: got %d, want the last one alone", pages)
	}
}
