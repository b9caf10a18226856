package pion

import (
	"errors"
	"os/exec"
	"runtime/debug"
	"strings"
	"testing"

	"github.com/webrtc-rink/rink/harness/peer"
)

func buildInfo(deps ...*debug.Module) func() (*debug.BuildInfo, bool) {
	return func() (*debug.BuildInfo, bool) { return &debug.BuildInfo{Deps: deps}, true }
}

func TestResolveModules(t *testing.T) {
	list := func() (map[string]string, error) { return map[string]string{modulePath: "v3.0.0"}, nil }
	fails := func() (map[string]string, error) { return nil, errors.New("no go tool") }
	ours := &debug.Module{Path: modulePath, Version: "v3.3.6"}
	for _, c := range []struct {
		name            string
		info            func() (*debug.BuildInfo, bool)
		list            func() (map[string]string, error)
		version, source string
	}{
		{"binary", buildInfo(ours), list, "v3.3.6", sourceBuildInfo},
		{"test binary", buildInfo(), list, "v3.0.0", sourceGoList},
		{"no build info", func() (*debug.BuildInfo, bool) { return nil, false }, list, "v3.0.0", sourceGoList},
		{"nothing", buildInfo(), fails, peer.Unknown, "none: no go tool"},
		{
			"fork", buildInfo(&debug.Module{Path: modulePath, Version: "v3.3.6", Replace: &debug.Module{Path: "../fork"}}), fails,
			"v3.3.6 => ../fork", sourceBuildInfo,
		},
	} {
		t.Run(c.name, func(t *testing.T) {
			got := resolveModules(c.info, c.list)
			if got.versions[modulePath] != c.version || got.source != c.source {
				t.Errorf("got %q from %q, want %q from %q", got.versions[modulePath], got.source, c.version, c.source)
			}
		})
	}
}

func TestParseGoList(t *testing.T) {
	got, err := parseGoList([]byte(`{"Path":"` + modulePath + `","Version":"v3.3.6","Replace":{"Path":"example.org/fork","Version":"v1.0.0"}}
{"Path":"github.com/pion/ice/v2","Version":"v2.3.38"}`))
	if err != nil || got[modulePath] != "v3.3.6 => example.org/fork v1.0.0" || got["github.com/pion/ice/v2"] != "v2.3.38" {
		t.Errorf("got %v %v", got, err)
	}
	for _, bad := range []string{"", "{", `{"Path":"` + modulePath + `","Error":{"Err":"not a known dependency"}}`} {
		if got, err := parseGoList([]byte(bad)); err == nil {
			t.Errorf("go list output %q: got %v, want an error", bad, got)
		}
	}
}

// A test binary has no build information of its modules, so this is the go
// tool's answer about this module.
func TestDescribesVersion(t *testing.T) {
	if _, err := exec.LookPath("go"); err != nil {
		t.Skipf("go tool: %v", err)
	}
	d := start(t, Options{}).Describe()
	if !strings.HasPrefix(d.Version, "v3.") || d.VersionSource != sourceGoList {
		t.Errorf("version: got %q from %q, want v3.x from %q", d.Version, d.VersionSource, sourceGoList)
	}
	for _, path := range modulePaths[1:] {
		if !strings.HasPrefix(d.Details[path], "v") {
			t.Errorf("details of %s: got %q, want a version", path, d.Details[path])
		}
	}
}
