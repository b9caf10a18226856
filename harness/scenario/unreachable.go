package scenario

import (
	"context"
	"slices"
	"time"

	"github.com/webrtc-rink/rink/harness/peer"
	"github.com/webrtc-rink/rink/harness/trace"
	"github.com/webrtc-rink/rink/harness/wire"
)

// unreachable leaves connections of one end without a candidate that answers, and
// looks at what they say when the time for peer-reflexive candidates (RFC 8863) is
// over, and some seconds later.
func (s *session) unreachable(ctx context.Context, at trace.Side) error {
	in := s.intake(at)
	defer in.silence()
	sender, err := in.open(ctx)
	if err != nil || sender == nil {
		return err
	}
	all, ending, err := in.hopeless(ctx)
	if err != nil {
		return err
	}
	quiet, err := in.quiet(ctx)
	if err != nil {
		return err
	}
	all = append(all, quiet...)
	patience := s.opt.Timeouts.Patience
	if err := in.lookAt(ctx, trace.MomentPatience, patience-patience/clockMargin, all); err != nil {
		return err
	}
	if err := in.lookAt(ctx, trace.MomentLate, patience+s.opt.Timeouts.Late, ending); err != nil {
		return err
	}
	others := slices.DeleteFunc(all, func(x *extra) bool { return slices.Contains(ending, x) })
	return in.lookAt(ctx, trace.MomentLate, 0, others)
}

// clockMargin is the part of the time, a tenth of a second of 39.5, by which the clock
// of a peer that keeps it to the letter, and the way of its event, may differ from ours.
const clockMargin = 400

// hopeless opens connections that can only fail. Ending are those that know that no
// candidate will come, but for the one that has none.
func (in *intake) hopeless(ctx context.Context) (all, ending []*extra, err error) {
	ends := in.features.Has(peer.FeatureEndOfICE)
	for _, try := range []struct {
		name string
		edit func(*wire.Description)
		hand []handed
	}{
		{trace.ConnNothing, nil, []handed{{trace.HandedEnd, "", nil}}},
		{trace.ConnUnreachable, nil, []handed{{trace.HandedTrickled, "", in.section(0, in.silentLine(0))}, {trace.HandedEnd, "", nil}}},
		{trace.ConnWaiting, nil, []handed{{trace.HandedTrickled, "", in.section(0, in.silentLine(0))}}},
		{trace.ConnCannotTrickle, func(d *wire.Description) { withoutTrickle(d); in.described(d) }, nil},
		{trace.ConnDescribedEnd, in.sectionsEnd, nil},
	} {
		if len(try.hand) > 0 && try.name != trace.ConnWaiting && !ends {
			continue
		}
		x, err := in.answered(ctx, try.name, try.edit)
		if err != nil {
			return nil, nil, err
		}
		if err := in.hand(ctx, x, try.hand...); err != nil {
			return nil, nil, err
		}
		all = append(all, x)
		if try.name != trace.ConnNothing && try.name != trace.ConnWaiting {
			ending = append(ending, x)
		}
	}
	return all, ending, nil
}

// quiet lets two connections exchange descriptions and no candidate.
func (in *intake) quiet(ctx context.Context) ([]*extra, error) {
	offerer, err := in.extra(ctx, in.at, trace.ConnQuietOfferer, peer.Configuration{})
	if err != nil {
		return nil, err
	}
	if in.features.Has(peer.FeatureDataChannel) {
		if _, err = offerer.conn.createDataChannel(ctx, channelLabel); err != nil {
			return nil, err
		}
	} else if err = offerer.conn.addTransceiver(ctx, peer.Audio, peer.TransceiverInit{}); err != nil {
		return nil, err
	}
	answerer, err := in.extra(ctx, in.at, trace.ConnQuietAnswerer, peer.Configuration{})
	if err != nil {
		return nil, err
	}
	for _, step := range []struct {
		typ      string
		from, to *extra
	}{{"offer", offerer, answerer}, {"answer", answerer, offerer}} {
		d, err := step.from.conn.create(ctx, step.typ)
		if err != nil {
			return nil, err
		}
		if err := step.from.setLocal(ctx, d); err != nil {
			return nil, err
		}
		if err := step.to.setRemote(ctx, d); err != nil {
			return nil, err
		}
	}
	in.began[offerer], in.began[answerer] = time.Now(), time.Now()
	return []*extra{offerer, answerer}, nil
}

// lookAt waits for each of the connections until it has failed or connected, or its
// own time is over, and records its states then: of one that fails when its time is
// over, that is before.
func (in *intake) lookAt(ctx context.Context, moment string, limit time.Duration, at []*extra) error {
	for _, x := range at {
		left := max(0, time.Until(in.began[x].Add(limit)))
		if _, err := x.until(ctx, left, func(s *state) bool { return s.failed() || s.connected() }); err != nil {
			return err
		}
		if _, err := x.conn.snapshot(ctx, moment); err != nil {
			return err
		}
	}
	return nil
}
