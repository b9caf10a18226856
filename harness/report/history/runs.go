package history

import (
	"cmp"
	"encoding/json"
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/webrtc-rink/rink/harness/check"
	"github.com/webrtc-rink/rink/harness/peer"
	"github.com/webrtc-rink/rink/harness/report"
	"github.com/webrtc-rink/rink/harness/report/view"
)

// Source is what a history needs of a report.
type Source struct {
	Name   string // of its column in a history over runs
	Link   string // where the run is to be seen; may be empty
	Run    report.Run
	Peers  []peer.Description
	Checks []report.Check
	Pairs  []string // in order
	Counts map[Subject]report.Counts
}

// Subject is a requirement and the peer that is judged by it.
type Subject struct{ Check, Subject string }

// SourceOf takes from a report what a history needs.
func SourceOf(r *report.Report) Source {
	s := Source{Name: r.Run.ID, Run: r.Run, Peers: r.Peers, Checks: r.Checks, Counts: map[Subject]report.Counts{}}
	for i := range r.Results {
		s.add(r.Results[i].Check, r.Results[i].Subject, r.Results[i].Outcome, r.Results[i].Pair)
	}
	return s
}

// ReadSource reads the same from a report.json, of which it keeps no more than that.
func ReadSource(in io.Reader) (Source, error) {
	s := Source{Counts: map[Subject]report.Counts{}}
	schema := ""
	err := report.Members(in, func(name string, d *json.Decoder) (bool, error) {
		switch name {
		case "schema":
			return false, d.Decode(&schema)
		case "run":
			return false, d.Decode(&s.Run)
		case "peers":
			return false, d.Decode(&s.Peers)
		case "checks":
			return false, d.Decode(&s.Checks)
		case "results":
			return false, report.Items(d, func(d *json.Decoder) error {
				var x struct {
					Check, Subject string
					Outcome        check.Outcome
					Pair           report.Pair
				}
				err := d.Decode(&x)
				s.add(x.Check, x.Subject, x.Outcome, x.Pair)
				return err
			})
		}
		return false, report.Skip(d)
	})
	if err == nil && schema != report.Schema {
		err = fmt.Errorf("no report: schema: got %q, want %q", schema, report.Schema)
	}
	s = report.SafeOf(s)
	s.Name = s.Run.ID
	return s, err
}

func (s *Source) add(id, subject string, o check.Outcome, p report.Pair) {
	at := Subject{id, subject}
	counts := s.Counts[at]
	counts.Add(o)
	s.Counts[at] = counts
	if i, seen := slices.BinarySearch(s.Pairs, p.String()); !seen {
		s.Pairs = slices.Insert(s.Pairs, i, p.String())
	}
}

// RunTables arranges runs: one table for those that have the same pairs, in the order
// of the newest run of each, with a column for each run, the oldest first.
func RunTables(sources []Source) []Table {
	sources = slices.Clone(sources)
	slices.SortStableFunc(sources, func(a, b Source) int { return b.Run.StartedAt.Compare(a.Run.StartedAt) })
	var order []string
	groups := map[string][]Source{}
	for _, s := range sources {
		key := strings.Join(s.Pairs, "\n")
		if groups[key] == nil {
			order = append(order, key)
		}
		groups[key] = append(groups[key], s)
	}
	var tables []Table
	names := map[string]int{}
	for _, key := range order {
		runs := groups[key]
		slices.Reverse(runs)
		name := cmp.Or(view.Some(runs[0].Pairs), "no pair")
		if names[name]++; names[name] > 1 { // the rest of a long list is not in it
			name = fmt.Sprintf("%s (%d)", name, names[name])
		}
		t := Table{Peer: name, Over: "Over runs", Links: map[string]string{}}
		for _, s := range runs {
			t.Columns = append(t.Columns, s.Name)
			if s.Link != "" {
				t.Links[s.Name] = s.Link
			}
		}
		at := t.rows(runs)
		for column, s := range runs {
			for row := range t.Rows {
				t.Rows[row].Cells[column].ByRun = true
			}
			for subject, counts := range s.Counts {
				if row, known := at[subject.Check]; known {
					t.Rows[row].Cells[column].Counts.Sum(counts)
				}
			}
		}
		t.sum()
		tables = append(tables, t)
	}
	return tables
}

// RenderRuns returns a page that shows how every requirement came out over runs. Notes
// say what the page leaves out.
func RenderRuns(sources []Source, notes ...string) ([]byte, error) {
	return render(text{
		Title: "Rink: requirements over runs", Eyebrow: "WebRTC interop history", Heading: "How every requirement came out, run by run",
		Lead: "Runs with the same pairs are beside each other, the oldest first. A cell counts all scenarios, pairs and roles in which the requirement was judged, and shows the worst of them. " +
			"In the bars, what was met is below and what deviates above, whether a reviewed expectation excuses it or not; a thin line is a run that did not judge it.",
		Same: "The same in every run that judged it", Footer: "Written by rink serve.", Home: home, Notes: notes, Tables: RunTables(sources),
	})
}
