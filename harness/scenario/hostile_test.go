package scenario_test

import (
	"context"
	"encoding/json"
	"errors"
	"net"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/webrtc-rink/rink/harness/check"
	"github.com/webrtc-rink/rink/harness/peer"
	"github.com/webrtc-rink/rink/harness/trace"
)

// flooding says the same event again and again.
func flooding(e peer.Event) func(put func(peer.Event), stop <-chan struct{}) {
	return func(put func(peer.Event), stop <-chan struct{}) {
		pause := time.NewTicker(time.Millisecond)
		defer pause.Stop()
		for {
			for range 500 { // far more than is read, and not more than memory holds
				put(e)
			}
			select {
			case <-stop:
				return
			case <-pause.C:
			}
		}
	}
}

func TestWhatAPeerSaysWithoutEndIsCut(t *testing.T) {
	t.Parallel()
	limits := brief()
	limits.Connect = time.Hour // the excess ends it
	for _, tc := range []struct {
		name  string
		event peer.Event
		want  string
		most  int // events of that side in the trace
	}{
		{"candidates", peer.Event{Type: peer.EventICECandidate, Candidate: json.RawMessage(`{"candidate":"candidate:1 1 udp 1 192.0.2.9 9 typ host","sdpMid":"0","sdpMLineIndex":0}`)}, "answerer surfaced more than 500 candidates", 20000},
		{"events", peer.Event{Type: peer.EventLog, Text: "again"}, "answerer surfaced more than 20000 events", 20000},
	} {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			p := newPair(t)
			p.answerer.flood = flooding(tc.event)
			p.offerer.hear = without(func(e peer.Event) bool { return e.State == "connected" })
			result := p.play(t.Context(), t, "connect-data", limits)
			if result.End.Result != trace.EndStopped || result.End.Side != trace.Answerer || result.End.Reason != tc.want {
				t.Errorf("got %+v, want it stopped: %s", result.End, tc.want)
			}
			events := 0
			for _, r := range result.Records {
				if r.Kind == trace.KindEvent && r.Side == trace.Answerer {
					events++
				}
			}
			if events > tc.most {
				t.Errorf("got %d events in the trace, want at most %d", events, tc.most)
			}
		})
	}
}

// readsBack writes a session to a file and reads it again.
func (p pair) readsBack(t *testing.T, name string) []trace.Record {
	t.Helper()
	path := filepath.Join(t.TempDir(), "trace.jsonl")
	rec, err := trace.Create(path)
	if err != nil {
		t.Fatal(err)
	}
	result := p.record(t.Context(), t, name, brief(), rec)
	if err := rec.Close(); err != nil {
		t.Fatalf("write: %v", err)
	}
	records, err := trace.ReadFile(path)
	if err != nil {
		t.Fatalf("read back: %v", err)
	}
	if len(records) != len(result.Records) {
		t.Errorf("read back: got %d records, want %d", len(records), len(result.Records))
	}
	if last := records[len(records)-1]; last.End == nil || last.End.Result != result.End.Result {
		t.Errorf("read back: got the end %+v, want %+v", last.End, result.End)
	}
	if _, err := check.GradeTrace(records, check.All()); err != nil {
		t.Errorf("grade: %v", err)
	}
	return records
}

// hostile is what no implementation should say and some program will.
func hostile() map[string]string {
	return map[string]string{
		"HTML":                 `</script><script>alert(1)</script><img src=x onerror=alert(1)>`,
		"invalid UTF-8":        "caf\xe9 \xff\xfe\xc0\x80",
		"control characters":   "\x00\x07\x1b[2J\r\n\n\u2028\u2029",
		"lines of JSON":        "{\"n\":1}\n{\"kind\":\"end\"}\n",
		"ten megabytes":        strings.Repeat("a=x:0123456789abcdef\r\n", 10<<20/22),
		"ten megabytes of <<<": strings.Repeat("<", 10<<20), // six bytes each in JSON
	}
}

func TestHostileWordsPassIntoTheTrace(t *testing.T) {
	t.Parallel()
	for name, text := range hostile() {
		t.Run("in a description, "+name, func(t *testing.T) {
			t.Parallel()
			p := newPair(t)
			p.offerer.describe = func(d *peer.SessionDescription) { d.SDP = text }
			end := p.readsBack(t, "connect-data")
			ended(t, *end[len(end)-1].End, trace.EndStopped, trace.StageSignal, trace.Offerer, "setLocalDescription: OperationError")
		})
		t.Run("at the end of a description, "+name, func(t *testing.T) {
			t.Parallel()
			p := newPair(t)
			p.answerer.describe = func(d *peer.SessionDescription) { d.SDP += text }
			p.readsBack(t, "trickle-full")
		})
		t.Run("in a refusal, "+name, func(t *testing.T) {
			t.Parallel()
			p := newPair(t)
			p.answerer.call = on("createAnswer", func(context.Context) error { return &peer.Error{Name: peer.OperationError, Message: text} })
			records := p.readsBack(t, "connect-data")
			ended(t, *records[len(records)-1].End, trace.EndStopped, trace.StageSignal, trace.Answerer, "answerer: createAnswer: OperationError")
		})
		t.Run("in last words, "+name, func(t *testing.T) {
			t.Parallel()
			p := newPair(t)
			p.offerer.hear = func(e peer.Event) []peer.Event {
				return []peer.Event{e, {Type: peer.EventGone, Text: text}}
			}
			p.readsBack(t, "trickle-full")
		})
		t.Run("in events, "+name, func(t *testing.T) {
			t.Parallel()
			p := newPair(t)
			said := false
			p.answerer.hear = func(e peer.Event) []peer.Event {
				if said {
					return []peer.Event{e}
				}
				said = true
				return []peer.Event{
					{Type: peer.EventLog, Level: "error", Text: text},
					{Type: peer.EventICECandidate, Candidate: json.RawMessage(text)},
					{Type: peer.EventDataChannel, Channel: "other", Label: text},
					{Type: peer.EventMessage, Channel: "other", Message: &peer.Message{Text: text}},
					e,
				}
			}
			records := p.readsBack(t, "connect-data")
			ended(t, *records[len(records)-1].End, trace.EndCompleted, trace.StageClose, "")
			told := false
			for _, r := range records {
				if r.Event != nil && r.Event.Type == peer.EventLog {
					told = told || strings.HasPrefix(r.Event.Text, strings.ToValidUTF8(text, "\ufffd")[:4])
				}
			}
			if !told {
				t.Errorf("no log event in the trace begins as %.20q does", text)
			}
		})
	}
}

// A description that signalling cannot read is what the peer did, however the
// scenario signals.
func TestAnUnreadableDescriptionStopsTheSession(t *testing.T) {
	t.Parallel()
	p := newPair(t)
	p.answerer.describe = func(d *peer.SessionDescription) { d.SDP = "<html>" }
	p.answerer.Peer = takesAnything{p.answerer.Peer}
	end := p.play(t.Context(), t, "trickle-full", brief()).End
	ended(t, end, trace.EndStopped, trace.StageSignal, trace.Answerer, "signalling cannot read the answer of the answerer")
}

// takesAnything is a peer whose setLocalDescription does not look.
type takesAnything struct{ peer.Peer }

func (p takesAnything) Open(ctx context.Context, c peer.Configuration) (peer.Connection, error) {
	inner, err := p.Peer.Open(ctx, c)
	return careless{inner}, err
}

type careless struct{ peer.Connection }

func (careless) SetLocalDescription(context.Context, *peer.SessionDescription) error { return nil }

// Contract: an event without a time is one of now.
func TestAPeerWithoutAClockIsBelievedWhenItSaysFailed(t *testing.T) {
	t.Parallel()
	limits := brief()
	limits.Connect, limits.Failed = time.Hour, 50*time.Millisecond
	p := newPair(t)
	p.answerer.timeless = true
	p.answerer.hear = func(e peer.Event) []peer.Event {
		if e.State == "connecting" {
			return []peer.Event{e, {Type: peer.EventConnectionStateChange, State: "failed"}}
		}
		return without(func(e peer.Event) bool { return e.State == "connected" })(e)
	}
	end := p.play(t.Context(), t, "connect-data", limits).End
	ended(t, end, trace.EndStopped, end.Stage, trace.Answerer, "answerer says connectionState failed")
}

// Not parallel: no other session of this process may be given the same ports.
func TestSilentServersAreThereForTheSessionOnly(t *testing.T) {
	p := newPair(t)
	var mu sync.Mutex
	var held []net.Conn
	var udp []string
	p.offerer.open = func(_ context.Context, c peer.Configuration) error {
		mu.Lock()
		defer mu.Unlock()
		for _, s := range c.ICEServers {
			scheme, rest, _ := strings.Cut(s.URLs[0], ":")
			address, transport, _ := strings.Cut(rest, "?transport=")
			if transport != "tcp" {
				udp = append(udp, address)
				continue
			}
			conn, err := net.Dial("tcp", address)
			if err != nil {
				t.Errorf("%s: %v", scheme, err)
				continue
			}
			held = append(held, conn)
		}
		return nil
	}
	ended(t, p.play(t.Context(), t, "gathering-silent-servers", brief()).End, trace.EndCompleted, trace.StageClose, "")
	if len(held) != 1 || len(udp) != 2 {
		t.Fatalf("got %d TCP and %d UDP servers, want 1 and 2", len(held), len(udp))
	}
	address := held[0].RemoteAddr().String()
	if err := held[0].SetReadDeadline(time.Now().Add(patience)); err != nil {
		t.Fatal(err)
	}
	var timeout net.Error
	if n, err := held[0].Read(make([]byte, 1)); n != 0 || err == nil || errors.As(err, &timeout) && timeout.Timeout() {
		t.Errorf("a connection that was held: read %d bytes, %v; want it closed", n, err)
	}
	if err := held[0].Close(); err != nil {
		t.Error(err)
	}
	if conn, err := net.Dial("tcp", address); err == nil {
		t.Errorf("%s still listens: %v", address, conn.Close())
	}
	for _, address := range udp[:1] { // both URLs name one socket
		socket, err := net.ListenPacket("udp", address)
		if err != nil {
			t.Errorf("%s is still taken: %v", address, err)
			continue
		}
		if err := socket.Close(); err != nil {
			t.Error(err)
		}
	}
}
