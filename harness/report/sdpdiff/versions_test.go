package sdpdiff

import (
	"strings"
	"testing"
)

func TestWhatIsDrawnAnewIsNoChangeBetweenVersions(t *testing.T) {
	other := strings.NewReplacer(
		"o=- 1 2", "o=- 9 3", "ice-ufrag:offr", "ice-ufrag:muchlonger", "offeroffer22", "otherother22", "AA:BB", "EE:FF", "ssrc:11 cname:offer", "ssrc:12 cname:x",
		"m=video 9", "m=video 4711", "c=IN IP4 0.0.0.0", "c=IN IP4 192.0.2.7",
	).Replace(offer)
	d := Versions(offer, other)
	if d.Differs() {
		t.Errorf("got something to look at:\n%s", d.Text(false))
	}
	for _, key := range []string{"o=", "ice-ufrag", "ice-pwd", "fingerprint", "ssrc", "m= port", "c="} {
		if r := row(t, d, key); r.Class != Must || r.Note == "" {
			t.Errorf("%s: got %+v, want that it has to differ, and why", key, r)
		}
	}
	if r := row(t, d, "ice-ufrag"); !strings.Contains(r.Note, "4 characters in A, 10 in B") {
		t.Errorf("got %q, want the lengths", r.Note)
	}
}

func TestVersionsAreComparedByMeaning(t *testing.T) {
	for name, tc := range map[string]struct {
		edits []string // old, new
		key   string
		class Class
		note  string
	}{
		"numbers of codecs":   {[]string{"96 97 102", "120 121 102", ":96 ", ":120 ", ":97 ", ":121 ", "apt=96", "apt=120"}, "rtpmap:97 / 121", Must, "another number"},
		"a codec instead":     {[]string{"96 VP8", "96 VP9"}, "m= formats", Changed, "A alone has VP8/90000, rtx/90000; B alone has VP9/90000, rtx/90000"},
		"spelling":            {[]string{"96 VP8/90000", "96 vp8/90000"}, "rtpmap:96", Order, "spelling"},
		"order of parameters": {[]string{"level-asymmetry-allowed=1;packetization-mode=1", "packetization-mode=1;level-asymmetry-allowed=1"}, "fmtp:102", Order, "order"},
		"a parameter":         {[]string{"42e01f", "42e034"}, "fmtp:102", Changed, ""},
		"preferences":         {[]string{"96 97 102", "102 96 97"}, "m= formats", Order, "preferences"},
		"feedback repeated":   {[]string{"a=rtcp-fb:96 nack pli", "a=rtcp-fb:96 nack pli\na=rtcp-fb:96 nack"}, "rtcp-fb:96", Order, "repeated"},
		"feedback":            {[]string{"a=rtcp-fb:96 nack pli\n", ""}, "rtcp-fb:96", Changed, ""},
		"extension's number":  {[]string{"extmap:1", "extmap:7"}, "extmap:urn:one", Changed, ""},
		"extension":           {[]string{"a=extmap:2 urn:two\n", ""}, "extmap:urn:two", OnlyA, ""},
		"direction":           {[]string{"a=sendrecv", "a=recvonly"}, "direction", Changed, ""},
		"direction unwritten": {[]string{"a=sendrecv\n", ""}, "direction", Changed, "another level"},
		"setup":               {[]string{"a=setup:actpass", "a=setup:active"}, "setup", Changed, ""},
		"rejected":            {[]string{"m=video 9", "m=video 0"}, "m= port", Changed, ""},
		"hash":                {[]string{"sha-256 AA:BB", "sha-512 AA:BB"}, "fingerprint", Changed, ""},
		"bundle":              {[]string{"BUNDLE 0 1", "BUNDLE 0"}, "group:BUNDLE", Changed, ""},
		"an unknown one":      {[]string{"a=rtcp-mux", "a=rtcp-mux\na=x-new:1"}, "x-new", OnlyB, ""},
		"order of lines":      {[]string{"a=mid:0\na=extmap:1 urn:one", "a=extmap:1 urn:one\na=mid:0"}, "order of lines", Order, "no meaning"},
		"candidates begun":    {[]string{"a=rtcp-mux", "a=rtcp-mux\na=candidate:1 1 udp 1 192.0.2.1 1 typ host"}, "candidate", OnlyB, "gathering"},
	} {
		t.Run(name, func(t *testing.T) {
			r := row(t, Versions(offer, strings.NewReplacer(tc.edits...).Replace(offer)), tc.key)
			if r.Class != tc.class || !strings.Contains(r.Note, tc.note) {
				t.Errorf("got %+v, want %s and a note with %q", r, tc.class, tc.note)
			}
		})
	}
}

// swapped gives VP8 and H.264 each other's number.
func swapped(text string) string {
	return strings.NewReplacer(
		"SAVPF 96 97 102", "SAVPF 102 97 96", "rtpmap:96 ", "rtpmap:102 ", "rtcp-fb:96 ", "rtcp-fb:102 ", "apt=96", "apt=102",
		"rtpmap:102 ", "rtpmap:96 ", "fmtp:102 ", "fmtp:96 ",
	).Replace(text)
}

func TestNumbersSwappedAreNoDifference(t *testing.T) {
	if d := Versions(offer, swapped(offer)); d.Differs() {
		t.Errorf("got:\n%s", d.Text(false))
	}
}

func TestALevelIsAChangeBetweenVersionsAndNoneForTheAnswer(t *testing.T) {
	atSession := func(text, line string) string {
		return strings.Replace(strings.ReplaceAll(text, line, ""), "t=0 0\n", "t=0 0\n"+line, 1)
	}
	if r := row(t, Versions(offer, atSession(offer, "a=fingerprint:sha-256 AA:BB\n")), "fingerprint"); r.Class != Changed || !strings.Contains(r.B, "(at session level)") {
		t.Errorf("got %+v, want the level", r)
	}
	d := OfferAnswer(offer, atSession(answer, "a=fingerprint:sha-256 CC:DD\n"))
	if r := row(t, d, "fingerprint"); r.Class != Must || d.Differs() {
		t.Errorf("got %+v, want nothing to look at", r)
	}
}

func TestSectionsAreFoundByMidThenPlaceThenKind(t *testing.T) {
	sections := func(list ...string) string {
		text := "v=0\no=- 1 2 IN IP4 127.0.0.1\ns=-\nt=0 0\n"
		for _, s := range list {
			kind, mid, _ := strings.Cut(s, " ")
			text += "m=" + kind + " 9 UDP/TLS/RTP/SAVPF 0\n"
			if mid != "" {
				text += "a=mid:" + mid + "\n"
			}
		}
		return text
	}
	for name, tc := range map[string]struct {
		a, b []string
		want [][2]int
	}{
		"by mid":                {[]string{"audio x", "video y"}, []string{"video y", "audio x"}, [][2]int{{0, 1}, {1, 0}}},
		"without mids by place": {[]string{"audio", "video"}, []string{"audio", "video"}, [][2]int{{0, 0}, {1, 1}}},
		"other mids by place":   {[]string{"audio 0", "video 1"}, []string{"audio a", "video b"}, [][2]int{{0, 0}, {1, 1}}},
		"by kind":               {[]string{"audio 0", "video 1"}, []string{"video a"}, [][2]int{{0, -1}, {1, 0}}},
		"same mid, other kind":  {[]string{"audio 0", "video 1"}, []string{"video 0"}, [][2]int{{0, -1}, {1, 0}}},
		"added":                 {[]string{"audio 0"}, []string{"audio 0", "video 1"}, [][2]int{{0, 0}, {-1, 1}}},
		"a mid twice":           {[]string{"audio 0", "audio 0"}, []string{"audio 0"}, [][2]int{{0, 0}, {1, -1}}},
	} {
		var got [][2]int
		for _, s := range Versions(sections(tc.a...), sections(tc.b...)).Media {
			got = append(got, [2]int{s.A, s.B})
			if (s.A == s.B) != (s.Class == Same) || s.Class != Same && s.Note == "" {
				t.Errorf("%s: got %+v, want what became of it", name, s)
			}
		}
		if len(got) != len(tc.want) {
			t.Errorf("%s: got %v, want %v", name, got, tc.want)
			continue
		}
		for i := range got {
			if got[i] != tc.want[i] {
				t.Errorf("%s: got %v, want %v", name, got, tc.want)
			}
		}
	}
}

func TestACopyDiffersByNothingItself(t *testing.T) {
	for name, tc := range map[string]struct {
		old, now, key string
		class         Class
	}{
		"password":   {"offeroffer22", "offeroffer23", "ice-pwd", Changed},
		"candidates": {"a=rtcp-mux", "a=rtcp-mux\na=candidate:1 1 udp 1 192.0.2.1 1 typ host", "candidate", OnlyB},
		"session":    {"o=- 1 2", "o=- 1 3", "o=", Changed},
		"order":      {"a=rtcp-fb:96 nack\n", "a=rtcp-fb:96 ccm fir\na=rtcp-fb:96 nack\n", "rtcp-fb:96", Changed},
		"number":     {"a=rtpmap:96 VP8", "a=rtpmap:98 VP8", "rtpmap:98", OnlyB},
	} {
		d := Copies(offer, edit(t, offer, tc.old, tc.now))
		if r := row(t, d, tc.key); r.Class != tc.class || r.Fine() {
			t.Errorf("%s: got %+v, want %s", name, r, tc.class)
		}
	}
	if d := Copies(offer, strings.ReplaceAll(offer, "\n", "\r\n")); d.Differs() {
		t.Errorf("line ends: got\n%s", d.Text(true))
	}
}

func TestTextThatIsNoDescriptionIsComparedByLine(t *testing.T) {
	broken := edit(t, offer, "a=rtcp-mux", "rtcp-mux")
	d := Versions(offer, broken)
	if d.ErrA != "" || !strings.Contains(d.ErrB, "line 18: ") || len(d.Media) > 0 || !d.Differs() {
		t.Fatalf("got %q and %q, want the line of B", d.ErrA, d.ErrB)
	}
	var got []Line
	for _, l := range d.Lines {
		if l.Class != Same {
			got = append(got, l)
		}
	}
	if len(got) != 2 || got[0] != (Line{OnlyA, 18, 0, "a=rtcp-mux"}) || got[1] != (Line{OnlyB, 0, 18, "rtcp-mux"}) {
		t.Errorf("got %+v, want the line of each side", got)
	}
	if text := d.Text(false); !strings.Contains(text, "B cannot be read: line 18") {
		t.Errorf("got\n%s", text)
	}
	if d := Versions("", ""); !d.Broken() || d.Differs() {
		t.Errorf("two empty texts: got %+v, want broken and no difference", d)
	}
	if d := Versions("", offer); len(d.Lines) != strings.Count(offer, "\n") || d.ErrA == "" || d.ErrB != "" {
		t.Errorf("an empty text: got %d lines", len(d.Lines))
	}
	long := strings.Repeat("x\n", MaxLines+5)
	if d := Versions(long, long); d.MoreLines != 5 || len(d.Lines) != MaxLines {
		t.Errorf("a long text: got %d lines and %d more", len(d.Lines), d.MoreLines)
	}
}

func TestMuchIsCutAndSaidSo(t *testing.T) {
	var many strings.Builder
	many.WriteString(offer)
	for range MaxRows + 50 {
		many.WriteString("a=x-many\n")
	}
	many.WriteString("a=x-new:" + strings.Repeat("y", 9000) + "\n")
	last := func(d Diff) Section { return d.Media[len(d.Media)-1] }
	s := last(Versions(offer, many.String()))
	if len(s.Rows) != MaxRows || s.More == 0 {
		t.Errorf("got %d rows and %d more", len(s.Rows), s.More)
	}
	for _, r := range s.Rows {
		if len(r.B) > maxValue+64 {
			t.Errorf("got a value of %d bytes", len(r.B))
		}
	}
	if d := Versions(offer, offer+strings.Repeat("a=x-many\n", MaxBytes/8)); !strings.Contains(d.ErrB, "bytes") || d.MoreLines == 0 || d.ErrA != "" {
		t.Errorf("too long a text: got %q and %d more lines", d.ErrB, d.MoreLines)
	}
	sections := offer + strings.Repeat("m=video 9 UDP/TLS/RTP/SAVPF 96\n", MaxSections)
	d := Versions(sections, sections)
	if len(d.Media) != MaxSections || d.More != 2 || !strings.Contains(d.Text(false), "2 more media sections are left out") {
		t.Errorf("got %d sections and %d more", len(d.Media), d.More)
	}
}
