package anonymise

import (
	"fmt"
	"regexp"
	"slices"
	"strings"
)

var (
	reservedTLD = []string{"example", "invalid", "test", "localhost"} // RFC 2606
	privateTLD  = []string{"local", "internal", "intranet", "lan", "home", "corp", "localdomain", "home.arpa", "ts.net"}
	// public hosts are those of standards and implementations: they tell what
	// software there is, and not whose.
	public = []string{
		"example.com", "example.net", "example.org", "w3.org", "ietf.org", "rfc-editor.org", "webrtc.org", "whatwg.org", "mozilla.org",
		"chromium.org", "googlesource.com", "googleapis.com", "google.com", "github.com", "golang.org", "go.dev", "pion.ly", "npmjs.com", "pypi.org", "crates.io",
		"wikipedia.org", "iana.org",
	}
	hostName = regexp.MustCompile(`^[A-Za-z0-9_]([A-Za-z0-9_-]*[A-Za-z0-9_])?(\.[A-Za-z0-9_]([A-Za-z0-9_-]*[A-Za-z0-9_])?)*\.?$`)
	ours     = regexp.MustCompile(`^host-[0-9]+(\.example|\.local)?$`)
	isUUID   = regexp.MustCompile(`^(?i)[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$`)
)

// below reports whether a name is a domain or in it.
func below(name string, domains []string) bool {
	return slices.ContainsFunc(domains, func(d string) bool { return name == d || strings.HasSuffix(name, "."+d) })
}

// host replaces a name that stands where a host name stands.
func (m *Mapper) host(v string) string {
	name := strings.TrimSuffix(strings.ToLower(v), ".")
	dot := v[len(name):]
	first, _, dotted := strings.Cut(name, ".")
	local := strings.HasSuffix(name, ".local")
	switch {
	case name == "" || below(name, reservedTLD) || below(name, public[:3]) || ours.MatchString(name):
		return m.keep(v)
	case local && isUUID.MatchString(first) && name == first+".local":
		return m.uuid(v[:len(first)]) + v[len(first):]
	}
	if labels := strings.Split(name, "."); len(labels) > 1 && !below(name, public) && !below(name, privateTLD) {
		m.domain(strings.Join(labels[len(labels)-2:], "."))
	}
	to := m.replace(Host, "host", name, func(n int) string {
		switch {
		case local:
			return fmt.Sprintf("host-%d.local", n)
		case dotted:
			return fmt.Sprintf("host-%d.example", n)
		}
		return fmt.Sprintf("host-%d", n)
	})
	if strings.ToUpper(v) == v && strings.ToLower(v) != v {
		to = strings.ToUpper(to)
	}
	return to + dot
}

// domain notes a domain of which a host was seen.
func (m *Mapper) domain(d string) {
	if !m.settled {
		m.domains[d] = true
	}
}

// nameInText replaces a name in free text if it is known, of a known domain, or
// of a domain that is private by its name.
func (m *Mapper) nameInText(v string) (string, bool) {
	name := strings.TrimSuffix(strings.ToLower(v), ".")
	first, rest, dotted := strings.Cut(name, ".")
	labels := strings.Split(name, ".")
	_, known := m.space["host"][name]
	_, machine := m.space["host"][first]
	ordinary, domain := m.ordinary[v], dotted && m.domains[strings.Join(labels[max(0, len(labels)-2):], ".")]
	switch {
	case known && (dotted || !ordinary):
	case dotted && rest != "" && (machine || domain || below(rest, privateTLD)):
	default:
		return v, false
	}
	return m.host(v), true
}

// place replaces what stands where an address or a host name stands.
func (m *Mapper) place(v string) string {
	if inner, ok := strings.CutPrefix(v, "["); ok && strings.HasSuffix(inner, "]") {
		return "[" + m.place(inner[:len(inner)-1]) + "]"
	}
	if to, ok := m.address(v); ok {
		return to
	}
	if hostName.MatchString(v) && strings.Trim(v, "0123456789.") != "" && v != "redacted" {
		return m.host(v)
	}
	return m.Text(v)
}

// user replaces the name of an account.
func (m *Mapper) user(v string) string {
	if v == "-" || v == "" || strings.HasPrefix(v, "mozilla...") { // Firefox says its version there
		return v
	}
	return m.replace(User, "user", v, func(n int) string { return fmt.Sprintf("user-%d", n) })
}

// serverURL is scheme:[//][user[:password]@]host and what follows.
var serverURL = regexp.MustCompile(`(?i)\b(stuns?:|turns?:|(?:https?|wss?|ftp|ssh|git)://|(?:stuns?|turns?)://)([^\s"'<>@/]*@)?(\[[0-9A-Fa-f:.%]+\]|[A-Za-z0-9_.-]+)([^\s"'<>]*)`)

// url replaces the host and the credentials of a URL, which are the groups of
// serverURL, and the path on a host that is replaced. The public web stays.
func (m *Mapper) url(g []string) (string, bool) {
	scheme, user, host, rest := g[1], g[2], g[3], g[4]
	if user != "" {
		name, password, both := strings.Cut(strings.TrimSuffix(user, "@"), ":")
		user = m.user(name)
		if both {
			user += ":" + m.secret(Pwd, password)
		}
		user += "@"
	}
	server := strings.HasPrefix(strings.ToLower(scheme), "stun") || strings.HasPrefix(strings.ToLower(scheme), "turn")
	if !server && below(strings.ToLower(host), public) {
		return scheme + user + host + rest, true
	}
	to := m.place(host)
	if port, _, ok := strings.Cut(rest, "/"); ok && !server && to != host {
		rest = port + "/…"
	}
	return scheme + user + to + rest, true
}
