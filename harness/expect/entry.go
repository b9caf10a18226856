package expect

import (
	"fmt"
	"path"
	"regexp"
	"slices"
	"strings"

	"github.com/Masterminds/semver/v3"

	"github.com/webrtc-rink/rink/harness/check"
	"github.com/webrtc-rink/rink/harness/peer"
	"github.com/webrtc-rink/rink/harness/trace"
)

// Entry says that a peer is known to deviate from one requirement.
type Entry struct {
	Peer      string     `json:"peer"`                // peer id; a bare name also stands for name@VERSION
	Check     string     `json:"check"`               // requirement ID
	Versions  string     `json:"versions,omitempty"`  // semver constraint; empty: every version
	Role      trace.Side `json:"role,omitempty"`      // empty: both
	Scenarios []string   `json:"scenarios,omitempty"` // globs; empty: every scenario
	Against   []string   `json:"against,omitempty"`   // globs on the other peer's id; empty: every peer
	Finding   string     `json:"finding,omitempty"`   // part of the finding's line; empty: every finding
	Sometimes bool       `json:"sometimes,omitempty"` // a pass is not stale
	// Joint entries cover joint findings only, but at both ends of a session
	// that Peer takes part in: nobody can tell which end it is.
	Joint  bool   `json:"joint,omitempty"`
	Since  string `json:"since"` // day of the review, 2006-01-02
	Reason string `json:"reason"`
	Issue  string `json:"issue"` // URL
	File   string `json:"file"`
	Line   int    `json:"line"`

	constraint *semver.Constraints
}

// Where returns where the entry is written, as file:line.
func (e *Entry) Where() string { return fmt.Sprintf("%s:%d", e.File, e.Line) }

// id tells entries apart: one written entry may name several checks.
func (e *Entry) id() string { return e.Where() + " " + e.Check }

// about reports whether the entry speaks of this check in this session, with
// its peer in the given seat.
func (e *Entry) about(checkID string, s Context, seat trace.Side) bool {
	self, other := s.peer(seat), s.peer(seat.Other())
	return e.Check == checkID &&
		isFamily(e.Peer, self.ID) &&
		e.inVersions(self.Version) &&
		(e.Role == "" || e.Role == seat) &&
		anyGlob(e.Scenarios, s.Scenario) &&
		anyGlob(e.Against, other.ID)
}

// Concerns reports whether the entry speaks of one peer when it meets the other,
// going by their ids alone.
func (e *Entry) Concerns(id, other string) bool {
	return isFamily(e.Peer, id) && anyGlob(e.Against, other)
}

// covers reports whether the entry explains the finding.
func (e *Entry) covers(f check.Finding) bool {
	return strings.Contains(f.String(), e.Finding) && (f.Joint || !e.Joint)
}

// inVersions reports whether the constraint holds; a version that is none
// satisfies only the empty constraint.
func (e *Entry) inVersions(version string) bool {
	if e.constraint == nil {
		return true
	}
	v, err := parseVersion(version)
	return err == nil && e.constraint.Check(v)
}

// subsumes reports whether every result that o is about is e's as well, so
// that o can never be the one that counts.
func (e *Entry) subsumes(o *Entry) bool {
	wider := func(a, b []string) bool { return len(a) == 0 || slices.Equal(a, b) }
	return e.Check == o.Check && isFamily(e.Peer, o.Peer) &&
		e.Sometimes == o.Sometimes && e.Joint == o.Joint &&
		(e.Versions == "" || e.Versions == o.Versions) &&
		(e.Role == "" || e.Role == o.Role) &&
		(e.Finding == "" || e.Finding == o.Finding) &&
		wider(e.Scenarios, o.Scenarios) && wider(e.Against, o.Against)
}

// isFamily reports whether id is the peer or one of its versions.
func isFamily(name, id string) bool {
	return id == name || strings.HasPrefix(id, name+"@")
}

// anyGlob reports whether one of the globs matches, or there is none.
func anyGlob(globs []string, s string) bool {
	return len(globs) == 0 || slices.ContainsFunc(globs, func(g string) bool {
		ok, _ := path.Match(g, s) // Load has seen to bad patterns
		return ok
	})
}

// leadingVersion is what browsers call a version: 156.0.8078.79, 153.7.0esr.
var leadingVersion = regexp.MustCompile(`^v?\d+(\.\d+){0,2}`)

// parseVersion reads semantic versions and, of what else begins with numbers,
// the first three.
func parseVersion(version string) (*semver.Version, error) {
	if version == peer.Unknown {
		return nil, semver.ErrInvalidSemVer
	}
	if v, err := semver.NewVersion(version); err == nil {
		return v, nil
	}
	return semver.NewVersion(leadingVersion.FindString(version))
}
