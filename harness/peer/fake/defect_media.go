package fake

import (
	"strings"

	"github.com/webrtc-rink/rink/harness/peer"
	"github.com/webrtc-rink/rink/harness/trace"
	"github.com/webrtc-rink/rink/harness/wire"
)

// onInbound changes what is counted of a kind of media.
func onInbound(kind peer.Kind, change func(*peer.InboundStats)) func(*peer.Stats) {
	return func(s *peer.Stats) {
		for i := range s.Inbound {
			if s.Inbound[i].Kind == kind {
				change(&s.Inbound[i])
			}
		}
	}
}

func mediaDefects() []Defect {
	const offerer, answerer = trace.Offerer, trace.Answerer
	return []Defect{
		{
			Name: "audio-stops", Check: "MEDIA-001", Scenario: "media-flows", Side: answerer,
			stats: onInbound(peer.Audio, func(in *peer.InboundStats) { in.PacketsReceived = 50 }),
		},
		{
			Name: "decodes-one-frame", Check: "MEDIA-002", Scenario: "media-flows", Side: offerer,
			stats: onInbound(peer.Video, func(in *peer.InboundStats) { in.FramesDecoded = 1 }),
		},
		{
			Name: "receives-what-is-inactive", Check: "MEDIA-003", Scenario: "media-directions", Side: offerer,
			created: onAnswer(func(_ *connection, d *wire.Description) {
				for _, m := range d.Media {
					if m.RemoveAttr("inactive") > 0 {
						m.AddAttr("recvonly", "")
					}
				}
			}),
		},
		{
			Name: "video-in-the-other-section", Check: "MEDIA-005", Scenario: "media-flows", Side: answerer,
			stats: onInbound(peer.Video, func(in *peer.InboundStats) { in.Mid = "1" }),
		},
		{
			Name: "video-costs-it-its-data", Check: "MEDIA-006", Scenario: "media-renegotiated", Side: answerer,
			event: func(_ *connection, e peer.Event) []peer.Event {
				if e.Type == peer.EventMessage && strings.HasPrefix(e.Message.Text, "rink-added:") {
					return nil
				}
				return []peer.Event{e}
			},
		},
	}
}
