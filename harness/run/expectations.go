package run

import (
	"io/fs"

	"github.com/webrtc-rink/rink/fixtures"
	"github.com/webrtc-rink/rink/harness/check"
	"github.com/webrtc-rink/rink/harness/expect"
)

// The expectations that are not a directory.
const (
	ExpectBuiltin = "built-in" // those that come with Rink
	ExpectNone    = "none"     // everything that deviates fails
)

// LoadExpectations loads what from names: ExpectBuiltin, ExpectNone, or a
// directory of YAML files. Entries of a directory for peers that are neither in
// the roster nor come with Rink are errors, as are those for unknown checks.
func LoadExpectations(from string, r Roster) (expect.Set, error) {
	builtin := Builtin()
	known := func(id string) bool {
		_, err := fs.Stat(fixtures.Expectations(), id+".yaml") // a peer below PeersDir, which not every roster has
		return r.Has(id) || builtin.Has(id) || err == nil
	}
	switch from {
	case ExpectNone:
		return expect.None(), nil
	case ExpectBuiltin, "":
		return expect.Load(fixtures.Expectations(), check.Exists, nil)
	default:
		return expect.LoadDir(from, check.Exists, known)
	}
}
