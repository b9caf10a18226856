package serve

import (
	"bytes"
	"fmt"
	"io"
	"io/fs"
	"net/http"
	"path"
	"strings"

	"github.com/webrtc-rink/rink/harness/report"
	"github.com/webrtc-rink/rink/harness/report/files"
	"github.com/webrtc-rink/rink/harness/report/html"
	"github.com/webrtc-rink/rink/harness/report/progress"
)

// types are the content types by the end of the name. What peers wrote is text and
// nothing that a browser would act on.
var types = map[string]string{
	".html":  "text/html; charset=utf-8",
	".json":  "application/json",
	".jsonl": "text/plain; charset=utf-8",
	".md":    "text/plain; charset=utf-8",
	".log":   "text/plain; charset=utf-8",
	".txt":   "text/plain; charset=utf-8",
	".sh":    "text/plain; charset=utf-8",
	".sdp":   "text/plain; charset=utf-8",
	".xml":   "text/xml; charset=utf-8",
	".svg":   "image/svg+xml",
	".png":   "image/png",
	".gz":    "application/gzip",
}

// What the files of a run may do besides what their own policy says. A page that does
// not have Rink's own script is in a box of its own: it may come from anywhere, and must
// not read the others.
const (
	ownPage    = policy + "; style-src 'unsafe-inline'; img-src data:; script-src "
	otherPage  = policy + "; style-src 'unsafe-inline'; img-src data:; script-src 'unsafe-inline'; sandbox allow-scripts allow-top-navigation-by-user-activation"
	otherFiles = policy + "; style-src 'unsafe-inline'; sandbox"
)

// file hands out a file of a run, or lists a folder.
func (s *Server) file(w http.ResponseWriter, r *http.Request) {
	asked := r.PathValue("path")
	name := strings.TrimSuffix(asked, "/")
	first, rest, _ := strings.Cut(name, "/")
	if to := s.target(first); to != "" {
		if rest != "" || strings.HasSuffix(asked, "/") {
			rest = "/" + rest
		}
		redirect(w, r, "/runs/"+escape(to+rest))
		return
	}
	info, err := s.stat(name)
	switch {
	case name == "" || err != nil:
		s.made(w, r, name)
	case info.IsDir() != strings.HasSuffix(asked, "/"):
		to := "/runs/" + escape(name)
		if info.IsDir() {
			to += "/"
		}
		redirect(w, r, to)
	case !info.IsDir():
		s.hand(w, r, name)
	default:
		if _, err := s.stat(path.Join(name, files.HTML)); err == nil {
			s.hand(w, r, path.Join(name, files.HTML))
			return
		}
		s.folder(w, name)
	}
}

// hand hands out one file.
func (s *Server) hand(w http.ResponseWriter, r *http.Request, name string) {
	f, err := s.open(name)
	if err != nil {
		s.missing(w, name)
		return
	}
	defer func() { _ = f.Close() }() // only read from
	info, err := f.Stat()
	if err != nil || !info.Mode().IsRegular() {
		s.missing(w, name)
		return
	}
	h := w.Header()
	kind := types[path.Ext(name)]
	if kind == "" {
		kind = "application/octet-stream"
	}
	h.Set("Content-Type", kind)
	h.Set("Cache-Control", "no-cache") // ask again whether it changed
	h.Set("Content-Security-Policy", otherFiles)
	if path.Ext(name) == ".html" {
		page, err := io.ReadAll(f)
		if err != nil {
			http.Error(w, fmt.Sprintf("%.200q cannot be read: %v", name, err), http.StatusInternalServerError)
			return
		}
		h.Set("Content-Security-Policy", pagePolicy(page))
		http.ServeContent(w, r, "", info.ModTime(), bytes.NewReader(page))
		return
	}
	http.ServeContent(w, r, "", info.ModTime(), f)
}

// pagePolicy is the policy of a page of a run's folder: Rink's own scripts run as they
// are, any other one in a sandbox.
func pagePolicy(page []byte) string {
	left, allowed := bytes.Count(page, []byte("<script")), "'none'"
	for _, script := range []string{html.ThemeScript(), html.Script()} {
		if n := bytes.Count(page, []byte("<script>"+script+"</script>")); n > 0 {
			left -= n
			allowed = strings.TrimPrefix(allowed+" ", "'none' ") + html.Hash(script)
		}
	}
	if left > 0 {
		return otherPage
	}
	return ownPage + allowed
}

// made makes a session's page that is not there, of the trace that is.
func (s *Server) made(w http.ResponseWriter, r *http.Request, name string) {
	dir, file := path.Split(name)
	if folder := path.Dir(path.Clean(dir)); path.Base(dir) == html.SessionsDir && fs.ValidPath(folder) {
		page, err := s.session(folder, file)
		switch {
		case err == nil:
			w.Header().Set("Content-Type", "text/html; charset=utf-8")
			w.Header().Set("Content-Security-Policy", pagePolicy(page))
			_, _ = w.Write(page) // the client has gone
			return
		case !isMissing(err):
			s.show(w, http.StatusInternalServerError, "folder", "Rink: "+report.SafeOf(name), 0, listing{Name: report.SafeOf(name), Note: report.SafeOf(err.Error())})
			return
		}
	}
	s.missing(w, name)
}

// listing is a folder without a page of its own.
type listing struct {
	Name    string
	Note    string
	Entries []entry
}

type entry struct{ Name, Href, Size string }

func (s *Server) folder(w http.ResponseWriter, name string) {
	entries, err := s.list(name)
	if err != nil {
		s.missing(w, name)
		return
	}
	l := listing{Name: report.SafeOf(name)}
	if _, err := s.stat(path.Join(name, progress.File)); err == nil {
		l.Entries = append(l.Entries, entry{"Follow the run", "/live/" + escape(name), ""})
		l.Note = "This run has no report yet."
	}
	for _, e := range entries {
		info, err := s.stat(path.Join(name, e.Name()))
		if err != nil { // hidden, or a link
			continue
		}
		shown := entry{report.SafeOf(e.Name()), "/runs/" + escape(path.Join(name, e.Name())), fmt.Sprintf("%d KB", (info.Size()+1023)/1024)}
		if info.IsDir() {
			shown.Name, shown.Href, shown.Size = shown.Name+"/", shown.Href+"/", ""
		}
		l.Entries = append(l.Entries, shown)
	}
	s.show(w, http.StatusOK, "folder", "Rink: "+l.Name, 0, l)
}
