package chrome

import (
	"errors"
	"os"
	"runtime"

	"github.com/webrtc-rink/rink/harness/peer/program"
)

// EnvExec names the environment variable that holds the browser to run: a path,
// or a name to look up in PATH.
const EnvExec = "RINK_CHROME"

// EnvURL names the environment variable that holds the DevTools URL of a running
// browser to attach to.
const EnvURL = "RINK_CHROME_URL"

// ErrNotFound is in the chain of Find's error when no browser is installed.
var ErrNotFound = errors.New("no Chrome or Chromium found")

// Find returns the browser that Start runs by default: the one that RINK_CHROME
// names, or else the first of the usual names and places. Its error lists
// everything that was tried and says how to install a browser.
func Find() (path string, err error) {
	return program.Wanted{
		Env: EnvExec, Places: usualPlaces(runtime.GOOS), NotFound: ErrNotFound, Install: "Debian: apt-get install chromium",
	}.Find()
}

// usualPlaces returns names to look up in PATH, and absolute paths.
func usualPlaces(goos string) []string {
	places := []string{"chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome"}
	switch goos {
	case "darwin":
		places = append(places,
			"/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
			"/Applications/Chromium.app/Contents/MacOS/Chromium")
	case "windows":
		for _, root := range []string{"ProgramFiles", "ProgramFiles(x86)", "LocalAppData"} {
			if dir := os.Getenv(root); dir != "" {
				places = append(places, dir+`\Google\Chrome\Application\chrome.exe`)
			}
		}
	}
	return places
}
