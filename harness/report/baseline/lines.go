package baseline

import (
	"cmp"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/webrtc-rink/rink/harness/check"
	"github.com/webrtc-rink/rink/harness/trace"
)

// maxResults bounds what a small file may claim to have: twelve peers, each with each,
// six times, are a third of that.
const maxResults = 20_000_000

// file is the content of the file. It says once what many checks have in common, and
// scenarios by their places in its list: so it takes a third of what Baseline would.
type file struct {
	head
	Sessions []sessionLine `json:"sessions"`
	Results  []resultLine  `json:"results"`
}

type head struct {
	Schema    string   `json:"schema"`
	Runs      int      `json:"runs"`
	Network   string   `json:"network"`
	Peers     []Peer   `json:"peers"`
	Checks    []Check  `json:"checks"`
	Scenarios []string `json:"scenarios"`
}

type sessionLine struct {
	Pair   string          `json:"pair"`
	Result trace.EndResult `json:"result"`
	Stage  trace.Stage     `json:"stage,omitempty"`
	Side   trace.Side      `json:"side,omitempty"`
	Reason string          `json:"reason,omitempty"`
	In     string          `json:"in"` // see places
}

type resultLine struct {
	Checks   []string      `json:"checks"` // that came out like this, in order
	Pair     string        `json:"pair"`
	Role     trace.Side    `json:"role"`
	Outcome  check.Outcome `json:"outcome"`
	Reason   string        `json:"reason,omitempty"`
	Findings []Finding     `json:"findings,omitempty"`
	In       string        `json:"in"`
}

func (b *Baseline) sessionLines() []sessionLine {
	lines := []sessionLine{}
	for _, s := range b.Sessions {
		lines = append(lines, sessionLine{s.Pair, s.Result, s.Stage, s.Side, s.Reason, b.places(s.Scenarios)})
	}
	return lines
}

// resultLines are the results, those in one line that differ in the check alone.
func (b *Baseline) resultLines() []resultLine {
	lines := []resultLine{}
	index := map[string]int{}
	for _, r := range b.Results {
		line := resultLine{nil, r.Pair, r.Role, r.Outcome, r.Reason, r.Findings, b.places(r.Scenarios)}
		key := keyOf(line)
		at, seen := index[key]
		if !seen {
			at = len(lines)
			index[key] = at
			lines = append(lines, line)
		}
		lines[at].Checks = append(lines[at].Checks, r.Check)
	}
	return lines
}

func (f *file) baseline() (*Baseline, error) {
	b := &Baseline{Schema: Schema, Runs: f.Runs, Network: f.Network, Peers: f.Peers, Checks: f.Checks, Scenarios: f.Scenarios}
	b.Sessions, b.Results = []Session{}, []Result{}
	for i, s := range f.Sessions {
		in, err := b.counts(s.In)
		one := Session{s.Pair, s.Result, s.Stage, s.Side, s.Reason, in}
		if err == nil {
			err = b.session(one)
		}
		if err != nil {
			return nil, fmt.Errorf("sessions[%d]: %w", i, err)
		}
		b.Sessions = append(b.Sessions, one)
	}
	total := 0
	for i, r := range f.Results {
		n, err := b.addResults(r)
		if total += n; err == nil && total > maxResults {
			err = fmt.Errorf("got more than %d results by now", maxResults)
		}
		if err != nil {
			return nil, fmt.Errorf("results[%d]: %w", i, err)
		}
	}
	key := func(r Result) string { // as Of orders them
		r.Scenarios = nil
		return keyOf(r)
	}
	slices.SortStableFunc(b.Results, func(x, y Result) int { return cmp.Compare(key(x), key(y)) })
	return b, nil
}

// addResults adds what a line stands for, and says how many results of sessions it is.
func (b *Baseline) addResults(r resultLine) (n int, err error) {
	in, err := b.counts(r.In)
	if err == nil && len(r.Checks) == 0 {
		err = errors.New("checks: got none")
	}
	for _, id := range r.Checks {
		one := Result{id, r.Pair, r.Role, r.Outcome, r.Reason, r.Findings, in}
		if err == nil {
			err = b.result(one)
		}
		b.Results = append(b.Results, one)
	}
	for _, runs := range in {
		n += runs * len(r.Checks)
	}
	return n, err
}

// places writes counts by scenario as the numbers that the scenarios have in the list,
// from 0 on: "0-3 5*2 7" is the first four in all runs, the sixth in two of them, and
// the eighth.
func (b *Baseline) places(counts map[string]int) string {
	var list []string
	for i := 0; i < len(b.Scenarios); {
		n := counts[b.Scenarios[i]]
		end := i + 1
		for end < len(b.Scenarios) && counts[b.Scenarios[end]] == n {
			end++
		}
		if n > 0 {
			text := strconv.Itoa(i)
			if end > i+1 {
				text += "-" + strconv.Itoa(end-1)
			}
			if n != b.Runs {
				text += "*" + strconv.Itoa(n)
			}
			list = append(list, text)
		}
		i = end
	}
	return strings.Join(list, " ")
}

// counts reads what places wrote.
func (b *Baseline) counts(places string) (map[string]int, error) {
	counts := map[string]int{}
	for _, one := range strings.Fields(places) {
		numbers, times, some := strings.Cut(one, "*")
		first, last, many := strings.Cut(numbers, "-")
		if !many {
			last = first
		}
		from, err1 := strconv.Atoi(first)
		to, err2 := strconv.Atoi(last)
		n, err3 := b.Runs, error(nil)
		if some {
			n, err3 = strconv.Atoi(times)
		}
		if err := errors.Join(err1, err2, err3); err != nil || from < 0 || from > to || to >= len(b.Scenarios) {
			return nil, fmt.Errorf("in: got %q, want numbers of the %d scenarios, such as 0-3 5*2 7", one, len(b.Scenarios))
		}
		for i := from; i <= to; i++ {
			counts[b.Scenarios[i]] = n
		}
	}
	return counts, nil
}
