package upgrade

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"

	"golang.org/x/mod/module"
	"golang.org/x/mod/semver"
)

const webrtcModule = "github.com/pion/webrtc/"

// releases lists the releases of pion/webrtc of one major from one to another, both
// included: those that the module proxy lists, those in the module cache, and those
// given. A proxy's list may be incomplete.
func releases(ctx context.Context, from, to string, given []string) ([]string, error) {
	major := semver.Major(from)
	if semver.Major(to) != major {
		return nil, fmt.Errorf("got %s and %s, want two releases of one major: between v3 and v4 there is no line of releases", from, to)
	}
	all := append([]string{from, to}, given...)
	cmd := exec.CommandContext(ctx, "go", "list", "-m", "-json", "-versions", webrtcModule+major)
	cmd.Dir, cmd.Env = os.TempDir(), append(os.Environ(), "GOWORK=off", "GOFLAGS=-mod=mod")
	var out bytes.Buffer
	cmd.Stdout = &out
	var listed struct{ Versions []string }
	if cmd.Run() == nil && json.Unmarshal(out.Bytes(), &listed) == nil { // else there is the cache
		all = append(all, listed.Versions...)
	}
	all = append(all, cached(ctx, major)...)
	all = slices.DeleteFunc(all, func(v string) bool {
		return !semver.IsValid(v) || semver.Compare(v, from) < 0 || semver.Compare(v, to) > 0 || semver.Prerelease(v) != "" && v != from && v != to
	})
	semver.Sort(all)
	return slices.Compact(all), nil
}

// cached lists what the module cache has.
func cached(ctx context.Context, major string) []string {
	out, err := exec.CommandContext(ctx, "go", "env", "GOMODCACHE").Output()
	if err != nil {
		return nil
	}
	path, err := module.EscapePath(webrtcModule + major)
	if err != nil {
		return nil
	}
	zips, err := filepath.Glob(filepath.Join(strings.TrimSpace(string(out)), "cache", "download", filepath.FromSlash(path), "@v", "*.zip"))
	if err != nil {
		return nil
	}
	var versions []string
	for _, zip := range zips {
		versions = append(versions, strings.TrimSuffix(filepath.Base(zip), ".zip"))
	}
	return versions
}

// between lists the patch releases that may be between two neighbours of one minor,
// although nobody lists them.
func between(last, first string) []string {
	if semver.MajorMinor(last) != semver.MajorMinor(first) || semver.Prerelease(last)+semver.Prerelease(first) != "" {
		return nil
	}
	var a, b int
	if _, err := fmt.Sscanf(strings.TrimPrefix(last, semver.MajorMinor(last)), ".%d", &a); err != nil {
		return nil
	}
	if _, err := fmt.Sscanf(strings.TrimPrefix(first, semver.MajorMinor(first)), ".%d", &b); err != nil {
		return nil
	}
	var all []string
	for patch := a + 1; patch < b; patch++ {
		all = append(all, fmt.Sprintf("%s.%d", semver.MajorMinor(last), patch))
	}
	return all
}

// commits lists the commits of a checkout from a tag to what is checked out, the tag
// first, along first parents.
func commits(ctx context.Context, dir, tag string) ([]string, error) {
	out, err := git(ctx, dir, "rev-list", "--first-parent", "--reverse", tag+"..HEAD")
	if err != nil {
		return nil, err
	}
	base, err := git(ctx, dir, "rev-parse", tag+"^{commit}")
	if err != nil {
		return nil, err
	}
	all := []string{strings.TrimSpace(base)}
	for lines := bufio.NewScanner(strings.NewReader(out)); lines.Scan(); {
		all = append(all, lines.Text())
	}
	return all, nil
}

func git(ctx context.Context, dir string, args ...string) (string, error) {
	cmd := exec.CommandContext(ctx, "git", append([]string{"-C", dir}, args...)...)
	var out, stderr bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &stderr
	if err := cmd.Run(); err != nil {
		said, _, _ := strings.Cut(strings.TrimSpace(stderr.String()), "\n")
		return "", fmt.Errorf("git %s: %w: %s", strings.Join(args, " "), err, said)
	}
	return out.String(), nil
}
