package fingerprint

import (
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/webrtc-rink/rink/harness/check"
	"github.com/webrtc-rink/rink/harness/trace"
)

// Print is what one end did in one session: names (see the package's comment) and
// values. The items of a list are sorted and joined by " | ", those of a sequence
// stand in their order and are joined by " > ".
type Print map[string]string

// Itself is the opponent of a peer that meets its own kind.
const Itself = "itself"

// The separators in values.
const (
	listed = " | "
	then   = " > "
)

// ErrBroken is matched by the error for a session that the harness or the
// environment broke: what it lacks says nothing about the peer.
var ErrBroken = errors.New("the session broke: play it again")

// Of reads the print of one end off the trace of one session. The error says that
// the trace has no header, that there is no such end, or that the session broke
// (ErrBroken). Whatever a peer said is taken.
func Of(records []trace.Record, side trace.Side) (Print, error) {
	if side != trace.Offerer && side != trace.Answerer {
		return nil, fmt.Errorf("fingerprint: got side %q, want %q or %q", side, trace.Offerer, trace.Answerer)
	}
	v, err := check.NewView(records)
	if err != nil {
		return nil, fmt.Errorf("fingerprint: %w", err)
	}
	if v.End.Result == trace.EndError || v.End.Result == "" {
		return nil, fmt.Errorf("fingerprint: %s: %w: %s", v.Header.ID, ErrBroken, v.End.Reason)
	}
	opponent := v.Header.Peer(side.Other()).ID
	if opponent == v.Header.Peer(side).ID {
		opponent = Itself
	}
	f := facts{
		cell: Key{Scenario: v.Header.Scenario, Side: side, Opponent: opponent}.String(),
		view: v, side: side, print: Print{},
	}
	f.list("peer/features", text(v.Header.Peer(side).Features)...)
	f.end()
	if v.End.Result != trace.EndUnsupported {
		f.descriptions()
		f.candidates()
		f.calls()
		f.states()
		f.orders()
		f.statistics()
		f.channels()
	}
	return f.print, nil
}

// facts collects the print of one end.
type facts struct {
	cell  string
	view  *check.View
	side  trace.Side
	print Print
}

func (f facts) set(object, value string) { f.print[f.cell+object] = value }

// list sets a list, sorted, with counts; no items set nothing.
func (f facts) list(object string, items ...string) {
	if len(items) > 0 {
		f.set(object, join(items))
	}
}

// distinct is list without counts.
func (f facts) distinct(object string, items ...string) {
	items = slices.Clone(items)
	slices.Sort(items)
	f.list(object, slices.Compact(items)...)
}

// sequence sets a list whose order is behaviour.
func (f facts) sequence(object string, items ...string) {
	if len(items) > 0 {
		f.set(object, strings.Join(items, then))
	}
}

// end says how the session went, without its reason, which holds what a peer said.
func (f facts) end() {
	how := string(f.view.End.Result)
	if f.view.End.Result == trace.EndStopped {
		how += " at " + string(f.view.End.Stage)
	}
	f.set(endObject, how)
}

// join sorts items and counts what is there more than once.
func join(items []string) string {
	items = slices.Clone(items)
	slices.Sort(items)
	var out []string
	for i := 0; i < len(items); {
		n := 1
		for i+n < len(items) && items[i+n] == items[i] {
			n++
		}
		out = append(out, times(items[i], n))
		i += n
	}
	return strings.Join(out, listed)
}

func times(item string, n int) string {
	if n == 1 {
		return item
	}
	return item + " (×" + strconv.Itoa(n) + ")"
}

// word is a text that can be one segment of a name.
func word(s string) string { return strings.ReplaceAll(s, "/", "_") }

func text[T ~string](words []T) []string {
	all := make([]string, len(words))
	for i, w := range words {
		all[i] = string(w)
	}
	return all
}
