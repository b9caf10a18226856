package trace_test

import (
	"bytes"
	"crypto/sha256"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/webrtc-rink/rink/harness/peer"
	"github.com/webrtc-rink/rink/harness/trace"
)

func header() trace.Record {
	return trace.Record{Kind: trace.KindSession, Session: &trace.Header{
		Schema: trace.Schema, ID: "s1", Scenario: "connect-data",
		Config: map[trace.Side]trace.SideSetup{trace.Offerer: {Configuration: peer.Configuration{
			ICEServers: []peer.ICEServer{{URLs: []string{"turn:192.0.2.1"}, Username: "u", Credential: "hush"}},
		}}},
	}}
}

func TestWhatIsWrittenReadsBack(t *testing.T) {
	path := filepath.Join(t.TempDir(), "t.jsonl")
	r, err := trace.Create(path)
	if err != nil {
		t.Fatal(err)
	}
	r.Add(header())
	r.Event(trace.Offerer, "", peer.Event{Type: peer.EventICECandidate, Candidate: json.RawMessage(`{"candidate":"x","sdpMid":"","extra":[1]}`)})
	r.Event(trace.Offerer, "", peer.Event{Type: peer.EventICECandidate, Candidate: json.RawMessage("null")})
	r.Add(trace.Record{Kind: trace.KindEnd, End: &trace.End{Result: trace.EndCompleted, Stage: trace.StageClose}})
	if n := r.Logf("", "too late"); n != -1 {
		t.Errorf("a record after the end: got number %d, want -1", n)
	}
	if err := r.Close(); err != nil {
		t.Fatal(err)
	}
	content, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if got, want := r.SHA256(), fmt.Sprintf("%x", sha256.Sum256(content)); got != want {
		t.Errorf("hash: got %s, want %s as of the file", got, want)
	}
	got, err := trace.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	want, err := json.Marshal(r.Records())
	if err != nil {
		t.Fatal(err)
	}
	back, err := json.Marshal(got)
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(want, back) {
		t.Errorf("read back: got %s, want %s", back, want)
	}
	if string(got[2].Event.Candidate) != "null" {
		t.Errorf("the null candidate: got %q, want null", got[2].Event.Candidate)
	}
}

func TestSecretsAreNotWritten(t *testing.T) {
	var out bytes.Buffer
	r := trace.NewRecorder(&out)
	r.Add(header())
	sdp := "v=0\r\na=ice-pwd:aaaaaaaaaaaaaaaaaaaaaaaa\r\na=ice-ufrag:abcd\r\n"
	for range 2 {
		r.Add(trace.Record{Kind: trace.KindCall, Call: &trace.Call{Description: &peer.SessionDescription{Type: "offer", SDP: sdp}}})
	}
	r.Add(trace.Record{Kind: trace.KindSnapshot, Snapshot: &trace.Snapshot{Snapshot: peer.Snapshot{LocalDescription: &peer.SessionDescription{SDP: sdp}}}})
	for _, secret := range []string{"hush", "aaaaaaaaaaaa"} {
		if strings.Contains(out.String(), secret) {
			t.Errorf("the trace holds %q", secret)
		}
	}
	first, second := r.Records()[1].Call.Description.SDP, r.Records()[2].Call.Description.SDP
	if first != second {
		t.Errorf("one password, two replacements: %q and %q", first, second)
	}
	if len(first) != len(sdp) || !strings.Contains(first, "a=ice-ufrag:abcd") {
		t.Errorf("redacted SDP: got %q, want the length and the other lines of %q", first, sdp)
	}
}

func TestHostileTextStaysOneLineOfJSON(t *testing.T) {
	var out bytes.Buffer
	r := trace.NewRecorder(&out)
	r.Add(header())
	r.Event(trace.Offerer, "", peer.Event{Type: peer.EventICECandidate, Candidate: json.RawMessage("{not json\n")})
	r.Event(trace.Offerer, "", peer.Event{Type: peer.EventLog, Text: strings.Repeat("ä", 1<<20) + "\xff\n"})
	r.Add(trace.Record{Kind: trace.KindReturn, Return: &trace.Return{Description: &peer.SessionDescription{SDP: strings.Repeat("a=x\r\n", 4<<20)}}})
	if got := strings.Count(out.String(), "\n"); got != 4 {
		t.Errorf("lines: got %d, want 4", got)
	}
	if out.Len() > 1<<20 {
		t.Errorf("trace: got %d bytes, want less than 1 MiB", out.Len())
	}
	if _, err := trace.Read(&out); err != nil {
		t.Error(err)
	}
}

func TestAKilledRunReadsUpToItsLastWholeLine(t *testing.T) {
	var out bytes.Buffer
	r := trace.NewRecorder(&out)
	r.Add(header())
	r.Logf("", "one")
	whole := out.String()
	got, err := trace.Read(strings.NewReader(whole + `{"n":2,"kind":"lo`))
	if err != nil || len(got) != 2 {
		t.Errorf("got %d records and %v, want 2 and no error", len(got), err)
	}
}

func TestBrokenTracesAreNamed(t *testing.T) {
	var out bytes.Buffer
	r := trace.NewRecorder(&out)
	r.Add(header())
	good := out.String()
	for name, c := range map[string]struct{ text, want string }{
		"empty":        {"", "1: no records"},
		"broken line":  {good + "{broken\n" + good, "2: no trace record"},
		"no header":    {`{"n":0,"kind":"log"}` + "\n", `1: got a record of kind "log"`},
		"other schema": {strings.Replace(good, trace.Schema, "rink.trace/v9", 1), `got schema "rink.trace/v9"`},
	} {
		if _, err := trace.Read(strings.NewReader(c.text)); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: got %v, want an error with %q", name, err, c.want)
		}
	}
	if _, err := trace.ReadFile(filepath.Join(t.TempDir(), "none.jsonl")); !os.IsNotExist(unwrapAll(err)) {
		t.Errorf("a missing file: got %v", err)
	}
}

func unwrapAll(err error) error {
	for {
		u, ok := err.(interface{ Unwrap() error })
		if !ok {
			return err
		}
		err = u.Unwrap()
	}
}

// TestATraceOfAPeerThatSaysTooMuchReadsBack: whatever a peer puts where a word
// belongs, the trace stays readable.
func TestATraceOfAPeerThatSaysTooMuchReadsBack(t *testing.T) {
	long := strings.Repeat("<b>\xff", 4<<20)
	loud := peer.Description{ID: "loud", Implementation: long, Version: long, VersionSource: long, Features: peer.Features{peer.Feature(long)}, Details: map[string]string{"x": long}}
	var out bytes.Buffer
	rec := trace.NewRecorder(&out)
	for _, r := range []trace.Record{
		{Kind: trace.KindSession, Session: &trace.Header{Schema: trace.Schema, Offerer: loud, Answerer: loud}},
		{Kind: trace.KindEvent, Event: &peer.Event{Type: peer.EventType(long), State: long, Mid: long, Level: long, Channel: peer.ChannelHandle(long), Kind: peer.Kind(long), Text: long, Label: long}},
		{Kind: trace.KindSnapshot, Snapshot: &trace.Snapshot{Snapshot: peer.Snapshot{
			SignalingState: long, ICEGatheringState: long, ICEConnectionState: long, ConnectionState: long,
			LocalDescription: &peer.SessionDescription{Type: long, SDP: long},
		}}},
		{Kind: trace.KindStats, Stats: &trace.Stats{Stats: peer.Stats{
			Transports: []peer.TransportStats{{ID: long, ICERole: long, DTLSState: long, DTLSRole: long, PairState: long, Local: &peer.CandidateStats{Type: long, Protocol: long, Address: long}}},
			Inbound:    []peer.InboundStats{{Mid: long, Kind: peer.Kind(long)}},
		}}},
		{Kind: trace.KindReturn, Return: &trace.Return{Channel: peer.ChannelHandle(long), Failure: long, Error: &peer.Error{Name: long, Message: long}}},
		{Kind: trace.KindEnd, End: &trace.End{Reason: long}},
	} {
		rec.Add(r)
	}
	if err := rec.Close(); err != nil {
		t.Fatal(err)
	}
	records, err := trace.Read(&out)
	if err != nil || len(records) != 6 {
		t.Fatalf("got %d records, %v", len(records), err)
	}
}
