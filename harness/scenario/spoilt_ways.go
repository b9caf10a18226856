package scenario

import (
	"slices"
	"strings"

	"github.com/webrtc-rink/rink/harness/wire"
)

// everywhere removes or changes an attribute at both levels.
func everywhere(d *wire.Description, change func(attr func(string) (string, bool), set func(key, value string), remove func(string) int)) {
	change(d.Attr, d.SetAttr, d.RemoveAttr)
	for _, m := range d.Media {
		change(m.Attr, m.SetAttr, m.RemoveAttr)
	}
}

// lacking removes attributes at both levels.
func lacking(keys ...string) func(*wire.Description) {
	return func(d *wire.Description) {
		everywhere(d, func(_ func(string) (string, bool), _ func(string, string), remove func(string) int) {
			for _, key := range keys {
				remove(key)
			}
		})
	}
}

// having gives an attribute another value where there is one.
func having(key, value string) func(*wire.Description) {
	return func(d *wire.Description) {
		everywhere(d, func(attr func(string) (string, bool), set func(string, string), _ func(string) int) {
			if _, ok := attr(key); ok {
				set(key, value)
			}
		})
	}
}

// offersSpoilt are offers that a conforming peer refuses.
func offersSpoilt() []alteration {
	section := func(change func(m *wire.Media)) func(*wire.Description) {
		return func(d *wire.Description) { change(d.Media[0]) }
	}
	return []alteration{
		{name: "offer-without-ufrag", edit: lacking("ice-ufrag")},
		{name: "offer-without-pwd", edit: lacking("ice-pwd")},
		{name: "offer-without-credentials", edit: lacking("ice-ufrag", "ice-pwd")},
		{name: "ufrag-of-3", edit: having("ice-ufrag", "abc")},
		{name: "ufrag-of-257", edit: having("ice-ufrag", strings.Repeat("a", 257))},
		{name: "ufrag-with-space", edit: having("ice-ufrag", "ab cd")},
		{name: "ufrag-with-hash", edit: having("ice-ufrag", "ab#cd")},
		{name: "pwd-of-21", edit: having("ice-pwd", strings.Repeat("p", 21))},
		{name: "pwd-of-257", edit: having("ice-pwd", strings.Repeat("p", 257))},
		{name: "pwd-with-hash", edit: having("ice-pwd", strings.Repeat("p", 22)+"#")},
		{name: "offer-without-fingerprint", edit: lacking("fingerprint")},
		{name: "data-without-sctp-port", edit: lacking("sctp-port")},
		{name: "group-of-an-unknown-mid", edit: func(d *wire.Description) { d.SetGroup("BUNDLE", append(d.Mids(), "nobody")) }},
		{name: "two-sections-of-one-mid", media: true, edit: func(d *wire.Description) {
			d.Media[1].SetAttr("mid", d.Media[0].Mid())
			d.SetGroup("BUNDLE", slices.Compact(d.Mids()))
		}},
		{name: "audio-without-rtcp-mux", media: true, edit: section(func(m *wire.Media) { m.RemoveAttr("rtcp-mux") })},
		{name: "media-without-rtcp-mux", media: true, edit: lacking("rtcp-mux", "rtcp-mux-only")},
		{name: "empty-text", text: func(string) string { return "" }},
		{name: "garbage", text: func(string) string { return "this is no session description" }},
		{name: "json-text", text: func(string) string { return `{"type":"offer","sdp":"v=0"}` }},
		{name: "without-version", text: func(sdp string) string { return strings.TrimPrefix(sdp, "v=0\r\n") }},
		{name: "line-without-equals", text: func(sdp string) string { return strings.Replace(sdp, "\r\nm=", "\r\nthis line has no type\r\nm=", 1) }},
		{name: "port-of-no-number", text: func(sdp string) string {
			return strings.Replace(sdp, "\r\nm=application 9 ", "\r\nm=application nine ", 1)
		}},
		{name: "setup-of-no-meaning", edit: having("setup", "sideways")},
		{name: "fingerprint-of-no-digest", edit: having("fingerprint", "sha-256 this-is-no-digest")},
	}
}

// answersSpoilt are answers that a conforming peer refuses.
func answersSpoilt() []alteration {
	first := func(change func(m *wire.Media)) func(*wire.Description) {
		return func(d *wire.Description) { change(d.Media[0]) }
	}
	return []alteration{
		{name: "answer-with-a-section-less", media: true, edit: func(d *wire.Description) {
			d.Media = d.Media[:len(d.Media)-1]
			d.SetGroup("BUNDLE", d.Mids())
		}},
		{name: "answer-with-a-section-more", edit: func(d *wire.Description) {
			more := d.Clone().Media[0]
			more.SetAttr("mid", "more")
			d.Media = append(d.Media, more)
			d.SetGroup("BUNDLE", d.Mids())
		}},
		{name: "answer-without-sections", edit: func(d *wire.Description) {
			d.Media = nil
			d.RemoveGroup("BUNDLE")
		}},
		{name: "answer-in-another-order", media: true, edit: func(d *wire.Description) {
			slices.Reverse(d.Media)
			d.SetGroup("BUNDLE", d.Mids())
		}},
		{name: "answer-of-another-kind", media: true, edit: first(func(m *wire.Media) { m.Kind = "video" })},
		{name: "answer-of-another-protocol", media: true, edit: first(func(m *wire.Media) { m.Proto = "RTP/AVP" })},
		{name: "answer-with-another-mid", edit: func(d *wire.Description) {
			d.RenameMids(map[string]string{d.Media[0].Mid(): "other"})
		}},
		{name: "answer-setup-actpass", edit: having("setup", "actpass")},
		{name: "answer-setup-holdconn", edit: having("setup", "holdconn")},
		{name: "answer-without-credentials", edit: lacking("ice-ufrag", "ice-pwd")},
		{name: "answer-without-fingerprint", edit: lacking("fingerprint")},
		{name: "answer-without-rtcp-mux", media: true, edit: lacking("rtcp-mux", "rtcp-mux-only")},
		{name: "answer-of-garbage", text: func(string) string { return "this is no session description" }},
	}
}
