package pion

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os/exec"
	"runtime/debug"
	"strings"
	"sync"
	"time"

	"github.com/webrtc-rink/rink/harness/peer"
)

// modulePath is the module under test.
const modulePath = "github.com/pion/webrtc/v3"

// goListTimeout bounds the one run of the go tool.
const goListTimeout = 10 * time.Second

// modulePaths are the modules to ask the go tool about: those whose versions decide
// how pion/webrtc behaves.
var modulePaths = []string{
	modulePath,
	"github.com/pion/datachannel", "github.com/pion/dtls/v2", "github.com/pion/ice/v2", "github.com/pion/interceptor",
	"github.com/pion/mdns", "github.com/pion/rtcp", "github.com/pion/rtp", "github.com/pion/sctp", "github.com/pion/sdp/v3",
	"github.com/pion/srtp/v2", "github.com/pion/stun", "github.com/pion/transport/v2", "github.com/pion/turn/v2",
}

// The sources of moduleVersions.
const (
	sourceBuildInfo = "debug.ReadBuildInfo"
	sourceGoList    = "go list -m"
)

// moduleVersions is versions by module path and where they were read.
type moduleVersions struct {
	source   string
	versions map[string]string
}

// modules is resolveModules, once for the process.
var modules = sync.OnceValue(func() moduleVersions {
	return resolveModules(debug.ReadBuildInfo, goListModules)
})

// resolveModules reads the versions from the binary. A test binary does not know
// them; there the go tool is asked about the module of the working directory,
// which is the one under test. Where neither knows, the version is unknown.
func resolveModules(buildInfo func() (*debug.BuildInfo, bool), goList func() (map[string]string, error)) moduleVersions {
	if info, ok := buildInfo(); ok {
		if found := fromBuildInfo(info); found[modulePath] != "" {
			return moduleVersions{source: sourceBuildInfo, versions: found}
		}
	}
	found, err := goList()
	if err != nil {
		return moduleVersions{source: "none: " + err.Error(), versions: map[string]string{modulePath: peer.Unknown}}
	}
	return moduleVersions{source: sourceGoList, versions: found}
}

func fromBuildInfo(info *debug.BuildInfo) map[string]string {
	found := map[string]string{}
	for _, m := range info.Deps {
		if !strings.HasPrefix(m.Path, "github.com/pion/") {
			continue
		}
		found[m.Path] = m.Version
		if m.Replace != nil {
			found[m.Path] = replaced(m.Version, m.Replace.Path, m.Replace.Version)
		}
	}
	return found
}

// goListModules asks the go tool, without the network.
func goListModules() (map[string]string, error) {
	ctx, cancel := context.WithTimeout(context.Background(), goListTimeout)
	defer cancel()
	cmd := exec.CommandContext(ctx, "go", append([]string{"list", "-m", "-e", "-json"}, modulePaths...)...)
	cmd.Env = append(cmd.Environ(), "GOPROXY=off")
	cmd.WaitDelay = time.Second
	var stderr bytes.Buffer
	cmd.Stderr = &stderr
	out, err := cmd.Output()
	if err != nil {
		return nil, fmt.Errorf("go list -m: %w: %.200s", err, bytes.TrimSpace(stderr.Bytes()))
	}
	return parseGoList(out)
}

// parseGoList reads the JSON objects that go list -m -json prints.
func parseGoList(out []byte) (map[string]string, error) {
	type module struct {
		Path, Version string
		Replace       *module
	}
	found := map[string]string{}
	for d := json.NewDecoder(bytes.NewReader(out)); ; {
		var m module
		err := d.Decode(&m)
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return nil, fmt.Errorf("go list -m: %w", err)
		}
		if m.Version != "" {
			found[m.Path] = m.Version
		}
		if m.Replace != nil {
			found[m.Path] = replaced(m.Version, m.Replace.Path, m.Replace.Version)
		}
	}
	if found[modulePath] == "" {
		return nil, fmt.Errorf("go list -m: got no version of %s", modulePath)
	}
	return found, nil
}

// replaced shows a replaced module as go list does, so that a fork is never
// taken for the release.
func replaced(version, byPath, byVersion string) string {
	s := version + " => " + byPath
	if byVersion != "" {
		s += " " + byVersion
	}
	return s
}
