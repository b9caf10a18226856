package html

import (
	"slices"
	"strings"

	"github.com/webrtc-rink/rink/harness/check"
	"github.com/webrtc-rink/rink/harness/report"
	"github.com/webrtc-rink/rink/harness/report/view"
)

// The filter of report.js reads attributes of what has data-row: data-s is the
// outcome (or several), data-p the peers and pairs, data-a the group, data-l the
// level. A matrix (data-matrix) has the pair at the head of each column, and the
// outcome at each cell.

// who is data-p of what was seen in these pairs: "chrome pion pion->chrome".
func who(pairs []report.Pair) string {
	var words []string
	for _, p := range pairs {
		words = append(words, p.Offerer, p.Answerer, p.String())
	}
	return join(words)
}

// of is who of one pair.
func of(p report.Pair) string { return who([]report.Pair{p}) }

// judged is data-p of a requirement: the peers that were asked.
func judged(by []view.Coverage) string {
	words := make([]string, 0, len(by))
	for _, c := range by {
		words = append(words, c.Subject)
	}
	return join(words)
}

// outcomes are data-s of each session: every outcome that its trace had.
func outcomes(r *report.Report) map[string]string {
	words := map[string][]string{}
	for i := range r.Results {
		res := &r.Results[i]
		words[res.Session] = append(words[res.Session], string(res.Outcome))
	}
	all := make(map[string]string, len(words))
	for session, w := range words {
		all[session] = join(w)
	}
	return all
}

func join(words []string) string {
	slices.Sort(words)
	return strings.Join(slices.Compact(words), " ")
}

// cellID is the permalink of a cell of the matrix.
func cellID(check string, p report.Pair) string {
	return view.Anchor("c", check, p.Offerer+"--"+p.Answerer)
}

// Section is where a counter leads without JavaScript: to where its outcome is shown.
func (d data) Section(o check.Outcome) string {
	switch {
	case o == check.Fail || o == check.Stale || o == check.Error:
		return "findings"
	case o == check.Known:
		return "known"
	case o == check.Observed && len(d.Observed) > 0:
		return "observed"
	}
	return "matrix"
}
