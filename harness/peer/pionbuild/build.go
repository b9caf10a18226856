// Package pionbuild builds the agent of pion/webrtc (fixtures/peers/pion/agent)
// with an exact set of modules: one release of v3 or v4, or a checkout, and with it
// the modules that the release's own go.mod selects, or others that are named.
//
// Each build is a module of its own, since Rink's go.mod would raise what an old
// release asks for. Its sources are copies of Rink's own: one peer serves every
// release, and only the import path of pion/webrtc is another in v4.
package pionbuild

import (
	"bytes"
	"cmp"
	"context"
	"crypto/sha256"
	"debug/buildinfo"
	"errors"
	"fmt"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
)

// Spec says what to build.
type Spec struct {
	// Version is a release of pion/webrtc: v4.0.8.
	Version string
	// Path is a folder with a checkout of pion/webrtc. Exactly one of Version and
	// Path is set.
	Path string
	// With has other modules than the release asks for: by module path a version,
	// or a folder, which begins with "/", "./" or "../". Go takes no version that is
	// older than what the others ask for; then Build fails.
	With map[string]string
	// Rink is the folder with Rink's source.
	Rink string
	// Into is the folder for the agent and, beside it in NAME.src, the module that
	// it is built from. One build at a time may use a NAME there.
	Into string
}

// Name is the ID of the peer that Build makes, and the name of its file: pion@VERSION
// for a release as it is. Any other set has the head of its hash in the name:
// pion@VERSION+HASH, pion@checkout+HASH.
func (s Spec) Name() string {
	if s.Path == "" && len(s.With) == 0 {
		return "pion@" + s.Version
	}
	h := sha256.New()
	fmt.Fprintf(h, "%q %q", s.Version, absolute(s.Path))
	for _, module := range slices.Sorted(maps.Keys(s.With)) {
		fmt.Fprintf(h, " %q=%q", module, absolute(s.With[module]))
	}
	name := cmp.Or(s.Version, "checkout")
	return fmt.Sprintf("pion@%s+%.4x", name, h.Sum(nil))
}

// IsFolder tells folders from versions, as the replace directive of go.mod does.
func IsFolder(s string) bool {
	return filepath.IsAbs(s) || s == "." || s == ".." || strings.HasPrefix(s, "./") || strings.HasPrefix(s, "../")
}

// absolute makes folders absolute and leaves versions alone.
func absolute(s string) string {
	if !IsFolder(s) {
		return s
	}
	if path, err := filepath.Abs(s); err == nil { // else there is no working directory
		return path
	}
	return s
}

// plan is a Spec that was looked at. Its paths are absolute.
type plan struct {
	rink    string
	name    string
	major   string            // of pion/webrtc: v3 or v4
	modules map[string]string // version or folder by path, pion/webrtc among them
	dir     string            // of the module that is built
	agent   string
}

// Build builds an agent and returns the path of it. The agent is what was asked for
// and nothing else, or there is an error. When nothing changed since the
// last time it is done in about a second. It needs Go and, for what is not in the
// module cache, a module proxy.
func Build(ctx context.Context, s Spec) (string, error) {
	p, err := s.plan()
	if err == nil {
		err = p.generate()
	}
	if err == nil {
		err = p.build(ctx)
	}
	if err == nil {
		if err = p.verify(); err != nil {
			err = errors.Join(err, os.Remove(p.agent))
		}
	}
	if err != nil {
		return "", fmt.Errorf("build %s: %w", s.Name(), err)
	}
	return p.agent, nil
}

var (
	release  = regexp.MustCompile(`^(v[34])\.\d+\.\d+(-[0-9A-Za-z.-]+)?$`)
	checkout = regexp.MustCompile(`(?m)^module github\.com/pion/webrtc/(v[34])\s*$`)
)

func (s Spec) plan() (plan, error) {
	p := plan{rink: s.Rink, name: s.Name(), modules: map[string]string{}, dir: filepath.Join(s.Into, s.Name()+".src"), agent: filepath.Join(s.Into, s.Name())}
	var err error
	if p.major, err = s.major(); err != nil {
		return p, err
	}
	p.modules[webrtc+p.major] = absolute(cmp.Or(s.Version, s.Path))
	for module, want := range s.With {
		if strings.HasPrefix(module, webrtc) {
			return p, fmt.Errorf("with %s: pion/webrtc itself is given as version or path", module)
		}
		p.modules[module] = absolute(want)
	}
	for _, dir := range []*string{&p.rink, &p.dir, &p.agent} {
		if *dir, err = filepath.Abs(*dir); err != nil {
			return p, err
		}
	}
	return p, nil
}

// major is that of the release, or what the checkout's go.mod says.
func (s Spec) major() (string, error) {
	switch {
	case (s.Version == "") == (s.Path == ""):
		return "", fmt.Errorf("got version %q and path %q, want one of them", s.Version, s.Path)
	case s.Version != "":
		found := release.FindStringSubmatch(s.Version)
		if found == nil {
			return "", fmt.Errorf("version: got %q, want a release of v3 or v4, as v4.0.8", s.Version)
		}
		return found[1], nil
	case !IsFolder(s.Path):
		return "", fmt.Errorf(`path: got %q, want a folder that begins with "/", "./" or "../"`, s.Path)
	}
	gomod, err := os.ReadFile(filepath.Join(s.Path, "go.mod"))
	if err != nil {
		return "", fmt.Errorf("path: want a checkout of pion/webrtc: %w", err)
	}
	found := checkout.FindSubmatch(gomod)
	if found == nil {
		return "", fmt.Errorf("path: got another module in %s, want github.com/pion/webrtc/v3 or v4", s.Path)
	}
	return string(found[1]), nil
}

// xnet is for releases of 2021 and 2022 that ask for a golang.org/x/net that Go 1.23
// and newer refuse to link. They get this one, and the other golang.org/x modules
// that it requires.
const xnet = "golang.org/x/net v0.22.0"

// raised is what the description of such an agent says.
const raised = xnet + " and what it requires: what this release asks for does not link with this Go"

// build runs the go tool. That keeps its own books of what has changed.
func (p plan) build(ctx context.Context) error {
	err := p.compile(ctx, "", "")
	if err != nil && strings.Contains(err.Error(), "invalid reference to syscall") {
		err = p.compile(ctx, xnet, raised)
	}
	return err
}

// compile writes go.mod, which -mod=mod completes with what the release's own go.mod
// selects, and builds.
func (p plan) compile(ctx context.Context, more, note string) error {
	if err := p.modfile(more); err != nil {
		return err
	}
	cmd := exec.CommandContext(ctx, "go", "build", "-buildvcs=false", "-trimpath", "-mod=mod",
		"-ldflags", fmt.Sprintf("-X 'main.id=%s' -X 'main.raised=%s'", p.name, note), "-o", p.agent, "./"+agentDir)
	cmd.Dir, cmd.Env = p.dir, append(os.Environ(), "GOWORK=off", "GOFLAGS=")
	var stderr bytes.Buffer
	cmd.Stderr = &stderr
	if err := cmd.Run(); err != nil {
		return fmt.Errorf("it is not to be had, or the agent does not compile with it: %w\n%s", err, condensed(stderr.String()))
	}
	return nil
}

// place is where in a source file the go tool met what it complains of.
var place = regexp.MustCompile(`^\S+\.go:\d+:\d+: `)

// condensed is what the go tool said, each complaint once: it says the same of every
// file that imports a module which is not to be had.
func condensed(said string) string {
	var lines []string
	for line := range strings.Lines(said) {
		line = place.ReplaceAllString(strings.TrimRight(line, "\n"), "")
		if strings.TrimSpace(line) != "" && !slices.Contains(lines, line) {
			lines = append(lines, line)
		}
	}
	return strings.Join(lines, "\n")
}

// verify reads from the agent what it was built with: a set in which go build took
// another version than the one asked for is another set.
func (p plan) verify() error {
	info, err := buildinfo.ReadFile(p.agent)
	if err != nil {
		return err
	}
	got := map[string]string{}
	for _, m := range info.Deps {
		got[m.Path] = m.Version
		if m.Replace != nil {
			got[m.Path] = m.Replace.Path
		}
	}
	var errs []error
	for _, module := range slices.Sorted(maps.Keys(p.modules)) {
		switch have, want := got[module], p.modules[module]; {
		case have == "":
			errs = append(errs, fmt.Errorf("%s: the agent has no package of it", module))
		case have != want:
			errs = append(errs, fmt.Errorf("%s: got %s, want %s; the other modules ask for the newer one", module, have, want))
		}
	}
	return errors.Join(errs...)
}
