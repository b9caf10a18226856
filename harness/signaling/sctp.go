package signaling

import (
	"strconv"

	"github.com/webrtc-rink/rink/harness/trace"
	"github.com/webrtc-rink/rink/harness/wire"
)

// MaxMessageSize makes every data section say that its end takes messages of at
// most so many bytes (RFC 8841 section 6.1).
func MaxMessageSize(bytes int) Fault {
	return fixed("max-message-size", handler{describe: func(_ trace.Side, _ string, d *wire.Description) {
		for _, m := range d.Media {
			if m.Kind == "application" {
				m.SetAttr("max-message-size", strconv.Itoa(bytes))
			}
		}
	}})
}

// ActiveOffer makes the offer ask for the DTLS client's role, which leaves the
// server's to the answerer (RFC 4145 section 4.1).
func ActiveOffer() Fault {
	return fixed("active-offer", handler{describe: func(_ trace.Side, typ string, d *wire.Description) {
		if typ != "offer" {
			return
		}
		if _, ok := d.Attr("setup"); ok {
			d.SetAttr("setup", "active")
		}
		for _, m := range d.Media {
			if _, ok := m.Attr("setup"); ok {
				m.SetAttr("setup", "active")
			}
		}
	}})
}
