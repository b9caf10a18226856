package evidence

import (
	"path/filepath"
	"strings"
	"testing"

	"github.com/webrtc-rink/rink/harness/peer"
	"github.com/webrtc-rink/rink/harness/report/sdpdiff"
	"github.com/webrtc-rink/rink/harness/trace"
)

func recorded(t *testing.T, name string) []trace.Record {
	t.Helper()
	records, err := trace.ReadFile(filepath.Join("../../../fixtures/traces", name+".jsonl.gz"))
	if err != nil {
		t.Fatal(err)
	}
	return records
}

// TestRecordedExchangesContradictInNothing: what pion and Chromium answered in the
// recorded sessions is no conflict, unless a scenario made it one.
func TestRecordedExchangesContradictInNothing(t *testing.T) {
	paths, err := filepath.Glob("../../../fixtures/traces/*.jsonl.gz")
	if err != nil || len(paths) == 0 {
		t.Fatalf("got %d traces, %v", len(paths), err)
	}
	answered := 0
	for _, path := range paths {
		records, err := trace.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		for i, x := range Exchanges(records) {
			if x.Offer == nil || x.Offer.Type != "offer" || x.Offer.Text == "" {
				t.Fatalf("%s: exchange %d has the offer %+v", path, i, x.Offer)
			}
			if x.Answer == nil {
				continue
			}
			answered++
			if x.Answer.Side == x.Offer.Side || x.Answer.N <= x.Offer.N {
				t.Errorf("%s: record %d of the %s answers record %d of the %s", path, x.Answer.N, x.Answer.Side, x.Offer.N, x.Offer.Side)
			}
			if x.Diff.Broken() || strings.Contains(x.Diff.Summary(), "conflict") {
				t.Errorf("%s: exchange %d: %s", path, i, x.Diff.Text(false))
			}
		}
	}
	if answered < 20 {
		t.Errorf("got %d answered offers in %d traces, want most of them answered", answered, len(paths))
	}
}

func TestEachNegotiationIsAnExchange(t *testing.T) {
	for name, want := range map[string]int{
		"pion_chrome_trickle-full": 1, "pion_chrome_media-renegotiated": 3, "pion_chrome_restart-by-offerer": 2, "chrome_pion_restart-by-answerer": 2,
	} {
		all := Exchanges(recorded(t, name))
		answered := 0
		for _, x := range all {
			if x.Answer != nil {
				answered++
			}
		}
		if answered != want {
			t.Errorf("%s: got %d answered offers of %d, want %d", name, answered, len(all), want)
		}
	}
}

func TestWhatGatheringAddedIsToldFromWhatWasMade(t *testing.T) {
	x := Exchanges(recorded(t, "chrome_pion_trickle-half"))[0]
	d := x.Offer.Altered
	if d == nil || d.Mode != sdpdiff.ModeCopies || x.Offer.Fault != "" || x.Offer.Arrived() == x.Offer.Text {
		t.Fatalf("got %+v, want that the offer grew", x.Offer)
	}
	candidates := false
	for _, s := range d.Sections() {
		for _, r := range s.Rows {
			candidates = candidates || r.Key == "candidate" && r.Class == sdpdiff.OnlyB
		}
	}
	if !candidates {
		t.Errorf("got\n%s\nwant candidates that were added", d.Text(false))
	}
	if full := Exchanges(recorded(t, "chrome_pion_trickle-full"))[0]; full.Offer.Altered != nil || full.Offer.Carried == "" {
		t.Errorf("got %+v, want an offer that arrived as it was made", full.Offer)
	}
}

func TestTheBaselineStandsBesideEachDescription(t *testing.T) {
	now, before := recorded(t, "pion_chrome_connect-media"), recorded(t, "pion_chrome_trickle-full")
	x := exchanges(now, before)[0]
	if x.Offer.Before == nil || !x.Offer.Before.Differs() || x.Answer.Before == nil || x.Offer.Before.Mode != sdpdiff.ModeVersions {
		t.Fatalf("got %+v, want the baseline's offer beside it", x.Offer.Before)
	}
	same := exchanges(now, now)[0]
	if same.Offer.Before == nil || same.Offer.Before.Differs() {
		t.Errorf("got\n%s\nwant no difference from itself", same.Offer.Before.Text(false))
	}
	if alone := exchanges(now, nil)[0]; alone.Offer.Before != nil {
		t.Error("got a comparison with no baseline")
	}
}

// script makes the records of a session by hand.
type script []trace.Record

func (s script) add(side trace.Side, r trace.Record) script {
	r.N, r.Side = len(s), side
	return append(s, r)
}

func (s script) created(side trace.Side, typ, sdp string) script {
	method := map[string]string{"offer": "createOffer", "answer": "createAnswer"}[typ]
	return s.add(side, trace.Record{Kind: trace.KindReturn, Return: &trace.Return{Method: method, Description: &peer.SessionDescription{Type: typ, SDP: sdp}}})
}

func (s script) set(side trace.Side, typ, sdp string) script {
	return s.add(side, trace.Record{Kind: trace.KindCall, Call: &trace.Call{Method: "setLocalDescription", Description: &peer.SessionDescription{Type: typ, SDP: sdp}}})
}

func (s script) carried(side trace.Side, act trace.SignalAct, typ, sdp, fault string) script {
	return s.add(side, trace.Record{Kind: trace.KindSignal, Signal: &trace.Signal{Act: act, What: "description", Fault: fault, Description: &peer.SessionDescription{Type: typ, SDP: sdp}}})
}

func TestExchangesOfUnusualSessions(t *testing.T) {
	o, a := trace.Offerer, trace.Answerer
	start := script{}.created(o, "offer", "O1").set(o, "offer", "O1").carried(o, trace.ActCarry, "offer", "O1", "")
	for name, tc := range map[string]struct {
		records script
		want    string // offer>answer, and what is known of each
	}{
		"nothing":             {nil, ""},
		"no answer":           {start, "O1>"},
		"never set":           {script{}.created(o, "offer", "O1"), "O1?>"},
		"answered":            {start.created(a, "answer", "A1").set(a, "answer", "A1"), "O1>A1"},
		"provisional first":   {start.created(a, "answer", "A0").set(a, "pranswer", "A0").created(a, "answer", "A1").set(a, "answer", "A1"), "O1>A0 O1>A1"},
		"altered":             {script{}.created(o, "offer", "O1").set(o, "offer", "O1").carried(o, trace.ActCarry, "offer", "O2", "renamed"), "O1!renamed>"},
		"dropped":             {script{}.created(o, "offer", "O1").set(o, "offer", "O1").carried(o, trace.ActDrop, "offer", "O1", "lost"), "O1-!lost>"},
		"set without a text":  {script{}.carried(o, trace.ActCarry, "offer", "O1", "").carried(a, trace.ActCarry, "answer", "A1", ""), "O1>A1"},
		"glare":               {start.created(a, "offer", "X").set(a, "offer", "X").created(a, "answer", "A1").set(a, "answer", "A1"), "O1>A1 X>"},
		"set anew":            {start.created(a, "answer", "A1").set(a, "answer", "A1").created(o, "offer", "O2").set(o, "offer", "O2"), "O1>A1 O2>"},
		"a rollback":          {start.set(o, "rollback", ""), "O1>"},
		"an answer to nobody": {script{}.created(a, "answer", "A1").set(a, "answer", "A1"), ""},
		"an unknown side":     {script{}.created("middle", "offer", "O1"), ""},
	} {
		if got := told(Exchanges(tc.records)); got != tc.want {
			t.Errorf("%s: got %q, want %q", name, got, tc.want)
		}
	}
}

func told(all []Exchange) string {
	say := func(x *Told) string {
		if x == nil {
			return ""
		}
		s := x.Text
		if !x.Set && x.Carried == "" {
			s += "?"
		}
		if x.Dropped {
			s += "-"
		}
		if x.Fault != "" {
			s += "!" + x.Fault
		}
		return s
	}
	var parts []string
	for _, x := range all {
		parts = append(parts, say(x.Offer)+">"+say(x.Answer))
	}
	return strings.Join(parts, " ")
}
