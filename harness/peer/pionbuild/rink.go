package pionbuild

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
)

const rinkModule = "github.com/webrtc-rink/rink"

// FindRink finds Rink's source: the checkout that the working directory is in, else
// the module in Go's module cache, of that version. checkout tells which it is.
func FindRink(ctx context.Context, version string) (dir string, checkout bool, err error) {
	here, err := os.Getwd()
	if err != nil {
		return "", false, fmt.Errorf("find Rink's source: %w", err)
	}
	for dir := here; ; dir = filepath.Dir(dir) {
		data, err := os.ReadFile(filepath.Join(dir, "go.mod"))
		if err == nil && isRink(data) {
			return dir, true, nil
		}
		if dir == filepath.Dir(dir) {
			break
		}
	}
	if version == "" || strings.HasPrefix(version, "(") {
		return "", false, errors.New("find Rink's source: this program was not built from a release of Rink: run it in a checkout of " + rinkModule)
	}
	cmd := exec.CommandContext(ctx, "go", "mod", "download", "-json", rinkModule+"@"+version)
	var out, stderr bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &stderr
	var module struct{ Dir, Error string }
	if err := cmd.Run(); err != nil && out.Len() == 0 {
		return "", false, fmt.Errorf("find Rink's source: go mod download: %w\n%s", err, bytes.TrimSpace(stderr.Bytes()))
	}
	if err := json.Unmarshal(out.Bytes(), &module); err != nil || module.Dir == "" {
		return "", false, fmt.Errorf("find Rink's source: go mod download %s@%s: %s", rinkModule, version, module.Error)
	}
	return module.Dir, false, nil
}

func isRink(gomod []byte) bool {
	for line := range strings.Lines(string(gomod)) {
		if path, ok := strings.CutPrefix(strings.TrimSpace(line), "module "); ok {
			return strings.TrimSpace(path) == rinkModule
		}
	}
	return false
}
