package chrome

import (
	"testing"

	"github.com/webrtc-rink/rink/harness/peer/page/pagetest"
)

// live starts a browser of the test's own, even where RINK_CHROME_URL names one.
// A machine without a browser fails the test: what happens in a fault is not
// known from a skipped test.
func live(t *testing.T, o Options) *Browser {
	t.Helper()
	installed(t)
	return run(t, o)
}

// installed returns the browser to run, and keeps Start from attaching to one.
func installed(t *testing.T) string {
	t.Helper()
	t.Setenv(EnvURL, "")
	path, err := Find()
	if err != nil {
		t.Fatal(err)
	}
	return path
}

// subject is a browser as the shared tests see it.
func subject(b *Browser) pagetest.Browser {
	s := pagetest.Browser{Peer: b, Run: func(script string) error { return b.pages.Used().run(script, false) }}
	if !b.link.attached {
		s.Dir, s.Kill = b.link.folder.Path, b.link.cmd.Process.Kill
	}
	return s
}

// pages counts the pages that live.
func pages(b *Browser) (n int) {
	b.pages.Each(func(*tab) { n++ })
	return n
}

func TestAKilledBrowserIsGoneForEveryCallAndConnection(t *testing.T) {
	for name, script := range map[string]string{
		"while an answer is awaited": pagetest.Swallow,
		"while the page is busy":     pagetest.Hang,
	} {
		t.Run(name, func(t *testing.T) { pagetest.Killed(t, subject(live(t, Options{})), script) })
	}
}

func TestACallThatIsPendingAtCloseIsGone(t *testing.T) {
	pagetest.ClosedWhilePending(t, subject(live(t, Options{})))
}
