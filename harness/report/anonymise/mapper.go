package anonymise

import (
	"fmt"
	"strings"
)

// Kind is a kind of private value, in words for people.
type Kind string

// The kinds, in the order in which they are told.
const (
	IPv4        Kind = "IPv4 address"
	IPv6        Kind = "IPv6 address"
	MAC         Kind = "MAC address"
	Host        Kind = "host name"
	User        Kind = "user name"
	Path        Kind = "path"
	Ufrag       Kind = "ICE ufrag"
	Pwd         Kind = "ICE password"
	Fingerprint Kind = "fingerprint"
	Foundation  Kind = "foundation"
	Session     Kind = "session id"
	Media       Kind = "media id" // SSRC, CNAME, msid, tls-id
	UUID        Kind = "UUID"
	Key         Kind = "key or token" // crypto, identity
)

// Kinds lists all kinds.
func Kinds() []Kind {
	return []Kind{IPv4, IPv6, MAC, Host, User, Path, Ufrag, Pwd, Fingerprint, Foundation, Session, Media, UUID, Key}
}

// Options are private values that the files may hold and do not point out: those
// of the machine that the run was on.
type Options struct {
	Hosts []string // names of the machine
	Users []string // account names
	Dirs  []string // home and working directory
}

// Mapper maps private values to replacements. It is for one goroutine at a time.
type Mapper struct {
	settled  bool
	space    map[string]map[string]string // namespace -> original -> replacement
	kinds    map[Kind]int                 // how many of each
	seq      map[string]int               // last number given, by namespace and form
	taken    map[string]bool              // originals, what stays, and replacements
	order    []assignment                 // what was learned, in order
	secrets  map[string]string            // tokens to find in free text -> replacement
	odd      []string                     // secrets that are no single token, longest first
	ordinary map[string]bool              // tokens that are words of the formats or of the rule book
	domains  map[string]bool              // last two labels of known hosts
	dirs     []string                     // known directories, longest first
	texts    map[string]string            // what long texts became
	used     map[string]bool              // what was replaced, by namespace and original
	builtin  bool                         // the expectations are Rink's own
	logs     int
}

type assignment struct {
	kind        Kind
	space, from string
	form        func(n int) string
}

// New returns a Mapper that has learned the options.
func New(o Options) *Mapper {
	m := &Mapper{
		space: map[string]map[string]string{}, kinds: map[Kind]int{}, seq: map[string]int{}, taken: map[string]bool{},
		secrets: map[string]string{}, ordinary: map[string]bool{}, domains: map[string]bool{}, texts: map[string]string{}, used: map[string]bool{},
	}
	for _, dir := range o.Dirs {
		m.learnDir(dir)
	}
	for _, host := range o.Hosts {
		first, _, _ := strings.Cut(host, ".")
		for _, name := range []string{host, first} {
			if len(name) >= minName {
				m.host(name)
			}
		}
	}
	for _, user := range o.Users {
		if len(user) >= minName && user != "root" {
			m.user(user)
		}
	}
	return m
}

// minName is how long a name is at least that is looked for in free text.
const minName = 3

// Settle ends learning: each value that was met gets its replacement.
func (m *Mapper) Settle() {
	m.settled = true
	for _, a := range m.order {
		m.assign(a)
	}
	m.order, m.texts = nil, map[string]string{}
}

// Count is how many values of a kind were replaced, one that occurs often once.
type Count struct {
	Kind   Kind
	Values int
}

// Counts lists the kinds of which there was any.
func (m *Mapper) Counts() []Count {
	var counts []Count
	for _, k := range Kinds() {
		if n := m.kinds[k]; n > 0 {
			counts = append(counts, Count{k, n})
		}
	}
	return counts
}

// Logs is how many log lines of peers were met while learning.
func (m *Mapper) Logs() int {
	return m.logs
}

// replace returns the replacement of a value, and the value itself while
// learning. The form makes the n-th replacement.
func (m *Mapper) replace(kind Kind, space, from string, form func(n int) string) string {
	known := m.space[space]
	if known == nil {
		known = map[string]string{}
		m.space[space] = known
	}
	to, met := known[from]
	if use := space + "\x00" + from; m.settled && !m.used[use] {
		m.used[use] = true
		m.kinds[kind]++
	}
	a := assignment{kind, space, from, form}
	switch {
	case !m.settled && !met:
		known[from], m.taken[from] = "", true
		m.order = append(m.order, a)
		return from
	case !m.settled:
		return from
	case !met || to == "":
		return m.assign(a)
	}
	return to
}

// maxTries bounds the search for a replacement that is not an original itself.
const maxTries = 1 << 17

// assign gives a value the next number of its form. Where the form has no more
// members, as for a value of a single character, its length is given up: two
// values that differ must differ afterwards.
func (m *Mapper) assign(a assignment) string {
	if to := m.space[a.space][a.from]; to != "" {
		return to
	}
	counter := a.space
	if a.space != "host" { // host-1.local and host-1.example would be taken for one
		counter += "\x00" + a.form(0)
	}
	to := ""
	for range maxTries {
		m.seq[counter]++
		to = a.form(m.seq[counter])
		if to == "" || !m.taken[to] && !m.ordinary[to] {
			break
		}
		to = ""
	}
	for i := 1; to == "" || m.taken[to]; i++ {
		to = fmt.Sprintf("x%0*d", len(a.from), m.seq[counter]+i)
	}
	m.taken[to] = true
	m.space[a.space][a.from] = to
	if a.space == secretSpace {
		m.findable(a.from, to)
	}
	return to
}

// keep notes that a value stays as it is, so that no other value becomes it.
func (m *Mapper) keep(v string) string {
	if !m.settled {
		m.taken[v] = true
	}
	return v
}

// words notes tokens that are of the formats or of the rule book: free text has
// them, whatever a peer chose as its ufrag.
func (m *Mapper) words(s string) {
	if m.settled {
		return
	}
	for _, token := range strings.FieldsFunc(s, func(r rune) bool { return !isICE(r) && r != '-' && r != '_' }) {
		m.ordinary[token] = true
		for _, part := range strings.FieldsFunc(token, func(r rune) bool { return !isAlnum(r) }) {
			m.ordinary[part] = true
		}
	}
}

func isAlnum(r rune) bool {
	return r >= '0' && r <= '9' || r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z'
}

// isICE reports whether r is an ice-char (RFC 8839 section 5.4).
func isICE(r rune) bool { return isAlnum(r) || r == '+' || r == '/' }
