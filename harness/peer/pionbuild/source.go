package pionbuild

import (
	"bytes"
	"fmt"
	"go/parser"
	"go/token"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
)

const (
	rink     = "github.com/webrtc-rink/rink"
	webrtc   = "github.com/pion/webrtc/"
	agentDir = "fixtures/peers/pion/agent"
	// sums has the checksums of what the pinned releases are built from. Those of
	// Rink's own go.sum are taken too; for others the checksum database is asked.
	sums = "fixtures/peers/pion/go.sum"
)

// generate copies the agent and what it imports of Rink into the module's folder.
func (p plan) generate() error {
	if err := os.RemoveAll(p.dir); err != nil {
		return err
	}
	todo, done := []string{agentDir}, map[string]bool{}
	for len(todo) > 0 {
		dir := todo[0]
		todo = todo[1:]
		if done[dir] {
			continue
		}
		done[dir] = true
		imports, err := p.copyPackage(dir)
		if err != nil {
			return fmt.Errorf("copy Rink's source: %w", err)
		}
		todo = append(todo, imports...)
	}
	return nil
}

// copyPackage copies one package and returns the folders of those of Rink's that it
// imports.
func (p plan) copyPackage(dir string) ([]string, error) {
	files, err := filepath.Glob(filepath.Join(p.rink, filepath.FromSlash(dir), "*.go"))
	if err == nil && len(files) == 0 {
		err = fmt.Errorf("no Go files of %s in %s", dir, p.rink)
	}
	if err != nil {
		return nil, err
	}
	to := filepath.Join(p.dir, filepath.FromSlash(dir))
	if err := os.MkdirAll(to, 0o755); err != nil {
		return nil, err
	}
	var imports []string
	for _, file := range files {
		if strings.HasSuffix(file, "_test.go") {
			continue
		}
		source, err := os.ReadFile(file)
		if err != nil {
			return nil, err
		}
		parsed, err := parser.ParseFile(token.NewFileSet(), file, source, parser.ImportsOnly)
		if err != nil {
			return nil, err
		}
		for _, i := range parsed.Imports {
			path, _ := strconv.Unquote(i.Path.Value) // the parser has looked at it
			if ours, ok := strings.CutPrefix(path, rink+"/"); ok {
				imports = append(imports, ours)
			}
		}
		name := filepath.Base(file)
		if err := os.WriteFile(filepath.Join(to, name), adapt(source, dir+"/"+name, p.major), 0o644); err != nil {
			return nil, err
		}
	}
	return imports, nil
}

// adapt turns a source that is written for pion v3 into one for another major.
func adapt(source []byte, from, major string) []byte {
	for _, of := range []string{webrtc, "pion ", "pion/webrtc "} {
		source = bytes.ReplaceAll(source, []byte(of+"v3"), []byte(of+major))
	}
	return append(fmt.Appendf(nil, "// Code generated from %s of Rink. DO NOT EDIT.\n\n", from), source...)
}

// modfile writes the module's go.mod and go.sum; more is one more requirement, or
// nothing.
func (p plan) modfile(more string) error {
	text := fmt.Sprintf("module %s\n\ngo 1.25.0\n", rink)
	for _, module := range slices.Sorted(maps.Keys(p.modules)) {
		want := p.modules[module]
		if !IsFolder(want) {
			text += fmt.Sprintf("\nrequire %s %s\n", module, want)
			continue
		}
		if _, err := os.Stat(filepath.Join(want, "go.mod")); err != nil {
			return fmt.Errorf("%s: want the folder of a module: %w", module, err)
		}
		text += fmt.Sprintf("\nreplace %s => %s\n", module, strconv.Quote(want))
	}
	if folder := webrtc + p.major; IsFolder(p.modules[folder]) {
		text += fmt.Sprintf("\nrequire %s %s.0.0\n", folder, p.major) // any version
	}
	if more != "" {
		text += fmt.Sprintf("\nrequire %s\n", more)
	}
	if err := os.WriteFile(filepath.Join(p.dir, "go.mod"), []byte(text), 0o644); err != nil {
		return err
	}
	var known []byte
	for _, file := range []string{"go.sum", sums} {
		lines, err := os.ReadFile(filepath.Join(p.rink, filepath.FromSlash(file)))
		if err != nil {
			return err
		}
		known = append(known, lines...)
	}
	return os.WriteFile(filepath.Join(p.dir, "go.sum"), known, 0o644)
}
