// Package peertest is the contract's own test: what every peer.Peer has to
// keep, whatever WebRTC implementation is behind it.
//
// The cases are values, so that one list serves the tests of the peers in this
// module (Run) and the checking of a foreign program (Case.Try over Cases). They
// judge the adapter and not the implementation: what an implementation does
// against a standard is the business of harness/check. The package also has the
// small session driver that the cases use: Watch and Connect.
package peertest

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/webrtc-rink/rink/harness/peer"
)

// Patience bounds every single wait in this package. Waits end on the event;
// only a broken peer takes this long.
const Patience = 20 * time.Second

// CaseTimeout is what Run gives one whole case.
const CaseTimeout = 2 * time.Minute

// Case is one rule of the contract, tried on a live peer.
type Case struct {
	// Name is unique and lower-case with hyphens.
	Name string
	// Explains says in one sentence what the contract asks.
	Explains string
	// Needs are the features without which the case does not apply.
	Needs peer.Features
	// Run returns nil, or what the peer did and what was wanted. It leaves no
	// connection open.
	Run func(ctx context.Context, p peer.Peer) error
}

// Cases returns all cases in the order in which to run them on one peer. The
// last one, "peer-close", ends the peer.
func Cases() []Case {
	return slices.Concat(lifeCases(), negotiationCases(), candidateCases(), sessionCases(), featureCases(),
		descriptionCases(), channelCases(), attributeCases(), settingCases(),
		[]Case{{
			Name:     "peer-close",
			Explains: "a peer closes more than once without an error, and then refuses to open",
			Run:      closePeer,
		}})
}

// Run holds one peer to every case, each as a subtest. start is called once; the
// last case closes the peer, and start may also register a cleanup for it. A
// case that needs a feature which the peer does not declare is skipped.
func Run(t *testing.T, start func(t *testing.T) peer.Peer) {
	t.Helper()
	p := start(t)
	for _, c := range Cases() {
		t.Run(c.Name, func(t *testing.T) {
			r := c.Try(t.Context(), p)
			if len(r.Missing) > 0 {
				t.Skipf("not declared: %s", r.Missing)
			}
			if r.Err != nil {
				t.Errorf("%s\n%v", c.Explains, r.Err)
			}
		})
	}
}

// Result is what came of a case. The case was kept when both are zero.
type Result struct {
	// Missing are the features that the case needs and the peer does not declare;
	// then it was not run.
	Missing peer.Features
	// Err says what the peer did and what was wanted.
	Err error
}

// Try runs the case on a peer, unless that lacks what it needs, for no longer
// than CaseTimeout.
func (c Case) Try(ctx context.Context, p peer.Peer) Result {
	if missing := p.Describe().Features.Missing(c.Needs...); len(missing) > 0 {
		return Result{Missing: missing}
	}
	ctx, cancel := context.WithTimeout(ctx, CaseTimeout)
	defer cancel()
	return Result{Err: c.Run(ctx, p)}
}

// named returns an error unless err is a refusal that carries a name.
func named(subject string, err error) error {
	var refusal *peer.Error
	switch {
	case err == nil:
		return errors.New(subject + ": got success, want an error with a DOMException name")
	case !errors.As(err, &refusal):
		return fmt.Errorf("%s: got %T (%w), want a *peer.Error", subject, err, err)
	case refusal.Name == "":
		return fmt.Errorf("%s: got *peer.Error %q without a name", subject, refusal.Message)
	}
	return nil
}

// refusedOrFine accepts success and a refusal that carries a name.
func refusedOrFine(subject string, err error) error {
	if err == nil {
		return nil
	}
	return named(subject, err)
}
