package anonymise

import (
	"encoding/hex"
	"regexp"
	"strings"
)

// A piece of text; what is done is not looked at again.
type piece struct {
	text string
	done bool
}

type pieces []piece

// pass replaces what matches in all that is not done. The function gets the
// groups; not ok leaves the match for later passes.
func (ps pieces) pass(re *regexp.Regexp, change func(groups []string) (string, bool)) pieces {
	out := make(pieces, 0, len(ps))
	for _, p := range ps {
		if p.done {
			out = append(out, p)
			continue
		}
		last := 0
		for _, at := range re.FindAllStringSubmatchIndex(p.text, -1) {
			groups := make([]string, len(at)/2)
			for i := range groups {
				if at[2*i] >= 0 {
					groups[i] = p.text[at[2*i]:at[2*i+1]]
				}
			}
			to, ok := change(groups)
			if !ok {
				continue
			}
			if at[0] > last {
				out = append(out, piece{text: p.text[last:at[0]]})
			}
			out = append(out, piece{to, true})
			last = at[1]
		}
		if last < len(p.text) {
			out = append(out, piece{text: p.text[last:]})
		}
	}
	return out
}

func (ps pieces) String() string {
	var b strings.Builder
	for _, p := range ps {
		b.WriteString(p.text)
	}
	return b.String()
}

var (
	hexPairs = regexp.MustCompile(`\b[0-9A-Fa-f]{2}(?:([:-])[0-9A-Fa-f]{2}){2,}\b`)
	hexRun   = regexp.MustCompile(`\b(?:[0-9a-f]{32,128}|[0-9A-F]{32,128})\b`)
	anyUUID  = regexp.MustCompile(`(?i)\b[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}\b`)
	clause   = regexp.MustCompile(`(?i)(?:§\s*|\bsections?[ -]|\bclauses? )[0-9]{1,2}(?:\.[0-9]{1,2})+(?:(?:, | and | or | to )[0-9]{1,2}(?:\.[0-9]{1,2})+)*`)
	fileURL  = regexp.MustCompile(`(?i)\b(file://)(/[^\s"'<>]+)`)
	email    = regexp.MustCompile(`([A-Za-z0-9._%+-]+)@([A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)*\.[A-Za-z]{2,})`)
	v4Text   = regexp.MustCompile(`(^|[^0-9A-Za-z_.])([0-9]{1,3}(?:\.[0-9]{1,3}){3})($|[^0-9A-Za-z_.]|\.(?:$|[^0-9]))`)
	v6Text   = regexp.MustCompile(`([0-9A-Za-z_]*)((?::[0-9A-Fa-f]{0,4}){2,9})((?:\.[0-9]{1,3}){3})?(%[0-9A-Za-z_]+)?([0-9A-Za-z_]?)`)
	nameText = regexp.MustCompile(`[A-Za-z0-9_](?:[A-Za-z0-9_-]*[A-Za-z0-9_])?(?:\.[A-Za-z0-9_](?:[A-Za-z0-9_-]*[A-Za-z0-9_])?)*`)
	named    = regexp.MustCompile(`(?i)((?:ufrag|usernameFragment|pwd|password|cname|foundation|tls-id|user|username)["']?(?:\s+is|\s+got|\s+want)?\s*[:=]?\s*["']?)([A-Za-z0-9+/]+)`)
	iceToken = regexp.MustCompile(`[A-Za-z0-9+/]+`)

	// What an agent got from its environment ends up in what it wrote last.
	credential = regexp.MustCompile(`(?i)((?:token|secret|api[_-]?key)["']?\s*[:=]\s*["']?|\bbearer\s+)([A-Za-z0-9._~+/-]{12,})`)
	issued     = regexp.MustCompile(`\b(?:gh[a-z]_[A-Za-z0-9]{20,}|github_pat_\w{20,}|glpat-[\w-]{16,}|AKIA[0-9A-Z]{16}|eyJ[\w-]{10,}\.[\w-]{8,}\.[\w-]+)`)
)

// Text replaces what is private in free text: what reads like an address, a path
// or a URL, and known values where they are whole tokens. A value that is a word
// of the formats as well, such as the ufrag "host", is replaced only after its name.
func (m *Mapper) Text(s string) string {
	if s == "" {
		return s
	}
	return m.cached("text\x00"+s, func() string { return m.knownTokens(m.patterns(pieces{{text: s}})).String() })
}

// cached keeps what long texts became, once that is fixed.
func (m *Mapper) cached(key string, change func() string) string {
	to, ok := m.texts[key]
	if ok && m.settled {
		return to
	}
	if ok && len(key) > minCached { // learned already
		return ""
	}
	to = change()
	if len(key) > minCached {
		m.texts[key] = to
	}
	return to
}

const minCached = 200

// forget empties the cache.
func (m *Mapper) forget() {
	clear(m.texts)
}

// patterns replaces what its form tells.
func (m *Mapper) patterns(ps pieces) pieces {
	ps = ps.pass(clause, func(g []string) (string, bool) { return g[0], true }) // RFC 8445 section 5.1.1.1
	ps = ps.pass(issued, func(g []string) (string, bool) { return m.secret(Key, g[0]), true })
	ps = ps.pass(credential, func(g []string) (string, bool) {
		if !strings.ContainsAny(g[2], "0123456789") { // "unexpected token: identifier"
			return "", false
		}
		return g[1] + m.secret(Key, g[2]), true
	})
	ps = ps.pass(hexPairs, m.pairsInText)
	ps = ps.pass(hexRun, func(g []string) (string, bool) {
		if !m.knows("fingerprint", strings.ToUpper(g[0])) {
			return "", false
		}
		return m.print(g[0]), true
	})
	ps = ps.pass(serverURL, m.url)
	ps = ps.pass(fileURL, func(g []string) (string, bool) { return g[1] + m.path(g[2]), true })
	ps = ps.pass(anyUUID, func(g []string) (string, bool) { return m.uuid(g[0]), true })
	ps = ps.pass(email, func(g []string) (string, bool) { return m.user(g[1]) + "@" + m.host(g[2]), true })
	ps = ps.pass(v6Text, m.v6InText)
	for range 2 { // two that are next to each other share what is between them
		ps = ps.pass(v4Text, func(g []string) (string, bool) {
			to, ok := m.address(g[2])
			return g[1] + to + g[3], ok && to != g[2]
		})
	}
	ps = ps.pass(absolute, func(g []string) (string, bool) {
		to := m.path(g[2])
		return g[1] + to, to != g[2]
	})
	return ps.pass(nameText, func(g []string) (string, bool) { return m.nameInText(g[0]) })
}

// v6InText replaces an IPv6 address: a word before it, the groups, a dotted end, a
// zone, and what must not follow.
func (m *Mapper) v6InText(g []string) (string, bool) {
	word, text, zone := g[1], g[2]+g[3], g[4]
	if g[5] != "" || strings.Trim(word+text, ":") == "" {
		return "", false
	}
	for _, tail := range []string{"", ":"} { // "dial fd77::2: refused"
		body, ok := strings.CutSuffix(text, tail)
		if !ok {
			continue
		}
		if to, ok := m.address(word + body + zone); ok {
			return to + tail, true
		}
		if after, ok := strings.CutPrefix(body, ":"); ok && after != "" && (word == "" || after[0] != ':') { // "from:fd77::2"
			if to, ok := m.address(after + zone); ok {
				return word + ":" + to + tail, true
			}
		}
	}
	return "", false
}

// pairsInText replaces a fingerprint, the beginning of one, or a hardware address.
func (m *Mapper) pairsInText(g []string) (string, bool) {
	canonical := hexOf(g[0])
	switch known := m.knows("fingerprint", canonical); {
	case known, len(canonical) >= 32:
		return m.print(g[0]), true
	case len(canonical) == 12:
		return m.mac(g[0]), true
	}
	if !m.settled {
		return "", false
	}
	whole := ""
	for from := range m.space["fingerprint"] {
		if len(from) >= 32 && strings.HasPrefix(from, canonical) && (whole == "" || from < whole) {
			whole = from
		}
	}
	if whole == "" {
		return "", false
	}
	return inHexOf(g[0], m.space["fingerprint"][whole][:len(canonical)]), true
}

func (m *Mapper) knows(space, v string) bool {
	_, ok := m.space[space][v]
	return ok
}

// knownTokens replaces known values.
func (m *Mapper) knownTokens(ps pieces) pieces {
	if !m.settled {
		return ps
	}
	ps = m.oddOnes(ps)
	ps = ps.pass(hexText, m.hexInText)
	ps = ps.pass(named, func(g []string) (string, bool) {
		to, ok := m.token(g[2], true)
		return g[1] + to, ok
	})
	return ps.pass(iceToken, func(g []string) (string, bool) {
		if to, ok := m.token(g[0], false); ok {
			return to, true
		}
		changed := false
		to := alnumToken.ReplaceAllStringFunc(g[0], func(part string) string {
			to, ok := m.token(part, false)
			changed = changed || ok
			return to
		})
		return to, changed
	})
}

// hexText is text in hexadecimal: pion logs user names of STUN, ufrag:ufrag, so.
var hexText = regexp.MustCompile(`\b(?:[0-9a-f]{2}){4,}\b|\b(?:[0-9A-F]{2}){4,}\b`)

func (m *Mapper) hexInText(g []string) (string, bool) {
	raw, err := hex.DecodeString(g[0])
	if err != nil || strings.IndexFunc(string(raw), func(r rune) bool { return r < ' ' || r > '~' }) >= 0 {
		return "", false
	}
	changed := false
	to := iceToken.ReplaceAllStringFunc(string(raw), func(token string) string {
		to, ok := m.token(token, true)
		changed = changed || ok
		return to
	})
	if strings.ToUpper(g[0]) == g[0] {
		return strings.ToUpper(hex.EncodeToString([]byte(to))), changed
	}
	return hex.EncodeToString([]byte(to)), changed
}

var alnumToken = regexp.MustCompile(`[A-Za-z0-9]+`)

// minLoneNumber is how many digits a number has at least that is taken for a known
// value wherever it stands: ports and milliseconds have fewer.
const minLoneNumber = 7

// token replaces a known secret or user name; isNamed says that the text names it
// as such, so that it may be an ordinary word.
func (m *Mapper) token(v string, isNamed bool) (string, bool) {
	to, ok := m.secrets[v]
	if !ok {
		to, ok = m.space["user"][v]
	}
	if !ok || !isNamed && (m.ordinary[v] || len(v) < minName || isNumber(v) && len(v) < minLoneNumber) {
		return v, false
	}
	return to, true
}

// oddOnes replaces known secrets that are no single token.
func (m *Mapper) oddOnes(ps pieces) pieces {
	for _, from := range m.odd {
		var out pieces
		for _, p := range ps {
			for !p.done {
				before, after, ok := strings.Cut(p.text, from)
				if !ok {
					break
				}
				out = append(out, piece{text: before}, piece{m.secrets[from], true})
				p.text = after
			}
			out = append(out, p)
		}
		ps = out
	}
	return ps
}
