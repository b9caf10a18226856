//go:build !linux

package netlab

import (
	"context"
	"fmt"
	"runtime"
)

func unsupported() error {
	return fmt.Errorf("%w: it needs Linux network namespaces, and this is %s; use the host network", ErrUnsupported, runtime.GOOS)
}

// Available returns an error that matches ErrUnsupported: private networks need
// Linux.
func Available() error { return unsupported() }

// Inside returns false.
func Inside() bool { return false }

// Init returns at once.
func Init() {}

// Run starts nothing and returns an error that matches ErrUnsupported.
func Run(context.Context, []string, RunOptions) (exitCode int, err error) {
	return exitFailed, unsupported()
}

// Setup does nothing and returns an error that matches ErrUnsupported.
func Setup() (Info, error) { return Info{}, unsupported() }

func privateNotes() []string { return nil }
