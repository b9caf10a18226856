package serve

import (
	"fmt"
	"io/fs"
	"os"
	"path"
	"slices"
	"strings"
)

// hidden reports whether a name is one that nobody is shown.
func hidden(name string) bool { return strings.HasPrefix(name, ".") }

// stat looks at a file or folder of the server's folder. Nothing that is hidden is
// there, nor what a link leads to, wherever that is.
func (s *Server) stat(name string) (fs.FileInfo, error) {
	missing := func(why string) error {
		return &fs.PathError{Op: "open", Path: name, Err: fmt.Errorf("%w: %s", fs.ErrNotExist, why)}
	}
	if !fs.ValidPath(name) || strings.ContainsAny(name, "\\\x00") {
		return nil, missing("no path within the folder")
	}
	parts := strings.Split(name, "/")
	for i, part := range parts {
		if hidden(part) && name != "." {
			return nil, missing("hidden")
		}
		info, err := s.root.Lstat(strings.Join(parts[:i+1], "/"))
		switch {
		case err != nil:
			return nil, err
		case i < len(parts)-1 && !info.IsDir():
			return nil, missing("no folder")
		case i == len(parts)-1 && !info.IsDir() && !info.Mode().IsRegular(): // reading a pipe would wait
			return nil, missing("neither a file nor a folder")
		case i == len(parts)-1:
			return info, nil
		}
	}
	return nil, missing("empty")
}

// open opens what stat finds. That nothing is put in its place meanwhile that leads
// out of the folder is up to os.Root.
func (s *Server) open(name string) (*os.File, error) {
	if _, err := s.stat(name); err != nil {
		return nil, err
	}
	return s.root.Open(name)
}

// list lists a folder by name.
func (s *Server) list(name string) ([]fs.DirEntry, error) {
	f, err := s.open(name)
	if err != nil {
		return nil, err
	}
	defer func() { _ = f.Close() }() // only read from
	entries, err := f.ReadDir(-1)
	slices.SortFunc(entries, func(a, b fs.DirEntry) int { return strings.Compare(a.Name(), b.Name()) })
	return entries, err
}

// target is the run that a link in the folder itself leads to, "" if it is none.
func (s *Server) target(link string) string {
	if info, err := s.root.Lstat(link); err != nil || info.Mode()&fs.ModeSymlink == 0 {
		return ""
	}
	to, err := s.root.Readlink(link)
	if err != nil || to != path.Base(to) || hidden(to) {
		return ""
	}
	return to
}
