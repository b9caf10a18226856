package seed_test

import (
	"flag"
	"fmt"
	"os"
	"slices"
	"strings"
	"testing"

	_ "github.com/onsi/ginkgo/v2" // the ginkgo command knows suites by this import

	"github.com/webrtc-rink/rink/harness/run"
	"github.com/webrtc-rink/rink/suites/seed"
)

// everyPeer stands for all that are installed.
const everyPeer = "all"

var peers = flag.String("peers", "", "who plays the case that Rink began with, by id, separated by commas, or all that are installed (default: pion,chrome)")

// TestSeed plays the family, prints its table and compares the README with it.
func TestSeed(t *testing.T) {
	agents, err := run.Agents("../../" + run.PeersDir)
	if err != nil {
		t.Fatal(err)
	}
	var table seed.Table
	o := seed.Options{
		Roster: append(run.Builtin(), agents...), Out: "../../reports/out/seed",
		Show: func(shown seed.Table) { table = shown },
	}
	switch *peers {
	case "":
	case everyPeer:
		o.Peers = seed.DefaultPeers()
		o.Others = slices.DeleteFunc(o.Roster.IDs(), func(id string) bool { return slices.Contains(o.Peers, id) })
	default:
		o.Peers = strings.Split(*peers, ",")
	}
	seed.Run(t, o)
	fmt.Print("\n" + table.String())
	readmeAgrees(t, table)
}

// readmeAgrees compares the table in the README with what was played just now: the
// columns of the peers that played and are in it.
func readmeAgrees(t *testing.T, table seed.Table) {
	t.Helper()
	readme, err := os.ReadFile("../../README.md")
	if err != nil {
		t.Fatal(err)
	}
	_, after, ok := strings.Cut(string(readme), "    sent to chrome ")
	if !ok {
		t.Fatal("README.md: the table of `make seed` is not there")
	}
	head, after, _ := strings.Cut(after, "\n")
	for n, label := range table.Rows() {
		var row string
		row, after, _ = strings.Cut(after, "\n")
		cells := cellsOf(row)
		if names := strings.Fields(head); len(cells) != 1+len(names) || cells[0] != label {
			t.Fatalf("README.md, row %d of the table: got %q, want %q and a cell for each of %q", n+1, cells, label, names)
		}
		for i, name := range strings.Fields(head) {
			column := table.Column(name)
			if column == nil || column[n] == "" { // it did not play, or a filter left it out
				continue
			}
			if got := cells[1+i]; got != column[n] {
				t.Errorf("README.md, row %d of the table, %s: got %q, want %q as it was played", n+1, name, got, column[n])
			}
		}
	}
}

// cellsOf takes a row of the table apart at two spaces and more.
func cellsOf(row string) []string {
	var cells []string
	for part := range strings.SplitSeq(strings.TrimSpace(row), "  ") {
		if part = strings.TrimSpace(part); part != "" {
			cells = append(cells, part)
		}
	}
	return cells
}
