package view

import (
	"slices"

	"github.com/webrtc-rink/rink/harness/report"
)

// PairCell is a directed pair as a whole.
type PairCell struct {
	report.Pair
	Played       bool // a session of the run has this pair
	Requirements report.Counts
}

// PairRow is what became of one offerer with each answerer.
type PairRow struct {
	Offerer string
	Cells   []PairCell // in the order of PairTable.Answerers
}

// PairTable is offerers by answerers.
type PairTable struct {
	Answerers []string
	Rows      []PairRow
}

// PairsOf counts the requirements of each directed pair by their worst outcome.
func PairsOf(m Matrix) PairTable {
	counts := make([]PairCell, len(m.Pairs))
	for _, s := range m.Sections {
		for _, row := range s.Rows {
			for i, c := range row.Cells {
				if c.Outcome != "" {
					counts[i].Requirements.Add(c.Outcome)
				}
			}
		}
	}
	var t PairTable
	var offerers []string
	cells := make(map[report.Pair]PairCell, len(m.Pairs))
	for i, p := range m.Pairs {
		offerers, t.Answerers = append(offerers, p.Offerer), append(t.Answerers, p.Answerer)
		c := counts[i]
		c.Pair, c.Played = p, true
		cells[p] = c
	}
	slices.Sort(offerers)
	slices.Sort(t.Answerers)
	t.Answerers = slices.Compact(t.Answerers)
	for _, o := range slices.Compact(offerers) {
		row := PairRow{Offerer: o}
		for _, a := range t.Answerers {
			c := cells[report.Pair{Offerer: o, Answerer: a}]
			c.Pair = report.Pair{Offerer: o, Answerer: a}
			row.Cells = append(row.Cells, c)
		}
		t.Rows = append(t.Rows, row)
	}
	return t
}
