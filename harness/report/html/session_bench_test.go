package html

import (
	"testing"

	"github.com/webrtc-rink/rink/harness/report/evidence"
	"github.com/webrtc-rink/rink/harness/report/evidence/evidencetest"
)

func BenchmarkSession(b *testing.B) {
	r, s, records := evidencetest.Graded(b, checkout+"/fixtures/traces/pion_chrome_trickle-full.jsonl.gz")
	b.ReportAllocs()
	for b.Loop() {
		e := evidence.Of(r, s, records, nil)
		b.ReportMetric(float64(len(sessionPage(b, r, e))), "bytes/page")
	}
}
