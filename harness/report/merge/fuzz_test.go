package merge_test

import (
	"os"
	"testing"

	"github.com/webrtc-rink/rink/harness/report"
	"github.com/webrtc-rink/rink/harness/report/merge"
)

// FuzzReportsOfAnybodyAreMergedOrRefused: whatever two files say, there is a report
// or an error, the same in either order, and merging it again changes nothing.
func FuzzReportsOfAnybodyAreMergedOrRefused(f *testing.F) {
	for _, r := range shards(12)[:3] { // small ones: there is one session in each
		data, err := report.Encode(r)
		if err != nil {
			f.Fatal(err)
		}
		other, err := report.Encode(shard(2, 12))
		if err != nil {
			f.Fatal(err)
		}
		f.Add(data, other)
	}
	rich, err := os.ReadFile("../testdata/rich.report.json")
	if err != nil {
		f.Fatal(err)
	}
	f.Add(rich, rich)
	f.Add([]byte(`{"schema":"rink.report/v1","run":{"merged":{"parts":[]}}}`), []byte(`{"schema":"rink.report/v1","run":{"merged":{"count":-1,"parts":[{"shard":{"index":-1,"count":0}}]}}}`))
	f.Fuzz(func(t *testing.T, one, two []byte) {
		a, err1 := report.Decode(one)
		b, err2 := report.Decode(two)
		if err1 != nil || err2 != nil {
			return
		}
		r, err := merge.Reports([]*report.Report{a, b})
		other, otherErr := merge.Reports([]*report.Report{b, a})
		if (err == nil) != (otherErr == nil) {
			t.Fatalf("got %v, and %v in the other order", err, otherErr)
		}
		if err != nil {
			return
		}
		want := encoded(t, r)
		if got := encoded(t, other); got != want {
			t.Errorf("in the other order it is another report:\n%s\n%s", want, got)
		}
		if got := encoded(t, merged(t, reread(t, r), r)); got != want {
			t.Errorf("merged again it is another report:\n%s\n%s", want, got)
		}
	})
}
