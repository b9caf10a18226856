package upgrade

import (
	"errors"
	"fmt"

	"github.com/webrtc-rink/rink/harness/fingerprint"
	"github.com/webrtc-rink/rink/harness/run"
	"github.com/webrtc-rink/rink/harness/trace"
)

// prints gathers what both versions did, checked or not.
type prints struct {
	from, to string
	old, new []fingerprint.Print
}

func newPrints(from, to string) *prints { return &prints{from: from, to: to} }

// add reads the traces of sessions.
func (p *prints) add(sessions []run.Session) error {
	var errs []error
	for _, s := range sessions {
		if s.End.Result == trace.EndUnsupported || s.End.Result == trace.EndError || s.Trace == "" {
			continue
		}
		records, err := trace.ReadFile(s.Trace)
		if err != nil {
			errs = append(errs, fmt.Errorf("%s: %w", s.Trace, err))
			continue
		}
		for _, side := range trace.Sides() {
			var into *[]fingerprint.Print
			switch s.Header.Peer(side).ID {
			case p.from:
				into = &p.old
			case p.to:
				into = &p.new
			default:
				continue
			}
			print, err := fingerprint.Of(records, side)
			switch {
			case errors.Is(err, fingerprint.ErrBroken):
			case err != nil:
				errs = append(errs, fmt.Errorf("%s: %w", s.Trace, err))
			default:
				*into = append(*into, print)
			}
		}
	}
	return errors.Join(errs...)
}

// diff tells what changed.
func (p *prints) diff() []fingerprint.Change {
	return fingerprint.Diff(fingerprint.Merge(p.old...), fingerprint.Merge(p.new...))
}
