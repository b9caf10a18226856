package scenario

import (
	"context"
	"fmt"
	"sync"

	"github.com/webrtc-rink/rink/harness/peer"
	"github.com/webrtc-rink/rink/harness/trace"
)

// chainedTries is how often a candidate is handed over right behind
// setRemoteDescription. A peer is handed both calls by goroutines of their own, so
// that once in a while the second comes first, and is rightly refused; of several
// tries one that has an operations chain takes one.
const chainedTries = 8

// chained hands over a candidate while setRemoteDescription is under way, on a new
// connection each time, until one is taken.
func (in *intake) chained(ctx context.Context) error {
	for try := range chainedTries {
		x, err := in.extra(ctx, in.at, fmt.Sprintf("%s-%d", trace.ConnChained, try+1), peer.Configuration{})
		if err != nil {
			return err
		}
		taken, err := in.behind(ctx, x)
		if err != nil || taken {
			return err
		}
		if err := in.finished(ctx, x); err != nil {
			return err
		}
	}
	return nil
}

// behind calls addIceCandidate as soon as setRemoteDescription was called.
func (in *intake) behind(ctx context.Context, x *extra) (taken bool, err error) {
	offer := peer.SessionDescription{Type: "offer", SDP: in.offer.String()}
	begun := make(chan struct{})
	var setting sync.WaitGroup
	var failed error
	setting.Go(func() {
		failed = x.conn.settle(ctx, trace.Call{Method: "setRemoteDescription", Description: &offer}, func(ctx context.Context) error {
			close(begun)
			return x.conn.SetRemoteDescription(ctx, offer)
		})
	})
	<-begun
	init := in.section(0, host(1, "192.0.2.1", 5001))
	err = x.conn.settle(ctx, trace.Call{Method: "addIceCandidate", Candidate: asJSON(init), Text: trace.HandedChained}, func(ctx context.Context) error {
		return x.conn.AddICECandidate(ctx, init)
	})
	setting.Wait()
	if failed != nil {
		return false, failed
	}
	return accepted(err)
}
