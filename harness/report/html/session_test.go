package html

import (
	"encoding/json"
	stdhtml "html"
	"net/url"
	"reflect"
	"regexp"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/webrtc-rink/rink/harness/check"
	"github.com/webrtc-rink/rink/harness/peer"
	"github.com/webrtc-rink/rink/harness/report"
	"github.com/webrtc-rink/rink/harness/report/evidence"
	"github.com/webrtc-rink/rink/harness/report/evidence/evidencetest"
	"github.com/webrtc-rink/rink/harness/trace"
)

const checkout = "../../.."

func sessionPage(t testing.TB, r *report.Report, e evidence.Session) string {
	t.Helper()
	data, err := RenderSession(r, e)
	if err != nil {
		t.Fatal(err)
	}
	return strings.Replace(string(data), "<script>"+theme+"</script>", "", 1) // the page's own, and the same on all
}

// recorded is the page of a recorded session.
func recorded(t testing.TB, name string) (string, evidence.Session) {
	t.Helper()
	r, s, records := evidencetest.Graded(t, checkout+"/fixtures/traces/"+name+".jsonl.gz")
	e := evidence.Of(r, s, records, nil)
	return sessionPage(t, r, e), e
}

var labelled = regexp.MustCompile(`\s(?:aria-labelledby|for)="([^"]*)"`)

// soundLinks finds ids that are there twice and links that lead nowhere.
func soundLinks(t *testing.T, page string) {
	t.Helper()
	there := map[string]bool{}
	for _, id := range ids.FindAllStringSubmatch(page, -1) {
		if there[id[1]] {
			t.Errorf("twice: %s", id[1])
		}
		there[id[1]] = true
	}
	for _, link := range inPage.FindAllStringSubmatch(page, -1) {
		if target, err := url.PathUnescape(stdhtml.UnescapeString(link[1])); err != nil || !there[target] {
			t.Errorf("%s leads nowhere (%v)", link[0], err)
		}
	}
	for _, label := range labelled.FindAllStringSubmatch(page, -1) {
		for id := range strings.FieldsSeq(label[1]) {
			if !there[id] {
				t.Errorf("%s: there is no %s", label[0], id)
			}
		}
	}
}

func TestEveryRecordedSessionHasAPage(t *testing.T) {
	for _, path := range evidencetest.Traces(t, checkout) {
		r, s, records := evidencetest.Graded(t, path)
		page := sessionPage(t, r, evidence.Of(r, s, records, nil))
		soundLinks(t, page)
		for _, bad := range []string{"<no value>", "ZgotmplZ", "%!", "<script", "NaN"} {
			if strings.Contains(page, bad) {
				t.Errorf("%s: the page has %q", path, bad)
			}
		}
		if inline := regexp.MustCompile(`<[a-z][^>]*\s(style|on[a-z]+)=`).FindString(page); inline != "" {
			t.Errorf("%s: the policy refuses %s", path, inline)
		}
		if len(page) > 1500<<10 {
			t.Errorf("%s: %d bytes", path, len(page))
		}
	}
}

func TestAnOrdinarySessionIsASmallPage(t *testing.T) {
	page, _ := recorded(t, "pion_chrome_trickle-full")
	if got := len(page) - len(sessionCSS); got > 64<<10 {
		t.Errorf("%d bytes without the style", got)
	}
}

func TestASessionSaysWhatItsReaderMustKnow(t *testing.T) {
	page, e := recorded(t, "pion_chrome_trickle-full")
	for _, part := range []string{
		"<h1>trickle-full: pion → chrome</h1>", "connects when all candidates are trickled", "pion/webrtc v3.3.6", "in stage close",
		`id="f-CAND-002-offerer"`, stdhtml.EscapeString(`one of the local description's mids: "0"`),
		`<a class="o fail" href="#f-CAND-002-offerer">✗ CAND-002</a>`, "both ends name the same pair", "requirements met",
		stdhtml.EscapeString(e.Reproduce), "rink check traces/pion_chrome_trickle-full.jsonl", `href="../traces/pion_chrome_trickle-full.jsonl"`,
		"have-local-offer", "ms later", "Failed to accept RTP stream", `role="img"`, "a=sctp-port:5000",
	} {
		if !strings.Contains(page, part) {
			t.Errorf("the page does not show %q", part)
		}
	}
	order := []string{`id="findings"`, `id="sequence"`, `id="candidates"`, `id="sdp"`, `id="pairs"`, `id="states"`, `id="logs"`, `id="again"`}
	for i := 1; i < len(order); i++ {
		if strings.Index(page, order[i-1]) > strings.Index(page, order[i]) || !strings.Contains(page, order[i]) {
			t.Errorf("%s does not follow %s", order[i], order[i-1])
		}
	}
}

func TestTheEvidenceOfSeveralSessionsFitsOnOnePage(t *testing.T) {
	var b strings.Builder
	for _, name := range []string{"pion_chrome_trickle-full", "chrome_pion_trickle-full"} {
		_, e := recorded(t, name)
		if err := tmpl.ExecuteTemplate(&b, "session", e); err != nil {
			t.Fatal(err)
		}
	}
	soundLinks(t, b.String())
	if strings.Contains(b.String(), "<h2") {
		t.Error("a session within the report has headings of the report's level")
	}
}

// spoil puts s into every string of v that it can reach.
func spoil(v reflect.Value, s string) {
	switch v.Kind() {
	case reflect.String:
		if v.String() != "" {
			v.SetString(s)
		}
	case reflect.Pointer:
		if !v.IsNil() {
			spoil(v.Elem(), s)
		}
	case reflect.Slice:
		if v.Type() == reflect.TypeFor[json.RawMessage]() && v.Len() > 0 {
			quoted, _ := json.Marshal(s)
			v.SetBytes(quoted)
			return
		}
		for i := range v.Len() {
			spoil(v.Index(i), s)
		}
	case reflect.Struct:
		for i := range v.NumField() {
			if v.Field(i).CanSet() {
				spoil(v.Field(i), s)
			}
		}
	}
}

// hostilePage is the page of a recorded session in which every word of the peers is s.
func hostilePage(t *testing.T, s string) string {
	t.Helper()
	r, session, records := evidencetest.Graded(t, checkout+"/fixtures/traces/pion_chrome_trickle-full.jsonl.gz")
	for i := range records {
		rec := &records[i]
		var kind peer.EventType
		if rec.Event != nil {
			kind = rec.Event.Type
		}
		for _, part := range []any{rec.Session, rec.Call, rec.Return, rec.Event, rec.Signal, rec.Snapshot, rec.Stats, rec.End} {
			if v := reflect.ValueOf(part); !v.IsNil() {
				spoil(v, s)
			}
		}
		if rec.Event != nil {
			rec.Event.Type = kind // else there would be no candidates and no states
		}
		if rec.Log != "" {
			rec.Log = s
		}
	}
	for i := range r.Results {
		for j := range r.Results[i].Findings {
			f := &r.Results[i].Findings[j]
			f.Object, f.Got, f.Want, f.Why = s, s, s, s
		}
	}
	session.Reason, session.Scenario, session.Pair = s, s, report.Pair{Offerer: s, Answerer: s}
	return sessionPage(t, r, evidence.Of(r, session, records, records))
}

var (
	tag       = regexp.MustCompile(`<[a-zA-Z/!][^>]*>`)
	attribute = regexp.MustCompile(`="[^"]*"`)
)

func tagsOf(page string) []string {
	all := tag.FindAllString(page, -1)
	for i := range all {
		all[i] = attribute.ReplaceAllString(all[i], "")
	}
	return all
}

func TestWhatPeersSayIsNothingButTextInASession(t *testing.T) {
	want := tagsOf(hostilePage(t, "harmless"))
	for _, s := range []string{
		`</script><img src=x onerror=alert(1)>`, `</style><img src=x>`, `"><svg onload=alert(1)>`, `' onmouseover='alert(1)`, `<!--<script>`,
		`</text></svg><script>alert(1)</script>`, `javascript:alert(1)`, "\x1b[31m\u202e\x00", `{{.E}}`, strings.Repeat("x", 1<<20), "a\xff\xfe",
	} {
		page := hostilePage(t, s)
		if diff := cmp.Diff(want, tagsOf(page)); diff != "" {
			t.Errorf("%.40q: another structure (-want +got):\n%.1500s", s, diff)
		}
		for _, bad := range []string{"<img", "<svg onload", "<!--", "<script", "\x00", "\x1b", "\u202e", `href="javascript`} {
			if strings.Contains(page, bad) {
				t.Errorf("%.40q: the page has %q", s, bad)
			}
		}
		if len(page) > 3<<20 {
			t.Errorf("%.40q: %d bytes", s, len(page))
		}
	}
}

func TestASessionWithoutATraceSaysSo(t *testing.T) {
	r := small()
	page := sessionPage(t, r, evidence.Of(r, &r.Sessions[0], nil, nil))
	soundLinks(t, page)
	if !strings.Contains(page, "cannot be read here") || !strings.Contains(page, "CAND-001") || strings.Contains(page, "<svg") {
		t.Errorf("got %s", page)
	}
	e := evidence.Of(r, &r.Sessions[0], []trace.Record{{Kind: trace.KindSession, Session: &trace.Header{}}}, nil)
	if page := sessionPage(t, r, e); !strings.Contains(page, "The trace has no end") {
		t.Errorf("a trace that was cut is taken for whole")
	}
}

func TestTheColourOfASessionsEndIsNoVerdict(t *testing.T) {
	for result, want := range map[trace.EndResult]check.Outcome{
		trace.EndCompleted: check.Pass, trace.EndStopped: check.Known, trace.EndError: check.Error, trace.EndUnsupported: check.Unsupported,
	} {
		if got := ended(report.Session{Result: result}); got != want {
			t.Errorf("%s: got %s, want %s", result, got, want)
		}
	}
}

func TestAFindingOfSeveralFieldsIsWrittenOnce(t *testing.T) {
	of := func(check, text string) []evidence.Mark {
		return []evidence.Mark{{Check: check, Anchor: "f-" + check, Text: text}}
	}
	got := notes(evidence.Candidate{
		Marks: of("CAND-010", "all of it"),
		Cells: []evidence.Cell{
			{Field: evidence.FieldSDPMid, Marks: of("CAND-001", "got neither")},
			{Field: evidence.FieldPriority},
			{Field: evidence.FieldSDPMLineIndex, Marks: of("CAND-001", "got neither")},
		},
		Fates: []evidence.Fate{{Text: "carried, taken", Marks: of("TRICKLE-001", "got it twice")}},
	})
	var lines []string
	for _, n := range got {
		lines = append(lines, n.Check+" "+n.Of+": "+n.Text)
	}
	want := []string{"CAND-010 : all of it", "CAND-001 sdpMid, sdpMLineIndex: got neither", "TRICKLE-001 carried, taken: got it twice"}
	if diff := cmp.Diff(want, lines); diff != "" {
		t.Error(diff)
	}
}
