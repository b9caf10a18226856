package wire

import (
	"fmt"
	"strconv"
	"strings"
)

// Candidate is one ICE candidate as RFC 8839 section 5.1 writes it.
type Candidate struct {
	Foundation string
	Component  int    // 1 to 256
	Transport  string // in lower case: udp, tcp, or another token
	Priority   uint32 // 1 to 2^31-1
	Address    string // IPv4, IPv6 or host name, as written
	Port       int    // 0 to 65535
	Type       string // in lower case: host, srflx, prflx, relay, or another token
	// RelatedAddress and RelatedPort are raddr and rport. The grammar lets each
	// stand alone: then the address is "" or the port is -1.
	RelatedAddress string
	RelatedPort    int
	HasRelated     bool        // raddr, rport or both are there
	TCPType        string      // in lower case: active, passive, so (RFC 6544); "" without a tcptype
	Extensions     []Extension // what follows typ, raddr and rport, in order, tcptype included
}

// Extension is a name and value after the fixed fields of a candidate, with
// their exact text. The grammar allows an empty value.
type Extension struct{ Name, Value string }

// maxCandidate caps the length of a candidate line in bytes.
const maxCandidate = 8 << 10

// maxPriority is the largest priority: RFC 8839 section 5.1 says 1 to 2^31-1.
const maxPriority = 1<<31 - 1

// ParseCandidate reads the value of a candidate attribute, "candidate:..." with
// neither "a=" nor a line end. It follows the grammar of RFC 8839 section 5.1 to
// the letter: one space between fields, literals in any case. What goes beyond
// that grammar is not looked at: that raddr and rport suit the type, that
// tcptype is one of RFC 6544's and only there with TCP. The error is a
// SyntaxError that names the field, except for text that is too long.
func ParseCandidate(s string) (Candidate, error) {
	const prefix = "candidate:"
	if len(s) > maxCandidate {
		return Candidate{}, fmt.Errorf("candidate %q: got %d bytes, want at most %d", shorten(s), len(s), maxCandidate)
	}
	r := candidateReader{text: s}
	if len(s) < len(prefix) || !strings.EqualFold(s[:len(prefix)], prefix) {
		r.fail("prefix", s[:min(len(s), len(prefix))], strconv.Quote(prefix))
		return Candidate{}, r.err
	}
	r.rest, r.more = s[len(prefix):], true
	c := r.candidate()
	if r.err != nil {
		return Candidate{}, r.err
	}
	return c, nil
}

// candidateReader walks the fields of a candidate and keeps the first error.
type candidateReader struct {
	text string
	rest string // what is not read yet
	more bool   // whether rest, be it empty, is a field
	err  error
}

func (r *candidateReader) candidate() Candidate {
	c := Candidate{
		Foundation: r.field("foundation", "1 to 32 letters, digits, '+' or '/'", isFoundation),
		Component:  int(r.number("component", 3, 1, 256)),
		Transport:  strings.ToLower(r.field("transport", "a token such as udp", isSIPToken)),
		Priority:   uint32(r.number("priority", 10, 1, maxPriority)),
		Address:    r.field("address", wantAddress, isAddress),
		Port:       int(r.number("port", 0, 0, 65535)),
	}
	r.field("typ", `"typ"`, func(s string) bool { return strings.EqualFold(s, "typ") })
	c.Type = strings.ToLower(r.field("type", "host, srflx, prflx, relay or another token", isSIPToken))
	r.related(&c)
	r.extensions(&c)
	return c
}

func (r *candidateReader) related(c *Candidate) {
	hasAddress := r.keyword("raddr")
	if hasAddress {
		c.RelatedAddress = r.field("raddr", wantAddress, isAddress)
	}
	hasPort := r.keyword("rport")
	if hasPort {
		c.RelatedPort = int(r.number("rport", 0, 0, 65535))
	} else if hasAddress {
		c.RelatedPort = -1
	}
	c.HasRelated = hasAddress || hasPort
}

func (r *candidateReader) extensions(c *Candidate) {
	for r.err == nil && r.more {
		e := Extension{Name: r.field("extension name", "a token", isSIPToken)}
		if r.err == nil && !r.more {
			r.fail("extension value", "", "a value after the name "+strconv.Quote(shorten(e.Name)))
		}
		e.Value = r.field("extension value", "visible ASCII", isVisible)
		c.Extensions = append(c.Extensions, e)
	}
	v, _ := c.Extension("tcptype")
	c.TCPType = strings.ToLower(v)
}

// next takes the next field: what stands before the next space.
func (r *candidateReader) next() string {
	var field string
	field, r.rest, r.more = strings.Cut(r.rest, " ")
	return field
}

// keyword takes the next field if it is the literal given.
func (r *candidateReader) keyword(literal string) bool {
	field, _, _ := strings.Cut(r.rest, " ")
	if r.err != nil || !r.more || !strings.EqualFold(field, literal) {
		return false
	}
	r.next()
	return true
}

// field takes the next field, which must satisfy valid.
func (r *candidateReader) field(name, want string, valid func(string) bool) string {
	if r.err != nil {
		return ""
	}
	if !r.more {
		r.fail(name, "", want)
		return ""
	}
	field := r.next()
	if !valid(field) {
		r.fail(name, field, want)
	}
	return field
}

// number takes the next field, decimal digits from low to high; digits caps
// their count when it is not 0.
func (r *candidateReader) number(name string, digits int, low, high uint64) uint64 {
	if r.err != nil {
		return 0
	}
	field := ""
	if r.more {
		field = r.next()
	}
	n, err := strconv.ParseUint(field, 10, 64)
	if err != nil || n < low || n > high || digits > 0 && len(field) > digits {
		want := fmt.Sprintf("%d to %d", low, high)
		if digits > 0 {
			want += fmt.Sprintf(" in at most %d digits", digits)
		}
		r.fail(name, field, want)
	}
	return n
}

func (r *candidateReader) fail(field, got, want string) {
	r.err = &SyntaxError{Text: shorten(r.text), Field: field, Got: shorten(got), Want: want}
}

// String writes c in canonical form: "candidate:", transport and type as they
// stand in c, one space between fields. ParseCandidate of it gives c again.
func (c Candidate) String() string {
	var b strings.Builder
	fmt.Fprintf(&b, "candidate:%s %d %s %d %s %d typ %s",
		c.Foundation, c.Component, c.Transport, c.Priority, c.Address, c.Port, c.Type)
	if c.HasRelated && c.RelatedAddress != "" {
		b.WriteString(" raddr " + c.RelatedAddress)
	}
	if c.HasRelated && c.RelatedPort >= 0 {
		b.WriteString(" rport " + strconv.Itoa(c.RelatedPort))
	}
	for _, e := range c.Extensions {
		b.WriteString(" " + e.Name + " " + e.Value)
	}
	return b.String()
}

// Extension returns the value of the first extension of that name, in any case
// of letters.
func (c Candidate) Extension(name string) (string, bool) {
	for _, e := range c.Extensions {
		if strings.EqualFold(e.Name, name) {
			return e.Value, true
		}
	}
	return "", false
}

// IsMDNS reports whether address is a multicast DNS name, one under .local
// (RFC 6762 section 3). Browsers write <uuid>.local
// (draft-ietf-mmusic-mdns-ice-candidates).
func IsMDNS(address string) bool {
	const suffix = ".local"
	name := strings.TrimSuffix(address, ".")
	return len(name) > len(suffix) && strings.EqualFold(name[len(name)-len(suffix):], suffix)
}
