package scenario

import (
	"context"
	"strings"

	"github.com/webrtc-rink/rink/harness/peer"
	"github.com/webrtc-rink/rink/harness/trace"
)

// alterations are changes to a created description that leave it readable.
func alterations() map[string]func(sdp string) string {
	return map[string]func(string) string{
		"attribute": func(sdp string) string { return sdp + "a=x-rink:altered\r\n" },
		"ufrag":     func(sdp string) string { return strings.ReplaceAll(sdp, "a=ice-ufrag:", "a=ice-ufrag:rink") },
	}
}

// altering sets local descriptions that were changed after they were created.
func (s *session) altering(at trace.Side, texts exchange) []part {
	var parts []part
	for name, alter := range alterations() {
		for _, typ := range []string{"offer", "answer"} {
			parts = append(parts, s.altered(at, "altered-"+name+"-of-"+typ, typ, texts, alter))
		}
	}
	return parts
}

func (s *session) altered(at trace.Side, name, typ string, texts exchange, alter func(string) string) part {
	var created peer.SessionDescription
	ready := func(ctx context.Context, x *extra) (err error) {
		if typ == "offer" {
			_, err = x.content(ctx)
		} else {
			err = x.conn.setRemote(ctx, texts.offer)
		}
		if err == nil {
			created, err = x.conn.create(ctx, typ)
		}
		return err
	}
	return s.probed(at, name, trace.ProbeAltered, ready, func(ctx context.Context, c *connection) error {
		return c.setLocal(ctx, peer.SessionDescription{Type: typ, SDP: alter(created.SDP)})
	})
}
