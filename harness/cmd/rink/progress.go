package main

import (
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"time"

	"github.com/webrtc-rink/rink/harness/check"
	"github.com/webrtc-rink/rink/harness/report"
	"github.com/webrtc-rink/rink/harness/report/files"
	live "github.com/webrtc-rink/rink/harness/report/progress"
	"github.com/webrtc-rink/rink/harness/report/view"
	"github.com/webrtc-rink/rink/harness/run"
	"github.com/webrtc-rink/rink/harness/trace"
)

// clearLine returns to the start of a terminal's line and empties it.
const clearLine = "\r\x1b[K"

// progress tells a person how a run goes: one moving line on a terminal, a line
// per session elsewhere.
type progress struct {
	out      io.Writer
	terminal bool
	paint    palette
	verbose  bool
	now      func() time.Time

	mu   sync.Mutex
	red  int
	pace live.Pace
}

func newProgress(out io.Writer, verbose bool) *progress {
	terminal := isTerminal(out)
	return &progress{
		out: out, terminal: terminal, paint: paletteFor(terminal), verbose: verbose,
		now: time.Now, pace: live.Pace{Begun: time.Now()},
	}
}

// isTerminal reports whether lines written to w can be taken back.
func isTerminal(w io.Writer) bool {
	f, ok := w.(*os.File)
	if !ok || os.Getenv("TERM") == "dumb" || os.Getenv("CI") != "" {
		return false
	}
	info, err := f.Stat()
	return err == nil && info.Mode()&os.ModeCharDevice != 0
}

func (p *progress) printf(format string, args ...any) {
	_, _ = fmt.Fprintf(p.out, format, args...) // a closed terminal must not end the run
}

func (p *progress) start(plan run.Plan) {
	p.printf("%s in %s between %s, on the %s network\n",
		report.Plural(len(plan.Scenarios), "scenario"), report.Plural(len(plan.Pairs), "directed pair"),
		pairNames(plan.Pairs), plan.Network.Network)
	if plan.Shard != nil {
		_, mine := plan.Share()
		p.printf("Shard %d of %d: %d of their %s\n", plan.Shard.Index, plan.Shard.Count, mine,
			report.Plural(len(plan.Pairs)*len(plan.Scenarios), "session"))
	}
}

func pairNames(pairs []run.Pair) string {
	const most = 6
	var names []string
	for _, p := range pairs {
		if len(names) == most {
			names = append(names, fmt.Sprintf("and %d more", len(pairs)-most))
			break
		}
		names = append(names, p.String())
	}
	return strings.Join(names, ", ")
}

// log takes what peers say about themselves.
func (p *progress) log(peer, text string) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.takeBack()
	p.printf("  %s: %s\n", peer, text)
}

// note takes what a reader must know besides; the report says it too.
func (p *progress) note(text string) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.takeBack()
	p.printf("  note: %s\n", text)
}

func (p *progress) takeBack() {
	if p.terminal {
		p.printf(clearLine)
	}
}

// session tells how one session came out.
func (p *progress) session(s run.Session, done, total int) {
	p.mu.Lock()
	defer p.mu.Unlock()
	worst := s.Worst()
	if worst.Red() {
		p.red++
	}
	p.pace.Add(p.now())
	p.takeBack()
	count := fmt.Sprintf("%*d/%d", len(fmt.Sprint(total)), done, total)
	left := ""
	if d, ok := p.pace.Left(total); ok {
		left = ", " + live.About(d) + " left"
	}
	if !p.terminal || p.verbose || worst.Red() {
		p.printf("  %s  %s %s  %-16s  %s%s%s\n", count, p.paint.outcome(worst, view.Glyph(worst)), p.paint.outcome(worst, fmt.Sprintf("%-11s", worst)),
			s.Pair(), s.Header.Scenario, ending(s), left)
	}
	if p.verbose {
		for _, v := range s.Verdicts {
			for _, f := range v.Grade.Findings {
				p.printf("           %s %s %s %s\n", v.Outcome, v.Grade.Check, s.Header.Peer(v.Grade.Side).ID, f)
			}
		}
	}
	if p.terminal && done < total {
		p.printf("%s", fitting(fmt.Sprintf("  %s, %d red%s  %s %s %s %s", count, p.red, left, view.Glyph(worst), worst, s.Pair(), s.Header.Scenario)))
	}
}

// columns is what every terminal has: a line that wraps cannot be taken back.
const columns = 79

// fitting cuts a moving line to what one line of a terminal holds.
func fitting(line string) string {
	if r := []rune(line); len(r) > columns {
		return string(r[:columns])
	}
	return line
}

// ending says why a session did not get to its end.
func ending(s run.Session) string {
	switch s.End.Result {
	case trace.EndCompleted:
		return ""
	case trace.EndUnsupported:
		return " (" + s.End.Reason + ")"
	default:
		return fmt.Sprintf(" (%s in %s: %s)", s.End.Result, s.End.Stage, view.FirstLine(s.End.Reason))
	}
}

// finish tells how the run came out and where the report is.
func (p *progress) finish(r *report.Report, folder run.Folder) {
	p.takeBack()
	p.printf("\n")
	p.result(r, folder)
	if r.Run.Filter == "" && len(r.Peers) <= 2 {
		p.printf("Other peers can take part: rink list peers shows them, --peers all runs all that are installed.\n")
	}
}

// result is what a report says, and where it is.
func (p *progress) result(r *report.Report, folder run.Folder) {
	writeFindings(p.out, p.paint, r, p.verbose)
	writeChanges(p.out, p.paint, r.Comparison)
	if !r.Run.Complete {
		p.printf("%s %s\n", p.paint.outcome(check.Error, "incomplete:"), r.Run.IncompleteReason)
	}
	p.printf("%s\n%s\n", p.paint.bold(r.Summary.Verdict), counts(r.Summary.Outcomes))
	p.printf("%s\n", filepath.Join(folder.Dir, files.HTML))
}

func counts(c report.Counts) string {
	var parts []string
	for _, o := range check.Outcomes() {
		parts = append(parts, fmt.Sprintf("%d %s", c.Of(o), o))
	}
	return strings.Join(parts, ", ")
}
