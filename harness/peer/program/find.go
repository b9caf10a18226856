package program

import (
	"fmt"
	"os"
	"os/exec"
	"strings"
)

// Wanted is a program that may be installed.
type Wanted struct {
	Env      string   // environment variable that holds its path, or a name to look up in PATH
	Places   []string // names to look up in PATH, and absolute paths
	NotFound error    // in the chain of the error when it is in none of them
	Install  string   // how to install one: "Debian: apt-get install chromium"
}

// Find returns the program that the variable names, or else the first of the
// places. Its error lists everything that was tried and says how to install one.
func (w Wanted) Find() (path string, err error) {
	if named := os.Getenv(w.Env); named != "" {
		path, err := exec.LookPath(named)
		if err != nil {
			return "", fmt.Errorf("%s=%q: %w", w.Env, named, err)
		}
		return path, nil
	}
	for _, place := range w.Places {
		if path, err := exec.LookPath(place); err == nil {
			return path, nil
		}
	}
	return "", fmt.Errorf("%w: tried %s; install one (%s) or set %s to its path",
		w.NotFound, strings.Join(w.Places, ", "), w.Install, w.Env)
}
