package markdown

import (
	"fmt"
	"math/rand"
	"regexp"
	"strconv"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/webrtc-rink/rink/harness/check"
	"github.com/webrtc-rink/rink/harness/peer"
	"github.com/webrtc-rink/rink/harness/report"
	"github.com/webrtc-rink/rink/harness/trace"
)

// drawn is a report of any size, with texts that mean something in Markdown.
func drawn(random *rand.Rand) *report.Report {
	word := func() string {
		words := []string{
			"met", "a | b", "|", "\\", "\\|", "`", "<details>", "</details>", "</summary>", "\n\n", "```", "@octocat", "&lt;", "[x](y)",
			strings.Repeat("|`<\\", random.Intn(600)), strings.Repeat("é", random.Intn(600)), "",
		}
		return words[random.Intn(len(words))] + words[random.Intn(len(words))]
	}
	up := func(most int) int { return random.Intn(1 + random.Intn(most)) }
	r := &report.Report{Run: report.Run{ID: word(), Complete: random.Intn(2) == 0, IncompleteReason: word()}}
	for range up(12) {
		r.Peers = append(r.Peers, peer.Description{ID: word(), Implementation: word(), Version: word()})
	}
	for range up(20) {
		r.Notes = append(r.Notes, word())
		r.Unused = append(r.Unused, report.Expectation{Check: word(), Peer: word(), Reason: word(), File: word()})
	}
	outcomes := check.Outcomes()
	for i := range up(250) {
		id := fmt.Sprintf("A-%03d", i)
		r.Checks = append(r.Checks, report.Check{ID: id, Title: word(), Level: check.Must})
		for range up(4) {
			res := report.Result{
				Check: id, Scenario: word(), Subject: word(), Pair: report.Pair{Offerer: word(), Answerer: "chrome"}, Role: trace.Offerer,
				Outcome: outcomes[random.Intn(len(outcomes))], Reason: word(), Session: id, Expectation: &report.Expectation{Reason: word(), Issue: "https://example.org/" + word()},
			}
			for range up(40) {
				res.Findings = append(res.Findings, report.Finding{Object: word(), Got: word(), Want: word()})
			}
			r.Results = append(r.Results, res)
			r.Sessions = append(r.Sessions, report.Session{ID: id, Scenario: res.Scenario, Pair: res.Pair, Result: trace.EndCompleted})
		}
	}
	if random.Intn(2) == 0 {
		r.Summary = report.Summarize(r)
		return r
	}
	c := &report.Comparison{Verdict: word(), Against: []string{word()}, Undecided: up(9)}
	classes := report.ChangeClasses()
	for range up(500) {
		c.Changes = append(c.Changes, report.Change{
			Class: classes[random.Intn(len(classes))], Check: word(), Title: word(), Subject: word(), Before: word(), Now: word(),
			Pairs: []string{word()}, Scenarios: []string{word(), word()}, Sure: random.Intn(2) == 0, Rates: word(),
		})
		c.Notes = append(c.Notes, word())
		c.Times = append(c.Times, report.TimeChange{Class: report.Slower, Pair: word(), Stage: word(), Sure: random.Intn(2) == 0})
	}
	return r.Compared(c)
}

func TestWhateverTheReportTheTextIsWithinTheLimitWholeAndSaysWhatItLacks(t *testing.T) {
	cut := 0
	for seed := range int64(24) {
		r := drawn(rand.New(rand.NewSource(seed)))
		total := 0
		for _, p := range parts(r) {
			total += len(p.Rows)
		}
		for limit, render := range map[int]func(*report.Report) []byte{Limit: Render, CommentLimit: Comment} {
			got := string(render(r))
			name := fmt.Sprintf("seed %d, limit %d", seed, limit)
			if len(got) > limit || !utf8.ValidString(got) {
				t.Fatalf("%s: got %d bytes, valid: %v", name, len(got), utf8.ValidString(got))
			}
			wholeTables(t, name, got)
			shown, left := 0, leftOut(t, name, got)
			for _, p := range parts(r) {
				shown += p.shownIn(got)
			}
			if shown < total-left || left > 0 && shown == total {
				t.Fatalf("%s: got %d of %d rows and %d left out", name, shown, total, left)
			}
			if left > 0 {
				cut++
			}
		}
	}
	if cut < 10 {
		t.Errorf("got %d texts that were cut, want more to prove something", cut)
	}
}

// shownIn counts the rows that are in a text, in a way that equal rows count as often
// as they are there.
func (p Part) shownIn(text string) int {
	n := 0
	for _, row := range p.Rows {
		if strings.Contains(text, row) {
			n++
		}
	}
	return n
}

var leftOutSentence = regexp.MustCompile(`\n_Left out, since this is limited to \d+ bytes: ([^.]+)\. report\.html has all\._\n$`)

func leftOut(t *testing.T, name, text string) (n int) {
	t.Helper()
	said := leftOutSentence.FindStringSubmatch(text)
	if said == nil {
		return 0
	}
	for _, one := range strings.Split(said[1], ", ") {
		count, noun, _ := strings.Cut(one, " ")
		k, err := strconv.Atoi(count)
		if err != nil || k < 1 || noun == "" {
			t.Fatalf("%s: got %q in %q, want a number of something", name, one, said[0])
		}
		n += k
	}
	return n
}

// bars are those that end a cell; escaped is what does not.
var escaped = regexp.MustCompile(`\\[\\|]`)

func wholeTables(t *testing.T, name, text string) {
	t.Helper()
	open, width := 0, 0
	for line := range strings.Lines(text) {
		switch {
		case strings.HasPrefix(line, "<details>"):
			open++
		case line == "</details>\n":
			open--
		}
		if open < 0 || open > 1 {
			t.Fatalf("%s: details are not closed one after the other at %q", name, line)
		}
		if !strings.HasPrefix(line, "|") {
			width = 0
			continue
		}
		bars := strings.Count(escaped.ReplaceAllString(line, ""), "|")
		if width == 0 {
			width = bars
		}
		if bars != width || !strings.HasSuffix(line, "|\n") {
			t.Fatalf("%s: got %d bars, want %d in %q", name, bars, width, line)
		}
	}
	if open != 0 {
		t.Fatalf("%s: details stay open", name)
	}
}

func TestATextThatIsTooLongIsCutBetweenRowsAndCounts(t *testing.T) {
	r := &report.Report{Run: report.Run{Complete: true}}
	for i := range 300 {
		r.Checks = append(r.Checks, report.Check{ID: fmt.Sprintf("A-%03d", i), Title: "The title"})
		r.Results = append(r.Results, report.Result{
			Check: fmt.Sprintf("A-%03d", i), Subject: "pion", Outcome: check.Known, Role: trace.Offerer, Expectation: &report.Expectation{Reason: strings.Repeat("why ", 60)},
			Findings: []report.Finding{{Object: "o", Got: strings.Repeat("g", 200), Want: "w"}},
		})
	}
	got := string(Comment(r))
	shown := strings.Count(got, "\n| A-")
	if want := fmt.Sprintf("\n</details>\n\n\n_Left out, since this is limited to 60000 bytes: %d known deviations, 300 requirements. report.html has all._\n", 300-shown); !strings.HasSuffix(got, want) || shown < 50 {
		t.Errorf("got %d rows and the end %q, want %q", shown, got[len(got)-200:], want)
	}
	if whole := string(Render(r)); strings.Contains(whole, "Left out") || strings.Count(whole, "\n| A-") != 600 {
		t.Errorf("got %d rows of 600 where there is room for all", strings.Count(whole, "\n| A-"))
	}
}
