package upgrade

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"

	"github.com/webrtc-rink/rink/harness/peer/pionbuild"
	"github.com/webrtc-rink/rink/harness/run"
)

// Subject is a pion that is to be tried: a release or a checkout, with other
// modules than it asks for or without.
type Subject struct {
	// Version is a release of pion/webrtc, Path the folder of a checkout: one of
	// them.
	Version string
	Path    string
	// With has versions or folders by module path.
	With map[string]string
	// GoMod is a go.mod that says all of that; Builder.Resolve reads it.
	GoMod string
}

var version = regexp.MustCompile(`^v?[34]\.\d+\.\d+(-[0-9A-Za-z.-]+)?$`)

// ParseSubject reads what the command line names: a release (v3.3.6, 3.3.6, or a
// pseudo-version of a commit), a folder with a checkout, or a go.mod. with are other modules,
// MODULE@VERSION or MODULE=VERSION or MODULE=FOLDER.
func ParseSubject(text string, with []string) (Subject, error) {
	var s Subject
	name := strings.TrimPrefix(text, "pion@")
	switch {
	case version.MatchString(name):
		s.Version = "v" + strings.TrimPrefix(name, "v")
	case strings.HasSuffix(text, ".mod"):
		if _, err := os.Stat(text); err != nil {
			return s, fmt.Errorf("%q: %w", text, err)
		}
		s.GoMod = text
	case pionbuild.IsFolder(text):
		if info, err := os.Stat(text); err != nil {
			return s, fmt.Errorf("%q: %w", text, err)
		} else if !info.IsDir() {
			return s, fmt.Errorf("%q: got a file, want a folder with a checkout of pion/webrtc", text)
		}
		s.Path = text
	default:
		return s, fmt.Errorf("%q: want a release of pion/webrtc v3 or v4, such as v3.3.6, a folder with a checkout, which begins with ./, ../ or /, or a go.mod", text)
	}
	var err error
	s.With, err = parseWith(with)
	return s, err
}

func parseWith(with []string) (map[string]string, error) {
	if len(with) == 0 {
		return nil, nil
	}
	modules := map[string]string{}
	var errs []error
	for _, text := range with {
		module, want, ok := strings.Cut(text, "=")
		if !ok {
			module, want, ok = strings.Cut(text, "@")
		}
		switch {
		case !ok || module == "" || want == "":
			errs = append(errs, fmt.Errorf("%q: want MODULE@VERSION or MODULE=FOLDER, such as github.com/pion/ice/v2@v2.3.38", text))
			continue
		case modules[module] != "":
			errs = append(errs, fmt.Errorf("%q: %s is given twice", text, module))
		case pionbuild.IsFolder(want):
			if _, err := os.Stat(filepath.Join(want, "go.mod")); err != nil {
				errs = append(errs, fmt.Errorf("%q: want a folder with a module: %w", text, err))
			}
		}
		modules[module] = want
	}
	return modules, errors.Join(errs...)
}

// String names the subject as people read it: v3.3.6 with pion/ice/v2 v2.3.37.
func (s Subject) String() string {
	name := s.Version
	if s.Path != "" {
		name = s.Path
	}
	for i, module := range slices.Sorted(maps.Keys(s.With)) {
		name += map[bool]string{true: " with ", false: " and "}[i == 0] + strings.TrimPrefix(module, "github.com/") + " " + s.With[module]
	}
	return name
}

// Builder builds subjects.
type Builder struct {
	// Rink is the folder with Rink's source, Into that for what is built.
	Rink, Into string
}

// DefaultBuilder builds in the checkout that the working directory is in, else from
// Rink's own module into the user's cache.
func DefaultBuilder(ctx context.Context) (Builder, error) {
	dir, checkout, err := pionbuild.FindRink(ctx, run.Version())
	if err != nil {
		return Builder{}, err
	}
	if checkout {
		return Builder{Rink: dir, Into: filepath.Join(dir, "fixtures", "peers", "pion", "bin")}, nil
	}
	cache, err := os.UserCacheDir()
	if err != nil {
		return Builder{}, fmt.Errorf("a folder for what is built: %w", err)
	}
	into := filepath.Join(cache, "rink", "pion")
	return Builder{Rink: dir, Into: into}, os.MkdirAll(into, 0o755) //nolint:gosec // programs
}

// Resolve reads the go.mod of a subject that is one. What was given beside comes on
// top of it.
func (b Builder) Resolve(ctx context.Context, s Subject) (Subject, error) {
	if s.GoMod == "" {
		return s, nil
	}
	resolved, err := b.GoMod(ctx, s.GoMod)
	if err == nil {
		maps.Copy(resolved.With, s.With)
	}
	return resolved, err
}

// Build builds the subject and returns the agent. What was built before is there in
// a second.
func (b Builder) Build(ctx context.Context, s Subject) (string, error) {
	return pionbuild.Build(ctx, b.spec(s))
}

// Discard removes what Build left.
func (b Builder) Discard(s Subject) error {
	agent := filepath.Join(b.Into, b.spec(s).Name())
	return errors.Join(os.RemoveAll(agent), os.RemoveAll(agent+".src"))
}

func (b Builder) spec(s Subject) pionbuild.Spec {
	return pionbuild.Spec{Version: s.Version, Path: s.Path, With: s.With, Rink: b.Rink, Into: b.Into}
}

// entry is the subject in a roster.
func entry(id, agent string) run.Entry {
	e := run.Agent(id, agent)
	e.Implementation = "pion/webrtc"
	return e
}
