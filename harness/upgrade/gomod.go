package upgrade

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"golang.org/x/mod/modfile"

	"github.com/webrtc-rink/rink/harness/peer/pionbuild"
)

// GoMod reads the subject that a go.mod asks for: its pion/webrtc, and of the modules
// that this is built from those of pion that the go.mod has in another version. For
// that the plain release is built.
func (b Builder) GoMod(ctx context.Context, path string) (Subject, error) {
	data, err := os.ReadFile(path)
	if err != nil {
		return Subject{}, err
	}
	file, err := modfile.Parse(path, data, nil)
	if err != nil {
		return Subject{}, err
	}
	wanted, err := selected(file, filepath.Dir(path))
	if err != nil {
		return Subject{}, fmt.Errorf("%s: %w", path, err)
	}
	var s Subject
	for module, want := range wanted {
		if !strings.HasPrefix(module, webrtcModule) {
			continue
		}
		if s.Version != "" || s.Path != "" {
			return s, fmt.Errorf("%s: got pion/webrtc v3 and v4, want one of them", path)
		}
		if pionbuild.IsFolder(want) {
			s.Path = want
		} else {
			s.Version = want
		}
	}
	if s.Version == "" && s.Path == "" {
		return s, fmt.Errorf("%s: it does not require github.com/pion/webrtc/v3 or v4", path)
	}
	agent, err := b.Build(ctx, s)
	if err != nil {
		return s, err
	}
	modules, err := ModulesOf(agent)
	if err != nil {
		return s, err
	}
	s.With = map[string]string{}
	for module, has := range modules {
		want, ok := wanted[module]
		if ok && want != has && strings.HasPrefix(module, "github.com/pion/") && !strings.HasPrefix(module, webrtcModule) {
			s.With[module] = want
		}
	}
	return s, nil
}

// selected are the versions that a go.mod requires, or the folders that replace them.
func selected(file *modfile.File, dir string) (map[string]string, error) {
	wanted := map[string]string{}
	for _, r := range file.Require {
		wanted[r.Mod.Path] = r.Mod.Version
	}
	var errs []error
	for _, r := range file.Replace {
		required, ok := wanted[r.Old.Path]
		if !ok || r.Old.Version != "" && r.Old.Version != required || !strings.HasPrefix(r.Old.Path, "github.com/pion/") {
			continue
		}
		switch {
		case r.New.Version == "" && filepath.IsAbs(r.New.Path):
			wanted[r.Old.Path] = r.New.Path
		case r.New.Version == "":
			abs, err := filepath.Abs(filepath.Join(dir, r.New.Path))
			if err != nil {
				return nil, err
			}
			wanted[r.Old.Path] = abs
		case r.New.Path == r.Old.Path:
			wanted[r.Old.Path] = r.New.Version
		default:
			errs = append(errs, fmt.Errorf("%s is replaced by the fork %s: name a folder with a checkout of it", r.Old.Path, r.New.Path))
		}
	}
	return wanted, errors.Join(errs...)
}
