package firefox

import (
	"errors"
	"fmt"
	"os"
	"os/exec"
	"runtime"
	"strings"
)

// EnvExec names the environment variable that holds the browser to run: a path,
// or a name to look up in PATH.
const EnvExec = "RINK_FIREFOX"

// ErrNotFound is in the chain of Find's error when no browser is installed.
var ErrNotFound = errors.New("no Firefox found")

// Find returns the browser that Start runs by default: the one that RINK_FIREFOX
// names, or else the first of the usual names and places. Its error lists
// everything that was tried and says how to install a browser.
func Find() (path string, err error) {
	if named := os.Getenv(EnvExec); named != "" {
		path, err := exec.LookPath(named)
		if err != nil {
			return "", fmt.Errorf("%s=%q: %w", EnvExec, named, err)
		}
		return path, nil
	}
	places := usualPlaces(runtime.GOOS)
	for _, place := range places {
		if path, err := exec.LookPath(place); err == nil {
			return path, nil
		}
	}
	return "", fmt.Errorf("%w: tried %s; install one (Debian: apt-get install firefox-esr) or set %s to its path",
		ErrNotFound, strings.Join(places, ", "), EnvExec)
}

// usualPlaces returns names to look up in PATH, and absolute paths.
func usualPlaces(goos string) []string {
	places := []string{"firefox", "firefox-esr"}
	switch goos {
	case "darwin":
		places = append(places, "/Applications/Firefox.app/Contents/MacOS/firefox")
	case "windows":
		for _, root := range []string{"ProgramFiles", "ProgramFiles(x86)", "LocalAppData"} {
			if dir := os.Getenv(root); dir != "" {
				places = append(places, dir+`\Mozilla Firefox\firefox.exe`)
			}
		}
	}
	return places
}
