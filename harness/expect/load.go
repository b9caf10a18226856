package expect

import (
	"bytes"
	"cmp"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"net/url"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/Masterminds/semver/v3"
	"go.yaml.in/yaml/v3"

	"github.com/webrtc-rink/rink/harness/trace"
)

// minReason is how many characters a reason has at least: "flaky" is none.
const minReason = 20

// LoadDir loads the *.yaml files of a directory; see Load.
func LoadDir(dir string, known, peers func(string) bool) (Set, error) {
	if info, err := os.Stat(dir); err != nil {
		return Set{}, fmt.Errorf("expectations: %w", err)
	} else if !info.IsDir() {
		return Set{}, fmt.Errorf("expectations: %s: got a file, want a directory of YAML files", dir)
	}
	return load(os.DirFS(dir), filepath.ToSlash(dir), known, peers)
}

// Load loads the *.yaml files at the top of fsys. known tells whether a check
// exists, peers whether a peer does; a nil function accepts all. The error
// joins every problem of every file, each with file and line; then the set is
// empty, since half a list of expectations would judge wrongly.
func Load(fsys fs.FS, known, peers func(string) bool) (Set, error) {
	return load(fsys, "", known, peers)
}

func load(fsys fs.FS, dir string, known, peers func(string) bool) (Set, error) {
	var names []string
	for _, pattern := range []string{"*.yaml", "*.yml"} {
		matches, err := fs.Glob(fsys, pattern)
		if err != nil {
			return Set{}, fmt.Errorf("expectations: %w", err)
		}
		names = append(names, matches...)
	}
	if len(names) == 0 {
		return Set{}, fmt.Errorf("expectations: no *.yaml file in %q", cmp.Or(dir, "."))
	}
	slices.Sort(names)
	l := loader{known: known, peers: peers}
	for _, name := range names {
		data, err := fs.ReadFile(fsys, name)
		if err != nil {
			l.errs = append(l.errs, fmt.Errorf("expectations: %w", err))
			continue
		}
		l.file = path.Join(dir, name)
		l.load(data)
	}
	l.duplicates()
	if err := errors.Join(l.errs...); err != nil {
		return Set{}, err
	}
	return Set{entries: l.entries}, nil
}

// loader gathers entries and problems over all files.
type loader struct {
	known, peers func(string) bool
	file         string
	entries      []*Entry
	errs         []error
}

func (l *loader) problem(line int, format string, args ...any) {
	l.errs = append(l.errs, fmt.Errorf("%s:%d: %s", l.file, line, fmt.Sprintf(format, args...)))
}

// load reads one file.
func (l *loader) load(data []byte) {
	dec := yaml.NewDecoder(bytes.NewReader(data))
	var doc yaml.Node
	if err := dec.Decode(&doc); errors.Is(err, io.EOF) {
		l.problem(1, "the file is empty")
		return
	} else if err != nil {
		l.yamlProblem(1, err)
		return
	}
	if err := dec.Decode(&yaml.Node{}); !errors.Is(err, io.EOF) {
		l.problem(1, "got more than one YAML document, want one")
	}
	root := doc.Content[0]
	if !l.keys(root, "peer", "expectations") {
		return
	}
	var file struct {
		Peer         string      `yaml:"peer"`
		Expectations []yaml.Node `yaml:"expectations"`
	}
	if err := root.Decode(&file); err != nil {
		l.yamlProblem(root.Line, err)
		return
	}
	switch {
	case file.Peer == "":
		l.problem(root.Line, "no peer")
		return
	case l.peers != nil && !l.peers(file.Peer):
		l.problem(valueOf(root, "peer").Line, "peer %q: no peer of that name in the roster", file.Peer)
	}
	if len(file.Expectations) == 0 {
		l.problem(root.Line, "no expectations for peer %q: delete the file", file.Peer)
	}
	for i := range file.Expectations {
		l.entry(file.Peer, &file.Expectations[i])
	}
}

// rawEntry is an entry as it is written.
type rawEntry struct {
	Check     string   `yaml:"check"`
	Checks    []string `yaml:"checks"`
	Versions  string   `yaml:"versions"`
	Role      string   `yaml:"role"`
	Scenarios []string `yaml:"scenarios"`
	Against   []string `yaml:"against"`
	Finding   string   `yaml:"finding"`
	Sometimes bool     `yaml:"sometimes"`
	Joint     bool     `yaml:"joint"`
	Since     string   `yaml:"since"`
	Reason    string   `yaml:"reason"`
	Issue     string   `yaml:"issue"`
}

var entryKeys = []string{
	"check", "checks", "versions", "role", "scenarios", "against", "finding",
	"sometimes", "joint", "since", "reason", "issue",
}

// entry reads one list item, which is one Entry for each check that it names.
func (l *loader) entry(peerID string, node *yaml.Node) {
	if !l.keys(node, entryKeys...) {
		return
	}
	var raw rawEntry
	if err := node.Decode(&raw); err != nil {
		l.yamlProblem(node.Line, err)
		return
	}
	checks := l.checks(node, raw)
	e := Entry{
		Peer: peerID, Versions: raw.Versions, Scenarios: raw.Scenarios, Against: raw.Against,
		Finding: raw.Finding, Sometimes: raw.Sometimes, Joint: raw.Joint,
		Since: raw.Since, Reason: strings.TrimSpace(raw.Reason), Issue: raw.Issue,
		File: l.file, Line: node.Line,
	}
	l.conditions(node, raw, &e)
	l.evidence(node, raw)
	for _, id := range checks {
		each := e
		each.Check = id
		l.entries = append(l.entries, &each)
	}
}

// checks returns the checks that an entry names.
func (l *loader) checks(node *yaml.Node, raw rawEntry) []string {
	ids := raw.Checks
	switch {
	case raw.Check != "" && len(ids) > 0:
		l.problem(node.Line, "got both check and checks, want one of them")
	case raw.Check != "":
		ids = []string{raw.Check}
	case len(ids) == 0:
		l.problem(node.Line, "no check")
	}
	for _, id := range ids {
		if l.known != nil && !l.known(id) {
			l.problem(node.Line, "check %q does not exist", id)
		}
	}
	return ids
}

// conditions reads what narrows an entry down.
func (l *loader) conditions(node *yaml.Node, raw rawEntry, e *Entry) {
	if raw.Versions != "" {
		constraint, err := semver.NewConstraint(raw.Versions)
		if err != nil {
			l.problem(valueOf(node, "versions").Line, "versions %q: %v", raw.Versions, err)
		} else {
			// "< 4.0.8" means every build before it, 4.0.0-beta.1 among them.
			constraint.IncludePrerelease = true
			e.constraint = constraint
		}
	}
	switch role := trace.Side(raw.Role); role {
	case "", trace.Offerer, trace.Answerer:
		e.Role = role
	default:
		l.problem(valueOf(node, "role").Line, "role: got %q, want offerer or answerer", raw.Role)
	}
	l.globs(node, "scenarios", raw.Scenarios)
	l.globs(node, "against", raw.Against)
}

func (l *loader) globs(node *yaml.Node, key string, globs []string) {
	for _, glob := range globs {
		if _, err := path.Match(glob, ""); err != nil {
			l.problem(valueOf(node, key).Line, "%s: bad pattern %q", key, glob)
		}
	}
}

// evidence looks at what makes an entry reviewable.
func (l *loader) evidence(node *yaml.Node, raw rawEntry) {
	switch reason := strings.TrimSpace(raw.Reason); {
	case reason == "":
		l.problem(node.Line, "no reason: say what the peer does and why it is accepted for now")
	case utf8.RuneCountInString(reason) < minReason:
		l.problem(valueOf(node, "reason").Line, "reason %q: got %d characters, want at least %d",
			reason, utf8.RuneCountInString(reason), minReason)
	}
	if raw.Issue == "" {
		l.problem(node.Line, "no issue: link the report that tracks the deviation")
	} else if u, err := url.Parse(raw.Issue); err != nil || u.Host == "" || (u.Scheme != "http" && u.Scheme != "https") {
		l.problem(valueOf(node, "issue").Line, "issue: got %q, want an http or https URL", raw.Issue)
	}
	if raw.Since == "" {
		l.problem(node.Line, "no since: write the day of the review, like 2026-11-25")
	} else if _, err := time.Parse(time.DateOnly, raw.Since); err != nil {
		l.problem(valueOf(node, "since").Line, "since: got %q, want a day like 2026-11-25", raw.Since)
	}
}

// duplicates finds entries that can never be the one that counts.
func (l *loader) duplicates() {
	for i, e := range l.entries {
		for j, o := range l.entries {
			if i != j && o.subsumes(e) && (j < i || !e.subsumes(o)) {
				l.errs = append(l.errs, fmt.Errorf("%s: %s for %s is covered by the entry at %s already",
					e.Where(), e.Check, e.Peer, o.Where()))
				break
			}
		}
	}
}
