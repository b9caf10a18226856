package html

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/webrtc-rink/rink/harness/check"
)

// maxBytes is how large the page of ten peers may be.
const maxBytes = 10_000_000

// TestTheFullMatrixOfTenPeersStaysSmallAndOpens also says how long it took to make
// and to open, which a busy machine decides as well.
func TestTheFullMatrixOfTenPeersStaysSmallAndOpens(t *testing.T) {
	r := synthetic(t, 10)
	c := r.Summary.Outcomes
	t.Logf("%d sessions, %d results: %s; %d known deviations, %d unexpected", len(r.Sessions), len(r.Results), nonzero(c), r.Summary.Deviations.Known, r.Summary.Deviations.Unexpected)
	if len(r.Sessions) != 9200 || len(r.Results) < 650_000 || c.Of(check.Fail) < 200 || r.Summary.Deviations.Known < 900 {
		t.Fatal("that is not what a full run of ten peers looks like")
	}
	began := time.Now()
	data, err := Render(r)
	if err != nil {
		t.Fatal(err)
	}
	t.Logf("report.html: %d bytes in %v", len(data), time.Since(began).Round(time.Millisecond))
	if len(data) >= maxBytes {
		t.Errorf("got %d bytes, want less than %d", len(data), maxBytes)
	}
	path := filepath.Join(t.TempDir(), "report.html")
	if err := os.WriteFile(path, data, 0o600); err != nil {
		t.Fatal(err)
	}
	o := open(t, path)
	t.Logf("opened in %.0f ms, the document was there after %.0f ms", eval[float64](t, o, `performance.getEntriesByType("navigation")[0].loadEventEnd`),
		eval[float64](t, o, `performance.getEntriesByType("navigation")[0].domContentLoadedEventEnd`))
	cells := len(r.Checks) * 100
	if got := eval[int](t, o, `document.querySelectorAll("#matrix ~ .scroll td[id]").length`); got != cells {
		t.Errorf("got %d cells, want %d", got, cells)
	}
	all := eval[int](t, o, `document.getElementsByTagName("*").length`)
	t.Logf("%d elements", all)
	if all > 200_000 {
		t.Errorf("got %d elements: no browser likes that", all)
	}
	if rows := eval[int](t, o, `document.querySelectorAll("#sessions ~ .scroll tbody tr").length`); rows == 0 || rows > 500 {
		t.Errorf("the tables of sessions have %d rows", rows)
	}
	for _, width := range []int64{360, 1280} {
		o.look(t, width, "light")
		if got := eval[int64](t, o, "document.documentElement.scrollWidth"); got > width {
			t.Errorf("%d px wide at %d px", got, width)
		}
	}
	o.shoot(t, "ten-peers")
	if n := strings.Count(string(data), " title="); n > 0 {
		t.Errorf("%d tooltips, which no phone shows", n)
	}
}
