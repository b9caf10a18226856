package fingerprint_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/webrtc-rink/rink/harness/fingerprint"
)

func merged(t *testing.T, version string, scenarios ...string) fingerprint.Stable {
	t.Helper()
	var prints []fingerprint.Print
	for _, s := range scenarios {
		prints = append(prints, ofPion(t, version+"-"+s))
	}
	return fingerprint.Merge(prints...)
}

func sentences(changes []fingerprint.Change) []string {
	var all []string
	for _, c := range changes {
		all = append(all, c.Sentence)
	}
	return all
}

// TestWhatChangedBetweenReleasesOfPion: v4.0.8 gives candidates the mid of their
// section, https://github.com/pion/webrtc/pull/2990, and nothing else changed that
// these sessions show.
func TestWhatChangedBetweenReleasesOfPion(t *testing.T) {
	scenarios := []string{"trickle-full", "candidates-rejected-first", "trickle-unknown-mid"}
	changes := fingerprint.Diff(merged(t, "v4.0.7", scenarios...), merged(t, "v4.0.8", scenarios...))
	want := []string{
		"candidates of section 0 lost host udp component 1 IPv4 and host udp component 1 IPv6",
		"candidates of section 1 gained host udp component 1 IPv4 and host udp component 1 IPv6",
		`candidates' sdpMid is now the section's mid instead of ""`,
	}
	if diff := cmp.Diff(want, sentences(changes)); diff != "" {
		t.Fatalf("v4.0.7 to v4.0.8 (-want +got):\n%s", diff)
	}
	mid := changes[2]
	if diff := cmp.Diff([]string{"candidates-rejected-first", "trickle-full", "trickle-unknown-mid"}, mid.Scenarios); diff != "" {
		t.Errorf("scenarios (-want +got):\n%s", diff)
	}
	if mid.From != `""` || mid.To != "the section's mid" || len(mid.Keys) != 3 || mid.Key != mid.Keys[0] {
		t.Errorf("got %+v", mid)
	}
	var b strings.Builder
	for _, c := range fingerprint.Diff(merged(t, "v4.0.7", "trickle-full"), merged(t, "v4.2.26", "trickle-full")) {
		fmt.Fprintf(&b, "%s\n", c.Sentence)
	}
	golden(t, "v4.0.7-to-v4.2.26.txt", b.String())
}

// print is the print of one session with these objects and values.
func printOf(cell string, objects ...string) fingerprint.Print {
	p := fingerprint.Print{cell + "/session/end": "completed"}
	for i := 0; i < len(objects); i += 2 {
		p[cell+"/"+objects[i]] = objects[i+1]
	}
	return p
}

func repeated(n int, p fingerprint.Print) fingerprint.Stable {
	var all []fingerprint.Print
	for range n {
		all = append(all, p)
	}
	return fingerprint.Merge(all...)
}

// TestSentences: one change of one object, in words.
func TestSentences(t *testing.T) {
	const cell = "s/offerer to chrome"
	const section = "offer/section 0 (video)/"
	parents := []string{"offer/sections", "video", section + "m=", "9 UDP/TLS/RTP/SAVPF"}
	for _, c := range []struct {
		name     string
		from, to []string
		want     string
	}{
		{"a line that went", []string{"offer/session/a=extmap-allow-mixed", "present"}, nil, "offer no longer carries a=extmap-allow-mixed"},
		{"a line that came", nil, []string{section + "a=sctp-port", "5000"}, "offer now carries a=sctp-port, with the value 5000"},
		{"a line that changed", []string{section + "a=setup", "passive"}, []string{section + "a=setup", "active"}, "offer's a=setup changed from passive to active"},
		{"a section that came", []string{"answer/sections", "audio"}, []string{"answer/sections", "audio > video", "answer/section 1 (video)/m=", "9 X", "answer/section 1 (video)/a=mid", "1"}, "answer's sections are audio > video instead of audio"},
		{"codecs that came, with their numbers", []string{section + "codecs", "VP8/90000", section + "payload types", "VP8/90000 = 96"}, []string{section + "codecs", "VP8/90000 > AV1/90000", section + "payload types", "AV1/90000 = 45 | VP8/90000 = 96"}, "offer's codecs gained AV1/90000"},
		{"codecs in another order", []string{section + "codecs", "VP8/90000 > AV1/90000"}, []string{section + "codecs", "AV1/90000 > VP8/90000"}, "offer's codecs are in another order: AV1/90000 > VP8/90000 instead of VP8/90000 > AV1/90000"},
		{"feedback", []string{section + "codecs", "VP8/90000", section + "a=rtcp-fb", "VP8/90000 = nack"}, []string{section + "codecs", "VP8/90000", section + "a=rtcp-fb", "VP8/90000 = nack | VP8/90000 = nack pli"}, "offer's a=rtcp-fb: gained nack pli for VP8/90000"},
		{"a number", []string{section + "a=extmap", "urn:x", section + "extmap numbers", "urn:x = 1"}, []string{section + "a=extmap", "urn:x", section + "extmap numbers", "urn:x = 4"}, "offer's extmap numbers: 4 instead of 1 for urn:x"},
		{"a refusal", []string{"calls/addIceCandidate (unknown mid)", "taken"}, []string{"calls/addIceCandidate (unknown mid)", "OperationError"}, "addIceCandidate with an unknown sdpMid: OperationError instead of taken"},
		{"a member", []string{"candidates/usernameFragment", "null"}, []string{"candidates/usernameFragment", "the description's"}, "candidates' usernameFragment is now the description's instead of null"},
		{"a form of candidates", []string{"candidates/line priority", "host has 126"}, []string{"candidates/line priority", "host has 125"}, "candidate lines' priority: host has 125 instead of host has 126"},
		{"a candidate that went", []string{"candidates/of section 0", "host IPv4 | host IPv6"}, []string{"candidates/of section 0", "host IPv4"}, "candidates of section 0 lost host IPv6"},
		{"the end of gathering", []string{"candidates/end", "null"}, nil, "gathering ends with nothing instead of null"},
		{"an order", []string{"order/a, b", "before"}, []string{"order/a, b", "after"}, "a comes after b, it came before"},
		{"a sequence", []string{"states/connectionState", "new > connecting"}, []string{"states/connectionState", "connecting"}, "connectionState goes connecting instead of new > connecting"},
		{"a state", []string{"states/final signalingState", "stable"}, []string{"states/final signalingState", "closed"}, "signalingState (read when final) is closed instead of stable"},
		{"an event", []string{"states/event track", "present"}, nil, "event track is no longer said"},
		{"a feature", []string{"peer/features", "media"}, []string{"peer/features", "media | trickle"}, "peer's declared features gained trickle"},
		{"statistics", []string{"stats/iceRole", "controlling"}, []string{"stats/iceRole", "controlled"}, "statistics' iceRole: controlled instead of controlling"},
		{"a line of both levels", []string{"offer/session/a=setup", "active", section + "a=setup", "active"}, []string{section + "a=setup", "active"}, "offer no longer carries a=setup at session level"},
		{"what gathering adds", []string{"local description/session/a=x", "1"}, []string{"local description/session/a=x", "2"}, "local description after gathering's a=x changed from 1 to 2"},
		{"what the offer says is not said again", []string{"offer/session/a=x", "1", "local description/session/a=x", "1"}, []string{"offer/session/a=x", "2", "local description/session/a=x", "2"}, "offer's a=x changed from 1 to 2"},
	} {
		from := printOf(cell, append(c.from, parents...)...)
		to := printOf(cell, append(c.to, parents...)...)
		got := sentences(fingerprint.Diff(repeated(3, from), repeated(3, to)))
		if diff := cmp.Diff([]string{c.want}, got); diff != "" {
			t.Errorf("%s (-want +got):\n%s", c.name, diff)
		}
	}
}

func TestEqualChangesAreOneAndSayWhereTheyAreNot(t *testing.T) {
	at := func(setup string, ends ...string) fingerprint.Stable {
		var all []fingerprint.Print
		for _, scenario := range []string{"one", "two"} {
			for _, end := range []string{"offerer to chrome", "answerer to chrome", "answerer to firefox"} {
				value := "active"
				for _, e := range ends {
					if e == end {
						value = setup
					}
				}
				all = append(all, printOf(scenario+"/"+end, "candidates/sdpMid", value))
			}
		}
		return fingerprint.Merge(all...)
	}
	for want, ends := range map[string][]string{
		"candidates' sdpMid is now null instead of active":                          {"offerer to chrome", "answerer to chrome", "answerer to firefox"},
		"candidates' sdpMid is now null instead of active with chrome":              {"offerer to chrome", "answerer to chrome"},
		"candidates' sdpMid is now null instead of active as answerer":              {"answerer to chrome", "answerer to firefox"},
		"candidates' sdpMid is now null instead of active as answerer with firefox": {"answerer to firefox"},
	} {
		changes := fingerprint.Diff(at("active"), at("null", ends...))
		if len(changes) != 1 || changes[0].Sentence != want || len(changes[0].Scenarios) != 2 {
			t.Errorf("got %+v, want %q once, in two scenarios", changes, want)
		}
	}
}

func TestOfferAndAnswerShareASentence(t *testing.T) {
	session := func(line ...string) fingerprint.Stable {
		return fingerprint.Merge(
			printOf("s/offerer to chrome", append([]string{"offer/sections", "none"}, prefixed("offer/", line)...)...),
			printOf("s/answerer to chrome", append([]string{"answer/sections", "none"}, prefixed("answer/", line)...)...),
		)
	}
	got := sentences(fingerprint.Diff(session(), session("session/a=cryptex", "present")))
	if diff := cmp.Diff([]string{"offer and answer now carry a=cryptex"}, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

func prefixed(prefix string, objects []string) []string {
	var out []string
	for i, o := range objects {
		if i%2 == 0 {
			o = prefix + o
		}
		out = append(out, o)
	}
	return out
}
