package run

import (
	"context"
	"fmt"
	"path"
	"slices"
	"strings"

	"github.com/webrtc-rink/rink/harness/peer"
)

// Entry is a peer that can be had: how to tell whether it is there and how to
// start it.
type Entry struct {
	ID             string
	Implementation string
	// Own is the command of a program that the user brought (--peer ID=COMMAND).
	Own string
	// Available is nil when the peer can be started; the error says what is
	// missing and the command that installs it.
	Available func() error
	// Start brings the peer up. log takes sentences about what was done.
	Start func(ctx context.Context, log func(string)) (peer.Peer, error)
}

// Roster is the list of peers of a run, in their order.
type Roster []Entry

// IDs lists the peers.
func (r Roster) IDs() []string {
	ids := make([]string, len(r))
	for i, e := range r {
		ids[i] = e.ID
	}
	return ids
}

// Available returns the peers that can be started, and a sentence about each of
// the others.
func (r Roster) Available() (there Roster, missing []string) {
	for _, e := range r {
		if err := e.Available(); err != nil {
			missing = append(missing, fmt.Sprintf("Peer %s was left out: %v.", e.ID, err))
			continue
		}
		there = append(there, e)
	}
	return there, missing
}

// ByID returns the entry, or an error that lists what there is.
func (r Roster) ByID(id string) (Entry, error) {
	i := slices.IndexFunc(r, func(e Entry) bool { return e.ID == id })
	if i < 0 {
		return Entry{}, fmt.Errorf("peer %q: not known; there are: %s", id, strings.Join(r.IDs(), ", "))
	}
	return r[i], nil
}

// Has reports whether an id, or an id@version of it, is in the roster.
func (r Roster) Has(id string) bool {
	return slices.ContainsFunc(r, func(e Entry) bool { return e.ID == id || strings.HasPrefix(e.ID, id+"@") })
}

// Match returns the ids that a glob matches, in roster order; none is an error.
func (r Roster) Match(glob string) ([]string, error) {
	var ids []string
	for _, e := range r {
		ok, err := path.Match(glob, e.ID)
		if err != nil {
			return nil, fmt.Errorf("peer pattern %q: %w", glob, err)
		}
		if ok {
			ids = append(ids, e.ID)
		}
	}
	if len(ids) == 0 {
		return nil, fmt.Errorf("peer %q: matches none of: %s", glob, strings.Join(r.IDs(), ", "))
	}
	return ids, nil
}
