package scenario

import (
	"context"
	"fmt"

	"github.com/webrtc-rink/rink/harness/peer"
	"github.com/webrtc-rink/rink/harness/trace"
)

// The steps of a restart after which messages cross, as their texts name them.
const (
	flowBefore   = "before"    // nothing is done yet
	flowOffered  = "offered"   // the restarting end has set its offer
	flowHeard    = "heard"     // the other end has it
	flowAnswered = "answered"  // the other end has set its answer
	flowAgreed   = "agreed"    // the restarting end has it
	flowNewPath  = "restarted" // both ends have gathered and looked for a new pair
)

// crossing is how many messages each end sends after each step.
const crossing = 3

// flow sends numbered messages while ICE restarts.
type flow struct {
	*session
	next    int
	stopped bool // some did not arrive: what follows is sent all the same, and not waited for
}

// send sends the messages of a step from both ends and returns what each is to get.
func (f *flow) send(ctx context.Context, step string) (map[trace.Side][]peer.Message, error) {
	sent := map[trace.Side][]peer.Message{}
	for range crossing {
		f.next++
		messages := map[trace.Side]peer.Message{}
		for _, name := range trace.Sides() {
			m := peer.Message{Text: fmt.Sprintf("%s%s:%d from %s", trace.FlowPrefix, step, f.next, name)}
			messages[name], sent[name.Other()] = m, append(sent[name.Other()], m)
		}
		if err := f.session.sendBoth(ctx, messages); err != nil {
			return nil, err
		}
	}
	return sent, nil
}

// cross sends the messages of a step and waits a little for them. That they do not
// come is for the checks.
func (f *flow) cross(ctx context.Context, step string) error {
	due, err := f.send(ctx, step)
	if err != nil || f.stopped {
		return err
	}
	ok, missing, err := f.watch(ctx, step, f.opt.Timeouts.Flow, arriving(due), f.lost)
	if err != nil {
		return err
	}
	if !ok {
		f.stopped = true
		f.rec.Logf("", "%v", missed("messages flow on", f.opt.Timeouts.Flow, missing))
	}
	return nil
}

// last sends the messages of a step after which all is to work, and waits for them as
// long as a message may take.
func (f *flow) last(ctx context.Context, step string) error {
	due, err := f.send(ctx, step)
	if err != nil {
		return err
	}
	return f.await(ctx, "messages arrive after the restart", f.opt.Timeouts.App, arriving(due))
}

func arriving(due map[trace.Side][]peer.Message) condition {
	return func(o, a *state) (bool, []want) {
		var missing []want
		for name, st := range map[trace.Side]*state{trace.Offerer: o, trace.Answerer: a} {
			for _, m := range due[name] {
				if !st.has(m) {
					missing = append(missing, want{name, "receives " + m.Text})
				}
			}
		}
		return len(missing) == 0, missing
	}
}
