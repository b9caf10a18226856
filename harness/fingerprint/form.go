package fingerprint

import (
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strings"

	"github.com/webrtc-rink/rink/harness/wire"
)

// exact are the attributes whose values a peer does not draw: they are compared as
// they are written.
var exact = map[string]bool{
	"setup": true, "mid": true, "group": true, "ice-options": true, "ice-lite": true, "sctp-port": true,
	"sctpmap": true, "max-message-size": true, "bundle-only": true, "rtcp-mux": true, "rtcp-mux-only": true,
	"rtcp-rsize": true, "extmap-allow-mixed": true, "direction": true, "rid": true, "simulcast": true,
	"end-of-candidates": true, "ptime": true, "maxptime": true, "ice-pacing": true,
}

// attributeForm is the value of an attribute without what is drawn anew in every
// session.
func attributeForm(key, value string) string {
	if value == "" {
		return present
	}
	if exact[key] {
		return value
	}
	fields := strings.Split(value, " ")
	switch key {
	case "extmap", "ssrc": // taken apart by lines
		return value
	case "ice-ufrag", "ice-pwd":
		return fmt.Sprintf("%d characters", len(value))
	case "fingerprint":
		return fields[0]
	case "candidate":
		c, err := wire.ParseCandidate("candidate:" + value)
		if err != nil {
			return "no candidate"
		}
		return candidateForm(c)
	case "rtcp": // RFC 3605: port, network type, address type, address
		if fields[0] != "9" {
			fields[0] = "port"
		}
		if len(fields) > 1 {
			fields[len(fields)-1] = addressForm(fields[len(fields)-1])
		}
	case "msid", "ssrc-group": // a name of the semantics, then names or numbers
		for i, field := range fields {
			if field != "-" && (key == "msid" || i > 0) {
				fields[i] = "id"
			}
		}
	case "msid-semantic":
		for i, field := range fields {
			if field != "" && field != "*" && !strings.HasPrefix(field, "WMS") {
				fields[i] = "id"
			}
		}
	default:
		return drawn.ReplaceAllString(value, "#")
	}
	return strings.Join(fields, " ")
}

// present is the value of what has none, such as a property attribute.
const present = "present"

// drawn finds what looks like a number or name that was drawn.
var drawn = regexp.MustCompile(`[0-9a-fA-F]{8}-[0-9a-fA-F-]{27}|[0-9]{6,}|[0-9a-fA-F]{16,}`)

func sortedKeys[V any](m map[string]V) []string { return slices.Sorted(maps.Keys(m)) }
