package anonymise

import (
	"fmt"
	"net/netip"
	"strings"
)

// Addresses of these ranges are those of documents, and the replacements.
var documents = []netip.Prefix{
	netip.MustParsePrefix("192.0.2.0/24"), netip.MustParsePrefix("198.51.100.0/24"), netip.MustParsePrefix("203.0.113.0/24"),
	netip.MustParsePrefix("2001:db8::/32"), netip.MustParsePrefix("3fff::/20"),
}

var (
	siteLocal  = netip.MustParsePrefix("fec0::/10")
	compatible = netip.MustParsePrefix("::/96")
	shared     = netip.MustParsePrefix("100.64.0.0/10") // RFC 6598: behind a carrier's NAT
)

// stays reports whether an address says nothing of anybody.
func stays(a netip.Addr) bool {
	if a.IsLoopback() || a.IsUnspecified() || a.IsMulticast() || a == netip.AddrFrom4([4]byte{255, 255, 255, 255}) {
		return true
	}
	if a.Is4() && a.As4()[1] == 0 && a.As4()[2] == 0 && a.As4()[3] == 0 { // 10.0.0.0/8; also a version, 156.0.0.0
		return true
	}
	for _, p := range documents {
		if p.Contains(a) {
			return true
		}
	}
	return false
}

// address replaces an IP address and keeps how it was spelled; ok is false where
// the text is none.
func (m *Mapper) address(text string) (to string, ok bool) {
	a, err := netip.ParseAddr(text)
	if err != nil {
		return text, false
	}
	zone := a.Zone()
	a = a.WithZone("")
	mapped := m.ip(a)
	if mapped == a {
		return text, true
	}
	to = spell(mapped, text, a)
	if zone != "" {
		to += "%" + zone
	}
	return to, true
}

func (m *Mapper) ip(a netip.Addr) netip.Addr {
	switch {
	case a.Is4In6():
		return netip.AddrFrom16(m.ip(a.Unmap()).As16())
	case stays(a):
		m.keep(a.String())
		return a
	case a.Is6() && compatible.Contains(a):
		b := a.As16()
		inner := m.ip(netip.AddrFrom4([4]byte(b[12:]))).As4()
		copy(b[12:], inner[:])
		return netip.AddrFrom16(b)
	}
	kind := IPv4
	if a.Is6() {
		kind = IPv6
	}
	to, err := netip.ParseAddr(m.replace(kind, "address", a.String(), func(n int) string { return addressForm(a, n) }))
	if err != nil { // the ranges are not used up before the memory is
		return netip.IPv6Unspecified()
	}
	return to
}

// addressForm returns the n-th replacement for addresses like a.
func addressForm(a netip.Addr, n int) string {
	switch {
	case a.Is4() && a.IsLinkLocalUnicast():
		return v4(n, pool{"169.254.0.0", 1 << 16})
	case a.Is4() && (a.IsPrivate() || shared.Contains(a)):
		return v4(n, pool{"192.0.2.0", 256}, pool{"198.18.0.0", 1 << 16}, pool{"240.0.0.0", 1 << 27})
	case a.Is4():
		return v4(n, pool{"198.51.100.0", 256}, pool{"203.0.113.0", 256}, pool{"198.19.0.0", 1 << 16}, pool{"248.0.0.0", 1 << 26})
	case siteLocal.Contains(a):
		return v6("fec0:", n)
	case a.IsLinkLocalUnicast():
		return v6("fe80:", n)
	case a.IsPrivate():
		return v6("2001:db8:fd:", n)
	}
	return v6("2001:db8:", n)
}

// pool is a range of IPv4 addresses; the first and the last are not given out.
type pool struct {
	first string
	size  int
}

func v4(n int, pools ...pool) string {
	for _, p := range pools {
		if n < p.size-1 {
			b := netip.MustParseAddr(p.first).As4()
			sum := uint32(b[0])<<24 | uint32(b[1])<<16 | uint32(b[2])<<8 | uint32(b[3])
			sum += uint32(n) //nolint:gosec // below the size of the pool
			return netip.AddrFrom4([4]byte{byte(sum >> 24), byte(sum >> 16), byte(sum >> 8), byte(sum)}).String()
		}
		n -= p.size - 2
	}
	return ""
}

func v6(prefix string, n int) string {
	if n < 1<<16 {
		return netip.MustParseAddr(fmt.Sprintf("%s:%x", prefix, n)).String()
	}
	return netip.MustParseAddr(fmt.Sprintf("%s:%x:%x", prefix, n>>16, n&0xffff)).String()
}

// spell writes an address as another one was written.
func spell(to netip.Addr, text string, from netip.Addr) string {
	text, _, _ = strings.Cut(text, "%")
	out := to.String()
	switch lower := strings.ToLower(text); lower {
	case from.String():
	case from.StringExpanded():
		out = to.StringExpanded()
	default:
		if to.Is6() && !strings.Contains(text, ".") {
			out = groups(to)
		}
	}
	if strings.ToUpper(text) == text && strings.ToLower(text) != text {
		return strings.ToUpper(out)
	}
	return out
}

// groups writes all eight groups without leading zeros.
func groups(a netip.Addr) string {
	b := a.As16()
	var parts [8]string
	for i := range parts {
		parts[i] = fmt.Sprintf("%x", uint16(b[2*i])<<8|uint16(b[2*i+1]))
	}
	return strings.Join(parts[:], ":")
}

// mac replaces a hardware address by one of RFC 7042's for documents.
func (m *Mapper) mac(v string) string {
	canonical := hexOf(v)
	if strings.HasPrefix(canonical, "00005E0053") {
		return m.keep(v)
	}
	to := m.replace(MAC, "mac", canonical, func(n int) string {
		if n < 256 {
			return fmt.Sprintf("00005E0053%02X", n)
		}
		return fmt.Sprintf("0200%08X", n) // locally administered
	})
	return inHexOf(v, to)
}
