//go:build darwin || linux

package program

import (
	"errors"
	"os"
	"path/filepath"
	"syscall"
)

// hold marks a folder as in use for as long as the file is open. The kernel lets
// go of it when the harness dies, however that happens. Without locks in the
// file system the folder is not marked, and sweep cannot take it either.
func hold(dir string) (*os.File, error) {
	f, err := os.Open(dir)
	if err == nil {
		_ = flock(f, syscall.LOCK_EX) // a sweep that looks at it is done at once
	}
	return f, err
}

// sweep removes the folders of a prefix whose harnesses were killed.
func sweep(prefix, inner string) {
	dirs, err := filepath.Glob(filepath.Join(os.TempDir(), prefix+"*"))
	if err != nil {
		return // the name of the temporary folder is a pattern that is none
	}
	for _, dir := range dirs {
		sweepOne(dir, inner)
	}
}

func sweepOne(dir, inner string) {
	f, err := os.OpenFile(dir, os.O_RDONLY|syscall.O_DIRECTORY|syscall.O_NOFOLLOW, 0)
	if err != nil {
		return // another user's, or gone
	}
	defer f.Close()
	if flock(f, syscall.LOCK_EX|syscall.LOCK_NB) != nil {
		return // in use
	}
	// One without the first subfolder was made this moment, and its lock is yet to come.
	if _, err := os.Lstat(filepath.Join(dir, inner)); err == nil {
		_ = os.RemoveAll(dir) // what fails is left to the next sweep
	}
}

func flock(f *os.File, how int) error {
	for {
		if err := syscall.Flock(int(f.Fd()), how); !errors.Is(err, syscall.EINTR) {
			return err
		}
	}
}
