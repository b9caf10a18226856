package firefox

import (
	"errors"
	"os"
	"runtime"

	"github.com/webrtc-rink/rink/harness/peer/program"
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
	return program.Wanted{
		Env: EnvExec, Places: usualPlaces(runtime.GOOS), NotFound: ErrNotFound, Install: "Debian: apt-get install firefox-esr",
	}.Find()
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
