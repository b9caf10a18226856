package firefox

import (
	"fmt"
	"os/exec"
	"strings"
	"testing"

	"github.com/webrtc-rink/rink/harness/peer/page/pagetest"
)

func TestOnlyMDNSHidesHostAddresses(t *testing.T) {
	for _, mdns := range []bool{true, false} {
		t.Run(fmt.Sprintf("MDNS=%v", mdns), func(t *testing.T) {
			ctx := pagetest.Bounded(t)
			b := run(t, Options{MDNS: mdns})
			if got := b.Describe().Details["mdns"]; got != fmt.Sprint(mdns) {
				t.Errorf("description: got mdns %q, want %v", got, mdns)
			}
			pagetest.WantHostAddresses(ctx, t, b, mdns)
		})
	}
}

func TestTheVersionIsThatOfTheRunningBrowser(t *testing.T) {
	ctx := pagetest.Bounded(t)
	d := run(t, Options{ID: "fox", Prefs: map[string]any{"rink.test": "set"}}).Describe()
	told, err := exec.CommandContext(ctx, d.Details["browser"], "--version").Output()
	if err != nil {
		t.Fatal(err)
	}
	if d.Version == "" || !strings.Contains(string(told), " "+d.Version) {
		t.Errorf("version: got %q, want that of %q", d.Version, told)
	}
	if d.ID != "fox" || d.VersionSource != "session.new" || !strings.Contains(d.Details["prefs"], "rink.test=set") {
		t.Errorf("description: got %+v, want id fox, versionSource session.new, and the pref rink.test", d)
	}
}
