package html

import (
	"crypto/sha256"
	"encoding/hex"
	"net/url"
	"path/filepath"
	"regexp"
	"strings"

	"github.com/webrtc-rink/rink/harness/report"
	"github.com/webrtc-rink/rink/harness/report/view"
)

// The folders beside report.html.
const (
	PairsDir    = "pairs"
	SessionsDir = "sessions"
)

// maxName is how long a file's name is without its ending: file systems take 255
// bytes.
const maxName = 120

// PairFile is the path of a pair's page, relative to report.html.
func PairFile(p report.Pair) string {
	// Two dashes within an id would make another pair's name of it.
	plain := !strings.Contains(p.Offerer+p.Answerer, "--") && !strings.HasSuffix(p.Offerer, "-") && !strings.HasPrefix(p.Answerer, "-")
	return PairsDir + "/" + fileName(p.Offerer+"--"+p.Answerer, p.Offerer+"\x00"+p.Answerer, plain) + ".html"
}

// SessionFile is the path of a session's page, relative to report.html.
func SessionFile(s *report.Session) string {
	return SessionsDir + "/" + fileName(s.ID, s.ID, true) + ".html"
}

// portable is a name that is no option and no hidden file.
var portable = regexp.MustCompile(`^[a-z0-9]([-a-z0-9_.]*[a-z0-9])?$`)

// fileName is a name that every file system takes. Where it is not the text itself,
// a digest of what is named keeps it from being another one's, also where capital
// letters do not count.
func fileName(text, named string, plain bool) string {
	words := strings.Split(text, "_") // which an anchor does not have
	for i := range words {
		words[i] = strings.ToLower(view.Anchor(words[i]))
	}
	name := strings.Join(words, "_")
	if plain && name == text && len(text) <= maxName && portable.MatchString(text) {
		return name
	}
	return strings.TrimLeft(name[:min(len(name), maxName)]+"-"+digest(named), "-.")
}

// digest tells names apart that would be the same.
func digest(named string) string {
	sum := sha256.Sum256([]byte(named))
	return hex.EncodeToString(sum[:])[:8]
}

// anchors gives names within a page. They are those of view.Anchor as long as no
// two things get the same one.
type anchors map[string]string

// of names what key stands for.
func (a anchors) of(key string, parts ...string) string {
	name := view.Anchor(parts...)
	if owner, taken := a[name]; taken && owner != key {
		name += "-" + digest(key)
	}
	a[name] = key
	return name
}

// local is a link to a file of the report's folder, empty where the path leads out
// of it. A path with a colon is no address with a scheme.
func local(base, path string) string {
	if path == "" || !filepath.IsLocal(filepath.FromSlash(path)) {
		return ""
	}
	return base + (&url.URL{Path: path}).String()
}
