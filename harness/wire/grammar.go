package wire

import (
	"fmt"
	"net/netip"
	"strings"
)

// SyntaxError says where text breaks its grammar. Text, Got and Want are
// shortened for a message.
type SyntaxError struct {
	Text  string // the candidate, or the line of the description
	Line  int    // number of the line in the description, from 1; 0 for a candidate
	Field string // foundation, port, raddr, version, ...
	Got   string // "" when the field is empty or absent
	Want  string // in words
}

// Error gives subject, field, got and want in one line.
func (e *SyntaxError) Error() string {
	subject := "candidate"
	if e.Line > 0 {
		subject = fmt.Sprintf("description line %d", e.Line)
	}
	got := "nothing"
	if e.Got != "" {
		got = fmt.Sprintf("%q", e.Got)
	}
	return fmt.Sprintf("%s %q: %s: got %s, want %s", subject, e.Text, e.Field, got, e.Want)
}

const wantAddress = "an IPv4 address, an IPv6 address or a host name"

// isAddress accepts IPv4, IPv6 without a zone, and the FQDN of RFC 8866 section
// 9. That grammar would also let 10.0.0.256 pass as a name; it is taken for the
// broken address that it is.
func isAddress(s string) bool {
	if a, err := netip.ParseAddr(s); err == nil {
		return a.Zone() == ""
	}
	if len(s) < 4 || all(s, func(b byte) bool { return b == '.' || isDigit(b) }) {
		return false
	}
	return all(s, func(b byte) bool { return b == '.' || b == '-' || isDigit(b) || isLetter(b) })
}

// isFoundation is the foundation of RFC 8839 section 5.1.
func isFoundation(s string) bool {
	return len(s) >= 1 && len(s) <= 32 && all(s, func(b byte) bool {
		return isLetter(b) || isDigit(b) || b == '+' || b == '/'
	})
}

// isToken is the token of RFC 8866 section 9.
func isToken(s string) bool { return isTokenOf(s, "!#$%&'*+-.^_`{|}~") }

// isSIPToken is the token of RFC 3261 section 25.1, which RFC 8839 names.
func isSIPToken(s string) bool { return isTokenOf(s, "-.!%*_+`'~") }

func isTokenOf(s, marks string) bool {
	return s != "" && all(s, func(b byte) bool {
		return isLetter(b) || isDigit(b) || strings.IndexByte(marks, b) >= 0
	})
}

func isVisible(s string) bool { return all(s, func(b byte) bool { return b > ' ' && b < 0x7f }) }

func isLetter(b byte) bool { return b|0x20 >= 'a' && b|0x20 <= 'z' }

func isDigit(b byte) bool { return b >= '0' && b <= '9' }

func all(s string, ok func(byte) bool) bool {
	for i := range len(s) {
		if !ok(s[i]) {
			return false
		}
	}
	return true
}

// shorten cuts s to what an error message can bear.
func shorten(s string) string {
	const limit = 120
	if len(s) <= limit {
		return s
	}
	return s[:limit] + "..."
}
