package signaling

import (
	"strings"

	"github.com/webrtc-rink/rink/harness/trace"
	"github.com/webrtc-rink/rink/harness/wire"
)

// transportKeys are the attributes that may stand at either level of a description
// (RFC 8839 section 5.4, RFC 8842 section 5.1, RFC 8122 section 5).
var transportKeys = []string{"ice-ufrag", "ice-pwd", "fingerprint", "setup"}

// fingerprints of nobody.
const (
	nobodySHA1   = "sha-1 00:11:22:33:44:55:66:77:88:99:AA:BB:CC:DD:EE:FF:00:11:22:33"
	nobodySHA256 = "sha-256 00:11:22:33:44:55:66:77:88:99:AA:BB:CC:DD:EE:FF:00:11:22:33:44:55:66:77:88:99:AA:BB:CC:DD:EE:FF"
	nobodyMD5    = "md5 00:11:22:33:44:55:66:77:88:99:AA:BB:CC:DD:EE:FF"
)

func describing(name string, change func(typ string, d *wire.Description)) Fault {
	return fixed(name, handler{describe: func(_ trace.Side, typ string, d *wire.Description) { change(typ, d) }})
}

// SessionLevel moves the ICE and DTLS attributes of the first section that has them
// to session level, and takes them out of every section for which that says the same.
func SessionLevel() Fault {
	return describing("session-level", func(_ string, d *wire.Description) {
		for _, key := range transportKeys {
			for _, m := range d.Media {
				value, ok := m.Attr(key)
				if !ok {
					continue
				}
				if moved, there := d.Attr(key); !there {
					d.AddAttr(key, value)
				} else if moved != value {
					continue
				}
				m.RemoveAttr(key)
			}
		}
	})
}

// Overridden writes other ICE and DTLS attributes at session level than those of the
// sections, which keep theirs: the section's hold.
func Overridden() Fault {
	return describing("overridden", func(_ string, d *wire.Description) {
		for _, key := range transportKeys {
			value, ok := d.Attr(key)
			if !ok {
				continue
			}
			d.RemoveAttr(key)
			for _, m := range d.Media {
				if _, own := m.Attr(key); !own && !m.Rejected() && !m.BundleOnly() {
					m.AddAttr(key, value)
				}
			}
		}
		d.AddAttr("ice-ufrag", "nobody")
		d.AddAttr("ice-pwd", "nobodynobodynobodynobody")
		d.AddAttr("fingerprint", nobodySHA256)
	})
}

// fingerprinted calls change for every list of lines that has a fingerprint.
func fingerprinted(name string, change func(lines []wire.Line) []wire.Line) Fault {
	return describing(name, func(_ string, d *wire.Description) {
		has := func(lines []wire.Line) bool {
			for _, l := range lines {
				if isFingerprint(l) {
					return true
				}
			}
			return false
		}
		if has(d.Session) {
			d.Session = change(d.Session)
		}
		for _, m := range d.Media {
			if has(m.Lines) {
				m.Lines = change(m.Lines)
			}
		}
	})
}

func isFingerprint(l wire.Line) bool {
	return l.Type == 'a' && strings.HasPrefix(l.Value, "fingerprint:")
}

// FingerprintBefore writes a sha-1 fingerprint of nobody before the first one, and
// FingerprintAfter after the last one.
func FingerprintBefore() Fault {
	return fingerprinted("fingerprint-before", func(lines []wire.Line) []wire.Line {
		var out []wire.Line
		written := false
		for _, l := range lines {
			if isFingerprint(l) && !written {
				written = true
				out = append(out, wire.Line{Type: 'a', Value: "fingerprint:" + nobodySHA1})
			}
			out = append(out, l)
		}
		return out
	})
}

// FingerprintAfter is FingerprintBefore's opposite.
func FingerprintAfter() Fault {
	return fingerprinted("fingerprint-after", func(lines []wire.Line) []wire.Line {
		return append(lines, wire.Line{Type: 'a', Value: "fingerprint:" + nobodySHA1})
	})
}

// WrongFingerprint changes the first byte of every fingerprint.
func WrongFingerprint() Fault {
	return fingerprinted("wrong-fingerprint", func(lines []wire.Line) []wire.Line {
		for i, l := range lines {
			hash, digest, ok := strings.Cut(l.Value, " ")
			if !isFingerprint(l) || !ok || len(digest) < 2 {
				continue
			}
			first := "00"
			if strings.HasPrefix(digest, first) {
				first = "01"
			}
			lines[i].Value = hash + " " + first + digest[2:]
		}
		return lines
	})
}

// WeakFingerprint replaces every fingerprint by an md5 one of nobody, with which RFC
// 8122 section 5 lets nothing be verified.
func WeakFingerprint() Fault {
	return fingerprinted("weak-fingerprint", func(lines []wire.Line) []wire.Line {
		for i, l := range lines {
			if isFingerprint(l) {
				lines[i].Value = "fingerprint:" + nobodyMD5
			}
		}
		return lines
	})
}

// OfferSetup gives the offer that a=setup, as if the offerer left no choice. The
// offerer, which wrote actpass, takes either answer.
func OfferSetup(role string) Fault {
	return describing("offer-setup", func(typ string, d *wire.Description) {
		if typ != "offer" {
			return
		}
		if _, ok := d.Attr("setup"); ok {
			d.SetAttr("setup", role)
		}
		for _, m := range d.Media {
			if _, ok := m.Attr("setup"); ok {
				m.SetAttr("setup", role)
			}
		}
	})
}
