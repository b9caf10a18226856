package html

import (
	"crypto/sha256"
	"embed"
	"encoding/base64"
	"errors"
	"fmt"
	"io/fs"
	"strings"
)

//go:embed *.css
var sheets embed.FS

// css is the style of every page: what the pages have in common, then what the
// evidence of a session needs, then colours, controls and print.
var css = joined("report.css", "session.css", "sdp.css", "theme.css")

// CSS is the style sheet of report.html, for pages that go with it.
func CSS() string { return css }

// Script is the script of report.html, for who has to tell it from others.
func Script() string { return script }

// joined is those of the style sheets that there are.
func joined(names ...string) string {
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

// ThemeScript is what each page has as a script in its head, so that it comes in the
// theme that was chosen on another one.
func ThemeScript() string { return theme }

// Policy is the content security policy of a page with this style and these scripts:
// nothing else is loaded, run or sent.
func Policy(style string, scripts ...string) string {
	hashes := make([]string, 0, len(scripts))
	for _, s := range scripts {
		hashes = append(hashes, "'sha256-"+sum(s)+"'")
	}
	return fmt.Sprintf("default-src 'none'; style-src 'sha256-%s'; script-src %s; img-src data:; base-uri 'none'; form-action 'none'",
		sum(style), strings.Join(hashes, " "))
}

func sum(s string) string {
	h := sha256.Sum256([]byte(s))
	return base64.StdEncoding.EncodeToString(h[:])
}
