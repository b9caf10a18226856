package anonymise

import (
	"fmt"
	"path"
	"regexp"
	"slices"
	"strings"
)

var (
	homeDir = regexp.MustCompile(`^(/home/[^/]+|/Users/[^/]+|/var/home/[^/]+|[A-Za-z]:\\Users\\[^\\]+)`)
	// absolute is a path in free text. It begins after something that ends a word.
	absolute = regexp.MustCompile(`(^|[\s"'=(\[{,:;<>|` + "`" + `])(/[^\s"'/:;,()<>\[\]{}|` + "`" + `]+(?:/[^\s"'/:;,()<>\[\]{}|` + "`" + `]*)+|[A-Za-z]:\\[^\s"':;,()<>|]+)`)
	// system are folders that every machine has.
	system = []string{
		"/usr", "/bin", "/sbin", "/lib", "/lib64", "/etc", "/proc", "/sys", "/dev", "/run", "/snap", "/nix/store", "/opt/google", "/root",
		"/Applications", "/System", "/Library", "/path-",
	}
)

// learnDir notes a folder whose name tells something.
func (m *Mapper) learnDir(dir string) {
	dir = path.Clean(dir)
	if !strings.HasPrefix(dir, "/") || dir == "/" || dir == "/tmp" || isSystem(dir) || slices.Contains(m.dirs, dir) {
		return
	}
	m.dirs = append(m.dirs, dir)
	slices.SortStableFunc(m.dirs, func(a, b string) int { return len(b) - len(a) })
	if home := homeDir.FindString(dir); home != "" {
		m.account(home)
	}
	m.folder(dir)
}

// account notes the user name in a home directory, which other text may have too.
func (m *Mapper) account(home string) {
	if name := home[strings.LastIndexAny(home, `/\`)+1:]; len(name) >= minName {
		m.user(name)
	}
}

func (m *Mapper) folder(dir string) string {
	return m.replace(Path, "path", dir, func(n int) string { return fmt.Sprintf("/path-%d", n) })
}

func isSystem(p string) bool {
	return slices.ContainsFunc(system, func(s string) bool {
		return p == s || strings.HasPrefix(p, s+"/") || strings.HasSuffix(s, "-") && strings.HasPrefix(p, s)
	})
}

// path replaces the part of a path that is somebody's own: a known folder or a home
// directory, else all of it but the file's name.
func (m *Mapper) path(p string) string {
	if strings.HasPrefix(p, "//") {
		p = "/" + strings.TrimLeft(p, "/")
	}
	for _, dir := range m.dirs {
		if rest, ok := strings.CutPrefix(p, dir); ok && (rest == "" || rest[0] == '/') {
			return m.folder(dir) + rest
		}
	}
	if home := homeDir.FindString(p); home != "" {
		m.account(home)
		return m.folder(home) + p[len(home):]
	}
	if p[0] != '/' || isSystem(p) {
		return p
	}
	at := strings.LastIndexByte(strings.TrimRight(p, "/"), '/')
	if dir := p[:at]; dir != "" && dir != "/tmp" {
		return m.folder(dir) + p[at:]
	}
	return p
}
