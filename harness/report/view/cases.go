package view

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"github.com/webrtc-rink/rink/harness/check"
	"github.com/webrtc-rink/rink/harness/report"
)

// Case is what CI systems call a test case: one requirement for one peer of one
// directed pair, over all scenarios. Its name stays the same from run to run.
type Case struct {
	Name    string // CAND-002 sdpMid names a media section of the local description [pion]
	Pair    report.Pair
	Check   string
	Subject string
	Worst   check.Outcome
	// Text is what the results of the worst outcome say, each once; its first line
	// stands for it.
	Text    string
	Results []*report.Result
	// Change is what became of it since the baseline, the worst of it; empty: nothing,
	// or there is no baseline.
	Change report.ChangeClass
}

// Cases are those of one pair, by check and peer.
func Cases(r *report.Report, p report.Pair) []Case {
	titles := map[string]string{}
	for _, c := range r.Checks {
		titles[c.ID] = c.Title
	}
	var all []Case
	index := map[[2]string]int{}
	for i := range r.Results {
		res := &r.Results[i]
		if res.Pair != p {
			continue
		}
		key := [2]string{res.Check, res.Subject}
		at, ok := index[key]
		if !ok {
			at = len(all)
			index[key] = at
			name := fmt.Sprintf("%s %s [%s]", res.Check, titles[res.Check], res.Subject)
			all = append(all, Case{Name: name, Pair: p, Check: res.Check, Subject: res.Subject})
		}
		all[at].Results = append(all[at].Results, res)
	}
	for i := range all {
		all[i].finish()
		all[i].Change = changeOf(r.Comparison, all[i])
	}
	slices.SortStableFunc(all, func(a, b Case) int {
		return cmp.Or(cmp.Compare(a.Check, b.Check), cmp.Compare(a.Subject, b.Subject))
	})
	return all
}

func (c *Case) finish() {
	var counts report.Counts
	for _, res := range c.Results {
		counts.Add(res.Outcome)
	}
	c.Worst = counts.Worst()
	var lines, in []string
	for _, res := range c.Results {
		if res.Outcome != c.Worst {
			continue
		}
		in = with(in, res.Scenario)
		if c.Worst == check.Stale {
			lines = with(lines, "passes, although an expectation says that it fails: delete the entry")
		}
		for _, f := range res.Findings {
			lines = with(lines, f.String())
		}
		if res.Reason != "" {
			lines = with(lines, res.Reason)
		}
		if e := res.Expectation; e != nil {
			lines = with(lines, e.File+": "+e.Reason+" "+e.Issue)
		}
	}
	if len(lines) > 0 {
		c.Text = strings.Join(lines, "\n") + "\nin " + strings.Join(in, ", ")
	}
}

// changeOf is the first of the changes of a case: the worst comes first.
func changeOf(c *report.Comparison, of Case) report.ChangeClass {
	if c == nil {
		return ""
	}
	for _, x := range c.Changes {
		if x.Check == of.Check && x.Subject == of.Subject && slices.Contains(x.Pairs, of.Pair.String()) {
			return x.Class
		}
	}
	return ""
}
