package badge

import (
	"encoding/json"
	"encoding/xml"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/webrtc-rink/rink/harness/check"
	"github.com/webrtc-rink/rink/harness/report"
)

func TestTheBadgeSaysHowTheRunCameOut(t *testing.T) {
	for name, tc := range map[string]struct {
		outcomes       []check.Outcome
		incomplete     bool
		unused         int
		message, color string
	}{
		"green":          {[]check.Outcome{check.Pass}, false, 0, "1 of 1 met, 0 known", "brightgreen"},
		"known":          {[]check.Outcome{check.Pass, check.Known}, false, 0, "0 of 1 met, 1 known", "brightgreen"},
		"red":            {[]check.Outcome{check.Fail, check.Fail}, false, 0, "1 finding", "red"},
		"all kinds":      {[]check.Outcome{check.Fail, check.Stale}, false, 2, "4 findings", "red"},
		"nothing judged": {[]check.Outcome{check.Skipped}, false, 0, "nothing judged", "lightgrey"},
		"error":          {[]check.Outcome{check.Fail, check.Error}, false, 0, "error", "lightgrey"},
		"incomplete":     {[]check.Outcome{check.Pass}, true, 0, "error", "lightgrey"},
	} {
		t.Run(name, func(t *testing.T) {
			r := &report.Report{Run: report.Run{Complete: !tc.incomplete}, Checks: []report.Check{{ID: "A-1"}}}
			r.Unused = make([]report.Expectation, tc.unused)
			for _, o := range tc.outcomes {
				r.Results = append(r.Results, report.Result{Check: "A-1", Subject: "pion", Outcome: o})
			}
			r.Summary = report.Summarize(r)
			data, err := Render(r)
			if err != nil {
				t.Fatal(err)
			}
			var got map[string]any
			if err := json.Unmarshal(data, &got); err != nil {
				t.Fatal(err)
			}
			// What shields.io documents, and nothing else: it refuses what it does not know.
			want := map[string]any{"schemaVersion": 1.0, "label": "WebRTC interop", "message": tc.message, "color": tc.color}
			if diff := cmp.Diff(want, got); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}

func TestTheBadgeOfAPartialRunDoesNotSpeakForTheRest(t *testing.T) {
	r := &report.Report{Run: report.Run{Complete: true, Since: &report.Partial{Reports: []string{"first"}, LeftOut: 3}}, Checks: []report.Check{{ID: "A-1"}}}
	for _, outcome := range []check.Outcome{"", check.Pass, check.Fail} {
		message := "3 sessions left out as green before"
		if outcome != "" {
			r.Sessions, r.Results = []report.Session{{}}, []report.Result{{Check: "A-1", Subject: "pion", Outcome: outcome}}
		}
		if outcome == check.Fail {
			message = "1 finding"
		}
		r.Summary = report.Summarize(r)
		data, err := Render(r)
		var got endpoint
		if err == nil {
			err = json.Unmarshal(data, &got)
		}
		if err != nil || got.Message != message {
			t.Errorf("outcome %q: got %q, %v, want %q", outcome, got.Message, err, message)
		}
	}
}

func TestTheBadgeOfAShardIsOfThatShardAlone(t *testing.T) {
	r := &report.Report{
		Run:      report.Run{Complete: true, Shard: &report.Shard{Index: 2, Count: 4}},
		Checks:   []report.Check{{ID: "A-1"}},
		Sessions: []report.Session{{}}, Results: []report.Result{{Check: "A-1", Subject: "pion", Outcome: check.Pass}},
	}
	r.Summary = report.Summarize(r)
	if got := endpointOf(r); got.Message != "shard 2 of 4: 0 known" || got.Color != "green" {
		t.Errorf("got %+v", got)
	}
}

// TestThePictureIsOneAndSafe: it is an XML document that says what badge.json says,
// with nothing in it that does anything.
func TestThePictureIsOneAndSafe(t *testing.T) {
	r := &report.Report{Run: report.Run{Complete: true}, Checks: []report.Check{{ID: "A-1"}}}
	r.Results = []report.Result{{Check: "A-1", Subject: "<pion>", Outcome: check.Pass}}
	r.Summary = report.Summarize(r)
	data, err := SVG(r)
	if err != nil {
		t.Fatal(err)
	}
	var picture struct {
		Label string `xml:"aria-label,attr"`
		Width int    `xml:"width,attr"`
	}
	if err := xml.Unmarshal(data, &picture); err != nil {
		t.Fatalf("%v in %s", err, data)
	}
	if picture.Label != "WebRTC interop: 1 of 1 met, 0 known" || picture.Width < 150 {
		t.Errorf("got %+v", picture)
	}
}
