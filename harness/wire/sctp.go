package wire

import "strconv"

// DefaultMaxMessageSize is the largest message, in bytes, that an end takes which says
// no max-message-size (RFC 8841 section 6.1).
const DefaultMaxMessageSize = 65536

// MaxMessageSize is the a=max-message-size of the first data section that is not
// rejected, in bytes; 0 says that there is no limit. Ok is false where the attribute
// is absent, or no number.
func (d *Description) MaxMessageSize() (bytes int, ok bool) {
	for _, m := range d.Media {
		if m.Kind != "application" || m.Rejected() {
			continue
		}
		value, ok := m.Attr("max-message-size")
		if !ok {
			return 0, false
		}
		n, err := strconv.ParseUint(value, 10, 53)
		return int(n), err == nil
	}
	return 0, false
}
