package html

import (
	"fmt"
	"regexp"
	"strings"
	"testing"

	"github.com/webrtc-rink/rink/harness/peer"
	"github.com/webrtc-rink/rink/harness/report"
	"github.com/webrtc-rink/rink/harness/report/evidence"
	"github.com/webrtc-rink/rink/harness/trace"
)

const anOffer = "v=0\r\no=- 1 2 IN IP4 127.0.0.1\r\ns=-\r\nt=0 0\r\na=group:BUNDLE 0\r\n" +
	"m=application 9 UDP/DTLS/SCTP webrtc-datachannel\r\na=ice-ufrag:aaaa\r\na=ice-pwd:aaaaaaaaaaaaaaaaaaaaaa\r\na=setup:actpass\r\na=mid:0\r\na=sctp-port:5000\r\n"

// negotiated are the records of sessions with these offers and answers, in turn.
func negotiated(texts ...string) []trace.Record {
	records := []trace.Record{{Kind: trace.KindSession, Session: &trace.Header{
		Schema: trace.Schema, ID: "s", Scenario: "trickle", Offerer: peer.Description{ID: "pion"}, Answerer: peer.Description{ID: "chrome"},
	}}}
	for i, text := range texts {
		side, method, typ := trace.Offerer, "createOffer", "offer"
		if i%2 == 1 {
			side, method, typ = trace.Answerer, "createAnswer", "answer"
		}
		d := &peer.SessionDescription{Type: typ, SDP: text}
		records = append(records,
			trace.Record{Kind: trace.KindReturn, Side: side, Return: &trace.Return{Method: method, Description: d}},
			trace.Record{Kind: trace.KindCall, Side: side, Call: &trace.Call{Method: "setLocalDescription", Description: d}},
			trace.Record{Kind: trace.KindSignal, Side: side, Signal: &trace.Signal{Act: trace.ActCarry, What: "description", Description: d}},
		)
	}
	for i := range records {
		records[i].N = i
	}
	return records
}

// sdpPageOf is the page of the session of the small report with these records.
func sdpPageOf(t *testing.T, records, before []trace.Record) string {
	t.Helper()
	r := small()
	page, err := RenderSession(r, evidence.Of(r, &r.Sessions[0], records, before))
	if err != nil {
		t.Fatal(err)
	}
	return string(page)
}

func anAnswer(setup string) string {
	return strings.NewReplacer("aaaa", "bbbb", "o=- 1", "o=- 3", "actpass", setup).Replace(anOffer)
}

func TestTheSessionPageShowsTheDescriptions(t *testing.T) {
	page := sdpPageOf(t, negotiated(anOffer, anAnswer("actpass")), nil)
	for _, part := range []string{
		"offer of pion", "answer of chrome", "section 0: application, mid 0", "1 conflict", "an answer is active or passive (RFC 8842 section 5.3)",
		`<th scope="col">offer</th><th scope="col">answer</th>`, `data-label="answer"`, "The whole offer, 11 lines, as it was made", "<code>a=ice-ufrag:bbbb</code>",
		"it judges nothing",
	} {
		if !strings.Contains(page, part) {
			t.Errorf("the page does not show %q", part)
		}
	}
	right := sdpPageOf(t, negotiated(anOffer, anAnswer("active")), nil)
	if strings.Contains(right, "1 conflict") || !strings.Contains(right, "as it should be") {
		t.Error("the page of a right answer shows a conflict, or does not say that all is as it should be")
	}
	if empty := sdpPageOf(t, negotiated(), nil); !strings.Contains(empty, "The trace has no session description") {
		t.Error("the page of an empty trace does not say so")
	}
}

func TestTheSessionPageComparesWithTheBaseline(t *testing.T) {
	page := sdpPageOf(t, negotiated(anOffer), negotiated(strings.Replace(anOffer, "5000", "5001", 1)))
	for _, part := range []string{"The offer of the baseline and of this run", "1 changed", "<code>5001</code>", "A: baseline"} {
		if !strings.Contains(page, part) {
			t.Errorf("the page does not show %q", part)
		}
	}
}

func TestManyDescriptionsAreCutAndSaidSo(t *testing.T) {
	var texts []string
	for range 25 {
		texts = append(texts, anOffer, anAnswer("active"))
	}
	page := sdpPageOf(t, negotiated(texts...), nil)
	if got := strings.Count(page, "offer of pion"); got != maxExchanges {
		t.Errorf("got %d exchanges, want %d", got, maxExchanges)
	}
	if !strings.Contains(page, fmt.Sprintf("%d more exchanges of this session are not shown here", 25-maxExchanges)) {
		t.Error("the page does not say how many it leaves out")
	}
	long := anOffer + strings.Repeat("a=x-many:1\r\n", 3000)
	if page := sdpPageOf(t, negotiated(long, long), negotiated(anOffer)); len(page) > 1<<20 || !strings.Contains(page, "more lines in the trace") {
		t.Errorf("got a page of %d bytes for a long description", len(page))
	}
}

// TestHostileDescriptionsAreNothingButText: whatever a peer writes into its
// description, the page has no element, attribute or character of it.
func TestHostileDescriptionsAreNothingButText(t *testing.T) {
	evil := `"><script>alert(1)</script><img src=x onerror=alert(1)>' style=x {{.}} ` + "\u202e\x1b[31m\x00"
	for _, field := range []string{"aaaa", "actpass", "BUNDLE 0", "5000", "mid:0", "application 9", "webrtc-datachannel", "127.0.0.1", "v=0"} {
		for _, text := range []string{strings.ReplaceAll(anOffer, field, evil), strings.ReplaceAll(anOffer, field, strings.TrimRight(evil, "\x00"))} {
			page := sdpPageOf(t, negotiated(text, anAnswer("active"), anOffer, text), negotiated(anOffer, text))
			for _, bad := range []string{"<script>alert", "<img", "\u202e", "\x1b", "\x00", "ZgotmplZ"} {
				if strings.Contains(page, bad) {
					t.Errorf("%q in the place of %q: the page has %q", evil, field, bad)
				}
			}
			if inline := regexp.MustCompile(`<[a-z][^>]*\s(style|on[a-z]+)=`).FindString(page); inline != "" {
				t.Errorf("%q in the place of %q: inline style or handler: %s", evil, field, inline)
			}
		}
	}
}

func TestTheTablesOfDescriptionsAreTables(t *testing.T) {
	page := sdpPageOf(t, negotiated(anOffer, anAnswer("actpass"), "x", "y"), negotiated(anAnswer("active"), "z"))
	tables := regexp.MustCompile(`(?s)<table.*?</table>`).FindAllString(page, -1)
	if len(tables) < 4 {
		t.Fatalf("got %d tables", len(tables))
	}
	for _, table := range tables {
		if !strings.Contains(table, "<caption") || !strings.Contains(table, `<th scope="col"`) || !strings.Contains(table, "<tbody>") {
			t.Errorf("a table without caption, scope or rows:\n%s", table)
		}
	}
	if open, closed := strings.Count(page, "<details"), strings.Count(page, "</details>"); open != closed || open == 0 {
		t.Errorf("got %d details and %d ends", open, closed)
	}
	if !strings.Contains(page, "cannot be read") {
		t.Error("the page does not say that a text is no description")
	}
}

func TestAnIndexIsSafeAndLeadsToItsPages(t *testing.T) {
	page, err := RenderIndex(Index{
		Title: "<b>\u202e", Lead: []string{"<i>"},
		Rows:   []IndexRow{{Outcome: "fail", Scenario: "<u>", Pair: "a->b", File: "x.html", Outcomes: report.Counts{Fail: 2}}},
		Groups: []IndexGroup{{Title: "<s>", Change: report.Regressed, Before: "<p>", Pages: []IndexPage{{"one", "javascript:alert(1)"}, {"two", "y.html"}}}},
	})
	if err != nil {
		t.Fatal(err)
	}
	for _, bad := range []string{"<b>", "<i>", "<u>", "<s>", `href="javascript:`, "\u202e"} {
		if strings.Contains(string(page), bad) {
			t.Errorf("the page has %q", bad)
		}
	}
	for _, part := range []string{`href="x.html"`, `href="y.html"`, "2 fail", `<span class="o fail">✗ regressed</span>`, "Content-Security-Policy"} {
		if !strings.Contains(string(page), part) {
			t.Errorf("the page does not have %q", part)
		}
	}
}
