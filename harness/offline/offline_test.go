package offline_test

import (
	"encoding/json"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/webrtc-rink/rink/harness/check"
	"github.com/webrtc-rink/rink/harness/offline"
	"github.com/webrtc-rink/rink/harness/trace"
)

const fixtures = "../../fixtures"

// outcomes are those of one check by side.
func outcomes(t *testing.T, records []trace.Record, id string) map[trace.Side]check.Grade {
	t.Helper()
	grades, err := check.GradeTrace(records, check.All())
	if err != nil {
		t.Fatal(err)
	}
	found := map[trace.Side]check.Grade{}
	for _, g := range grades {
		if g.Check == id {
			found[g.Side] = g
		}
		if g.Outcome == check.Error {
			t.Errorf("%s at the %s: %s", g.Check, g.Side, g.Reason)
		}
	}
	return found
}

// TestADumpOfBothEndsIsOneSession: the dump that Chromium made of two connections
// that met is judged for both ends, and is green.
func TestADumpOfBothEndsIsOneSession(t *testing.T) {
	traces, err := offline.ReadDump(filepath.Join(fixtures, "dumps", "chromium-156-loopback.json.gz"))
	if err != nil {
		t.Fatal(err)
	}
	if len(traces) != 1 {
		t.Fatalf("got %d sessions, want 1", len(traces))
	}
	for _, id := range []string{"CAND-001", "CAND-002", "CAND-003", "STATE-001", "STATE-003", "SDP-001", "SDP-020", "STATS-004"} {
		for _, side := range trace.Sides() {
			if g := outcomes(t, traces[0], id)[side]; g.Outcome != check.Pass {
				t.Errorf("%s at the %s: got %s (%s) %v, want pass", id, side, g.Outcome, g.Reason, g.Findings)
			}
		}
	}
	for _, g := range outcomes(t, traces[0], "CONN-001") {
		if g.Outcome != check.Skipped || !strings.Contains(g.Reason, "webrtc-internals does not tell") {
			t.Errorf("CONN-001: got %s (%s), want skipped, and that the dump does not tell", g.Outcome, g.Reason)
		}
	}
}

// write puts a dump into a file.
func write(t *testing.T, connections map[string][]map[string]any) string {
	t.Helper()
	d := map[string]any{}
	for name, log := range connections {
		d[name] = map[string]any{"updateLog": log, "stats": map[string]any{}}
	}
	data, err := json.Marshal(map[string]any{"PeerConnections": d, "UserAgent": "Mozilla/5.0 Chrome/120.0.0.0 Safari/537.36"})
	if err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(t.TempDir(), "dump.json")
	if err := os.WriteFile(path, data, 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

func sdp(t *testing.T, name string) string {
	t.Helper()
	data, err := os.ReadFile(filepath.Join(fixtures, "sdp", name))
	if err != nil {
		t.Fatal(err)
	}
	return string(data)
}

// TestALoneConnectionIsJudgedByItself: of the other end there are its descriptions,
// as they arrived. Chrome before version 124 wrote no JSON.
func TestALoneConnectionIsJudgedByItself(t *testing.T) {
	offer, answer := sdp(t, "valid-pion-v3.3.6-av-data-turn-offer.sdp"), sdp(t, "valid-pion-v3.3.6-to-chromium-av-data-answer.sdp")
	entry := func(kind, value string) map[string]any { return map[string]any{"type": kind, "value": value} }
	path := write(t, map[string][]map[string]any{
		"1-1": {
			entry("createOffer", ""), entry("createOfferOnSuccess", "type: offer, sdp: "+offer),
			entry("setLocalDescription", "type: offer, sdp: "+offer), entry("setLocalDescriptionOnSuccess", ""),
			entry("signalingstatechange", "have-local-offer"),
			entry("icecandidate", "sdpMid: , sdpMLineIndex: 0, candidate: candidate:1 1 udp 2130706431 192.0.2.1 5000 typ host"),
			entry("setRemoteDescription", "type: answer, sdp: "+strings.Replace(answer, "a=mid:0", "a=mid:x", 1)), entry("setRemoteDescriptionOnSuccess", ""),
			entry("signalingstatechange", "stable"),
		},
		"1-2": {entry("transceiverAdded", "{}")},
	})
	traces, err := offline.ReadDump(path)
	if err != nil {
		t.Fatal(err)
	}
	if len(traces) != 1 {
		t.Fatalf("got %d sessions, want 1: the other connection negotiated nothing", len(traces))
	}
	header := traces[0][0].Session
	if header.Offerer.Version != "120.0.0.0" || header.Answerer.ID != "remote" || header.Source != offline.SourceDump {
		t.Errorf("got the header %+v", header)
	}
	if g := outcomes(t, traces[0], "CAND-002")[trace.Offerer]; g.Outcome != check.Fail {
		t.Errorf("the empty sdpMid: got %s (%s), want fail", g.Outcome, g.Reason)
	}
	if g := outcomes(t, traces[0], "SDP-020")[trace.Answerer]; g.Outcome != check.Fail {
		t.Errorf("the answer's own mid: got %s (%s), want fail at the answerer", g.Outcome, g.Reason)
	}
}

func TestAnOfferAndItsAnswer(t *testing.T) {
	dir := t.TempDir()
	save := func(name, text string) string {
		path := filepath.Join(dir, name)
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		return path
	}
	offer := sdp(t, "valid-pion-v3.3.6-av-data-turn-offer.sdp")
	answer := sdp(t, "valid-pion-v3.3.6-to-chromium-av-data-answer.sdp")
	good, err := offline.ReadPair(save("offer.sdp", "\ufeff"+strings.ReplaceAll(offer, "\r\n", "\n")+"\n\n"), save("answer.sdp", answer))
	if err != nil {
		t.Fatal(err)
	}
	for side, g := range outcomes(t, good, "SDP-001") {
		if g.Outcome != check.Pass {
			t.Errorf("SDP-001 at the %s: got %s (%s) %v", side, g.Outcome, g.Reason, g.Findings)
		}
	}
	bad, err := offline.ReadPair(filepath.Join(dir, "offer.sdp"), save("bad.sdp", strings.ReplaceAll(answer, "a=ice-pwd:", "a=ice-pass:")))
	if err != nil {
		t.Fatal(err)
	}
	if g := outcomes(t, bad, "SDP-001")[trace.Answerer]; g.Outcome != check.Fail {
		t.Errorf("an answer without ice-pwd: got %s (%s), want fail", g.Outcome, g.Reason)
	}
	if _, err := offline.ReadPair(save("no.sdp", "v=0\r\nnonsense"), filepath.Join(dir, "bad.sdp")); err == nil || !strings.Contains(err.Error(), "no.sdp") {
		t.Errorf("got %v, want an error that names the file", err)
	}
}

func TestWhatIsNoDumpIsSaidToBeNone(t *testing.T) {
	dir := t.TempDir()
	for name, text := range map[string]string{
		"empty": "", "text": "hello", "json": `{"a":1}`, "array": "[]", "half": `{"PeerConnections":{"1-1":`,
	} {
		path := filepath.Join(dir, name)
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		if _, err := offline.ReadDump(path); !errors.Is(err, offline.ErrNoDump) || !strings.Contains(err.Error(), path) {
			t.Errorf("%s: got %v, want ErrNoDump that names the file", name, err)
		}
	}
	if _, err := offline.ReadDump(write(t, map[string][]map[string]any{"1-1": nil})); err == nil || errors.Is(err, offline.ErrNoDump) {
		t.Errorf("a dump without a description: got %v, want an error that says so", err)
	}
}

func FuzzReadDump(f *testing.F) {
	f.Add([]byte(`{"PeerConnections":{"1-1":{"updateLog":[{"type":"setLocalDescription","value":"{\"type\":\"offer\",\"sdp\":\"v=0\\r\\n\"}"}],"stats":{"T-type":{"statsType":"transport","values":"[\"transport\"]"}}}}}`))
	f.Add([]byte(`{"PeerConnections":{"1-1":{"updateLog":[{"type":"icecandidate","value":"sdpMid: 0, sdpMLineIndex: 0, candidate: x"}]}}}`))
	dir := f.TempDir()
	f.Fuzz(func(t *testing.T, data []byte) {
		path := filepath.Join(dir, "dump")
		if err := os.WriteFile(path, data, 0o600); err != nil {
			t.Fatal(err)
		}
		traces, err := offline.ReadDump(path)
		if err != nil {
			return
		}
		for _, records := range traces {
			if _, err := check.GradeTrace(records, check.All()); err != nil {
				t.Error(err)
			}
		}
	})
}
