package html

import (
	"embed"
	"errors"
	"io/fs"
	"strings"
)

//go:embed *.css
var sheets embed.FS

// css is the style of every page: what the pages have in common, then what the
// evidence of a session needs, then what is for one theme or medium alone.
var css = styles("report.css", "session.css", "sdp.css", "theme.css")

// CSS is the style sheet of report.html, for pages that go with it.
func CSS() string { return css }

// styles joins those of the style sheets that there are.
func styles(names ...string) string {
	var b strings.Builder
	for _, name := range names {
		data, err := sheets.ReadFile(name)
		if err != nil && !errors.Is(err, fs.ErrNotExist) {
			panic(err) // embedded
		}
		b.Write(data)
	}
	return b.String()
}
