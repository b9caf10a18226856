package chrome

import (
	"testing"

	"github.com/webrtc-rink/rink/harness/peer/page/pagetest"
)

func TestOnlyMDNSHidesHostAddresses(t *testing.T) {
	for _, mdns := range []bool{true, false} {
		name := map[bool]string{true: "with MDNS", false: "without MDNS"}[mdns]
		t.Run(name, func(t *testing.T) {
			ctx := pagetest.Bounded(t)
			b := live(t, Options{MDNS: mdns})
			if got, want := b.Describe().Details["mdns"], map[bool]string{true: "true", false: "false"}[mdns]; got != want {
				t.Errorf("description: got mdns %q, want %q", got, want)
			}
			pagetest.WantHostAddresses(ctx, t, b, mdns)
			used := b.pages.Used()
			_ = used.run("location = 'about:blank'", false) // the permission is given to every page anew
			select {
			case <-used.page.Done():
			case <-ctx.Done():
				t.Fatal("page: got none lost, want it to have left its document")
			}
			pagetest.WantHostAddresses(ctx, t, b, mdns)
		})
	}
}
