package sdpdiff

import (
	"strings"

	"github.com/webrtc-rink/rink/harness/wire"
)

// own are the attributes that each end has of its own: the answer's has to differ.
var own = map[string]string{
	"o=": "each end has an origin of its own (RFC 8866 section 5.2)", "ice-ufrag": "the answer's own", "ice-pwd": "the answer's own",
	"fingerprint": "that of the answerer's certificate", "tls-id": "the answer's own", "candidate": "each end lists its own candidates",
	"end-of-candidates": "each end lists its own candidates", "c=": "each end has an address of its own", "rtcp": "each end has an address of its own",
	"ssrc": "each end has sources of its own", "ssrc-group": "each end has sources of its own", "msid": "each end has tracks of its own",
	"msid-semantic": "each end has streams of its own", "cname": "the answer's own",
}

// declared are the attributes by which each end says what it can or does, whatever
// the other does.
var declared = map[string]string{
	"sctp-port": "each end has its own (RFC 8841 section 5)", "max-message-size": "each end says what it can receive (RFC 8841 section 6)",
	"s=": "a name without meaning", "b=": "each end says what it can receive", "ptime": "each end says what it wants to receive",
	"maxptime": "each end says what it can receive", "ice-lite": "each end says what it is", "ice-options": "each end says what it can do",
	"rid": "what is sent at one end is received at the other (RFC 8851 section 6)", "simulcast": "what is sent at one end is received at the other (RFC 8853 section 5.3)",
}

// offered are the attributes that an answer may have only where the offer has them.
var offered = map[string]string{
	"rtcp-mux":           "the offer does not say it, so the answer must not (RFC 5761 section 5.1.1 as RFC 8035 clarifies it)",
	"extmap-allow-mixed": "the offer does not say it, so the answer must not (RFC 8285 section 6)",
	"extmap":             "the answer has extensions of the offer only (RFC 9429 section 5.3.1)",
	"tls-id":             "the offer has none, so the answer must not (RFC 8842 section 5.3)",
	"rtcp-fb":            "the answer adds no feedback (RFC 4585 section 4.2)",
}

// ofTransport stand in the tagged section of a bundle alone (RFC 9143 section 7.1.3).
var ofTransport = map[string]bool{
	"ice-ufrag": true, "ice-pwd": true, "fingerprint": true, "setup": true, "tls-id": true, "candidate": true, "end-of-candidates": true,
	"ice-options": true, "rtcp": true,
}

// answer judges what an answer makes of the offer.
func (p place) answer(r *Row, attr string, x, y *value) {
	switch {
	case attr == "m= media" || attr == "m= protocol" || attr == "mid" || attr == "m= port" || attr == "t=":
		p.fixed(r, attr, x, y)
	case p.ma != nil && p.mb.Rejected():
		r.Allowed = true // nothing of the section holds
	case x == nil:
		p.added(r, attr, y)
	case y == nil:
		p.leftOut(r, attr, x)
	default:
		p.answered(r, attr, x, y)
	}
}

// fixed are what answer and offer have alike, whether the section is rejected or not.
func (p place) fixed(r *Row, attr string, x, y *value) {
	if attr == "m= port" {
		p.port(r)
		return
	}
	if r.Class == Same || x == nil {
		return
	}
	if y == nil && attr == "mid" && p.mb.Rejected() {
		r.Note = "the rejected section is found by its place alone"
		return
	}
	r.Class = Conflict
	switch attr {
	case "m= media":
		r.Note = "the answer's section is of the offer's kind (RFC 3264 section 6)"
	case "m= protocol":
		r.Note = "the answer repeats the offer's profile (RFC 9429 section 5.3.1)"
	case "mid":
		r.Note = "the answer repeats the offer's mid (RFC 9429 section 5.3.1)"
	case "t=":
		r.Note = "the answer repeats the offer's time (RFC 3264 section 6)"
	}
}

func (p place) port(r *Row) {
	offered, answered := p.ma, p.mb
	switch {
	case offered.Rejected() && answered.Port != 0:
		r.Class, r.Note = Conflict, "what is offered with port 0 is answered with port 0 (RFC 3264 section 8.2)"
	case r.Class == Same:
	case answered.Rejected():
		r.Class, r.Allowed, r.Note = Changed, true, "port 0 rejects the section (RFC 3264 section 6)"
	case offered.Port == 0:
		r.Class, r.Note = Must, "a bundle-only section is answered with the bundle's port (RFC 9143 section 7.3)"
	default:
		r.Class, r.Note = Must, "each end has a port of its own"
	}
}

// added is what the answer alone says.
func (p place) added(r *Row, attr string, y *value) {
	note, only := offered[attr]
	switch {
	case only:
		r.Class, r.Note = Conflict, note
	case attr == "fmtp" && p.offered[y.number]:
		r.Allowed, r.Note = true, "each end says what it can receive (RFC 3264 section 6.1)"
	case attr == "rtpmap" || attr == "fmtp":
		r.Note = "not offered: RFC 3264 section 6.1 lets an answer add formats, RFC 9429 section 5.3.1 does not"
	case attr == directionKey: // of data, for which it means nothing
		r.Allowed, r.Note = true, "data has no direction"
	case attr == "group":
		r.Class, r.Note = Conflict, "the offer has no such group (RFC 5888 section 9.2, RFC 9143 section 7.3)"
	case attr == "bundle-only":
		r.Class, r.Note = Conflict, "it has no place in an answer (RFC 9143 section 7.3)"
	case ofTransport[attr] && p.shares(p.ma, p.a):
		r.Class, r.Note = Must, "the offer says it in the tagged section of its bundle"
	case attr == "ice-ufrag" || attr == "ice-pwd" || attr == "fingerprint" || attr == "setup":
		r.Note = "the offer has none"
	case own[attr] != "":
		r.Class, r.Note = Must, own[attr]
	case declared[attr] != "":
		r.Allowed, r.Note = true, declared[attr]
	}
}

// leftOut is what the offer alone says.
func (p place) leftOut(r *Row, attr string, x *value) {
	switch {
	case x.number != "" && p.gone[x.number]:
		r.Allowed, r.Note = true, "an answer leaves out what it does not support (RFC 9429 section 5.3.1)"
	case attr == "extmap":
		r.Allowed, r.Note = true, "an answer leaves out extensions that it does not support (RFC 9429 section 5.3.1)"
	case ofTransport[attr] && p.shares(p.mb, p.b):
		r.Class, r.Note = Must, "the answer says it in the tagged section of its bundle (RFC 9143 section 7.1.3)"
	case attr == "ice-ufrag" || attr == "ice-pwd" || attr == "fingerprint" || attr == "setup":
		r.Note = "the answer has none, and the section is in no bundle that has"
	case attr == "rtcp-mux":
		r.Note = "the answer does not multiplex RTCP (RFC 9429 section 5.3.1 asks for it)"
	case attr == "group":
		r.Allowed, r.Note = true, "the answer does not bundle (RFC 9143 section 7.3)"
	case attr == "bundle-only":
		r.Class, r.Note = Must, "it has no place in an answer (RFC 9143 section 7.3)"
	case own[attr] != "":
		r.Class, r.Note = Must, own[attr]
	default:
		r.Allowed, r.Note = true, "an answer need not repeat it"
		if declared[attr] != "" {
			r.Note = declared[attr]
		}
	}
}

// shares reports whether the section is in a bundle behind its first.
func (p place) shares(m *wire.Media, of *side) bool {
	if m == nil {
		return false
	}
	at, in := of.bundled[m.Mid()]
	return m.BundleOnly() || in && at > 0
}

// answered is what both say.
func (p place) answered(r *Row, attr string, x, y *value) {
	differs := r.Class == Changed
	switch attr {
	case directionKey:
		if p.ma.Kind == "application" {
			r.Allowed, r.Note = true, "data has no direction"
			return
		}
		p.direction(r, x.norm, y.norm)
	case "setup":
		p.setup(r, x.norm, y.norm)
	case "rtpmap":
		p.codec(r, x, y)
	case "fmtp":
		p.parameters(r, x, y)
	case "rtcp-fb":
		r.Allowed = r.Class == Order
		if differs {
			p.feedback(r, x.norm, y.norm)
		}
	case formatsKey:
		p.formats(r, x, y)
	case "group":
		p.group(r, x.norm, y.norm)
	case "extmap":
		if differs {
			p.extension(r, x.text, y.text)
		}
	default:
		switch {
		case attr == "ice-pwd" && x.norm == y.norm:
			r.Class, r.Note = Conflict, "the answer repeats the offer's password: each end draws its own (RFC 8445 section 5.3)"
		case own[attr] != "":
			if differs || x.all != y.all || r.Class == Order {
				r.Class, r.Note = Must, own[attr]
			}
		case declared[attr] != "" && differs:
			r.Allowed, r.Note = true, declared[attr]
		case r.Class == Order:
			r.Allowed = true
		}
	}
}

// mirrored is what answers a direction, and what else may (RFC 3264 section 6.1).
var mirrored = map[string][]string{
	"sendonly": {"recvonly", "inactive"}, "recvonly": {"sendonly", "inactive"}, "inactive": {"inactive"},
	"sendrecv": {"sendrecv", "sendonly", "recvonly", "inactive"},
}

func (p place) direction(r *Row, a, b string) {
	allowed := mirrored[a]
	switch {
	case len(allowed) > 0 && b == allowed[0]:
		if a != b {
			r.Class, r.Note = Must, "the other end's view of the same (RFC 3264 section 6.1)"
		}
		r.Allowed = true
	case strings.Contains(" "+strings.Join(allowed, " ")+" ", " "+b+" "):
		r.Class, r.Allowed, r.Note = Changed, true, "the answer wants less, which it may (RFC 3264 section 6.1)"
	default:
		r.Class, r.Note = Conflict, "the offer does not allow it: "+a+" is answered by "+strings.Join(allowed, " or ")+" (RFC 3264 section 6.1)"
	}
}

func (p place) setup(r *Row, a, b string) {
	switch {
	case b != "active" && b != "passive":
		r.Class, r.Note = Conflict, "an answer is active or passive (RFC 8842 section 5.3)"
	case a == b:
		r.Class, r.Note = Conflict, "both ends take the same role: "+a+" is answered by the other (RFC 8842 section 5.3)"
	default:
		r.Class, r.Note = Must, "the answer decides who begins (RFC 8842 section 5.3)"
	}
}
