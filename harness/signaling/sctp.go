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
