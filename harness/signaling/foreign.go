package signaling

import (
	"strings"

	"github.com/webrtc-rink/rink/harness/trace"
)

// The fields of a candidate line, split at spaces (RFC 8839 section 5.1).
const (
	foundationField = 0 // with the prefix candidate:
	transportField  = 2
	addressField    = 4
	typeField       = 7
)

// withField puts a text in the place of one field of the candidate line.
func withField(field int, by func(string) string) func(members) {
	return func(m members) {
		line, ok := m.text("candidate")
		fields := strings.Split(line, " ")
		if !ok || len(fields) <= field {
			return
		}
		fields[field] = by(fields[field])
		m.set("candidate", strings.Join(fields, " "))
	}
}

func always(text string) func(string) string { return func(string) string { return text } }

// maxFoundation is how many characters a foundation has at most (RFC 8839 section 5.1).
const maxFoundation = 32

// asOther puts a text in the place of one field and gives the candidate a foundation
// of its own, since those of another type or transport have another one (RFC 8445
// section 5.1.1.3).
func asOther(field int, text string) func(members) {
	return func(m members) {
		withField(field, always(text))(m)
		withField(foundationField, func(was string) string {
			prefix, foundation, _ := strings.Cut(was, ":")
			other := "9" + foundation
			return prefix + ":" + other[:min(len(other), maxFoundation)]
		})(m)
	}
}

// UpperCase delivers candidates whose transport is in capital letters. The literals
// of the grammar are without case (RFC 5234 section 2.3).
func UpperCase() Fault { return onFields("upper-case", withField(transportField, strings.ToUpper)) }

// ForeignName first delivers each candidate with a name for its address, which is to
// be ignored (RFC 8839 section 5.1). The name is one that nobody can have (RFC 6761).
func ForeignName() Fault {
	return probing("foreign-name", trace.ProbeForeignName, withField(addressField, always("host.invalid")))
}

// UnknownType first delivers each candidate with a type that nobody knows.
func UnknownType() Fault {
	return probing("unknown-type", trace.ProbeUnknownType, asOther(typeField, "foo"))
}

// UnknownTransport first delivers each candidate with a transport that nobody knows.
func UnknownTransport() Fault {
	return probing("unknown-transport", trace.ProbeUnknownTransport, asOther(transportField, "sctp"))
}
