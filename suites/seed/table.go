package seed

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"unicode/utf8"

	. "github.com/onsi/ginkgo/v2" //nolint:revive // as Ginkgo's specs are written
	. "github.com/onsi/gomega"    //nolint:revive // as Gomega's assertions are written

	"github.com/webrtc-rink/rink/harness/trace"
)

// The entries of a spec's report that the table is made of.
const (
	entryCell   = "cell"
	entryAbsent = "not installed"
)

// cell is what happened in one situation.
type cell struct {
	Peer      string
	Role      trace.Side
	Situation int // of situations
	Words     string
}

// absence is why a peer did not play.
type absence struct{ Peer, Reason string }

func (a account) cell(situation int) cell {
	return cell{Peer: a.id(a.sender), Role: a.sender, Situation: situation, Words: a.words()}
}

// note attaches a value to the spec's report, as JSON: parallel processes would
// turn a Go value into a map.
func note(name string, value any) {
	GinkgoHelper()
	data, err := json.Marshal(value)
	Expect(err).NotTo(HaveOccurred())
	AddReportEntry(name, string(data), ReportEntryVisibilityNever)
}

// Table is what happened to each peer in each situation.
type Table struct {
	opponent string
	peers    []string
	cells    map[string]map[int]map[trace.Side]string
	absent   []absence
}

// tableOf reads the table off the reports of the specs; it has those of the peers
// that played.
func tableOf(opponent string, peers []string, reports []SpecReport) (Table, error) {
	t := Table{opponent: opponent, cells: map[string]map[int]map[trace.Side]string{}}
	for _, r := range reports {
		for _, e := range r.ReportEntries {
			data, _ := e.Value.GetRawValue().(string)
			var err error
			switch e.Name {
			case entryCell:
				var c cell
				err = json.Unmarshal([]byte(data), &c)
				t.add(c)
			case entryAbsent:
				var a absence
				err = json.Unmarshal([]byte(data), &a)
				t.absent = append(t.absent, a)
			}
			if err != nil {
				return t, fmt.Errorf("report entry %q: %w", e.Name, err)
			}
		}
	}
	t.peers = slices.DeleteFunc(peers, func(id string) bool { return t.cells[id] == nil })
	return t, nil
}

func (t *Table) add(c cell) {
	if t.cells[c.Peer] == nil {
		t.cells[c.Peer] = map[int]map[trace.Side]string{}
	}
	if t.cells[c.Peer][c.Situation] == nil {
		t.cells[c.Peer][c.Situation] = map[trace.Side]string{}
	}
	t.cells[c.Peer][c.Situation][c.Role] = c.Words
}

// Rows names the situations.
func (t Table) Rows() []string {
	var rows []string
	for _, s := range situations {
		rows = append(rows, s.label)
	}
	return rows
}

// Column returns what happened to one peer, situation by situation; nil when it
// did not play. Where its two roles differ both are told.
func (t Table) Column(peer string) []string {
	if t.cells[peer] == nil {
		return nil
	}
	column := make([]string, len(situations))
	for i := range situations {
		offerer, answerer := t.cells[peer][i][trace.Offerer], t.cells[peer][i][trace.Answerer]
		switch {
		case offerer == answerer:
			column[i] = offerer
		case offerer == "" || answerer == "": // a filter left one role out
			column[i] = offerer + answerer
		default:
			column[i] = "offerer " + offerer + ", answerer " + answerer
		}
	}
	return column
}

// perBlock is how many peers stand side by side.
const perBlock = 3

// String draws the table, a few peers side by side.
func (t Table) String() string {
	var b strings.Builder
	for peers := range slices.Chunk(t.peers, perBlock) {
		columns := [][]string{append([]string{"sent to " + t.opponent}, t.Rows()...)}
		for _, p := range peers {
			columns = append(columns, append([]string{p}, t.Column(p)...))
		}
		b.WriteString(draw(columns) + "\n")
	}
	for _, a := range t.absent {
		fmt.Fprintf(&b, "%s was left out: %s\n", a.Peer, a.Reason)
	}
	return b.String()
}

// draw puts columns of the same length side by side.
func draw(columns [][]string) string {
	var b strings.Builder
	for row := range columns[0] {
		line := ""
		for _, column := range columns {
			width := 0
			for _, text := range column {
				width = max(width, utf8.RuneCountInString(text))
			}
			line += column[row] + strings.Repeat(" ", width-utf8.RuneCountInString(column[row])+2)
		}
		b.WriteString(strings.TrimRight(line, " ") + "\n")
	}
	return b.String()
}
