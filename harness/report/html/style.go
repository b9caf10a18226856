package html

import (
	"crypto/sha256"
	"embed"
	"encoding/base64"
	"fmt"
	"strings"
)

//go:embed *.css
var sheets embed.FS

// The style of a page has the sheets of what it shows: page.css is of all, report.css
// of tables of results and their controls, session.css and sdp.css of evidence. The
// theme comes last.
var (
	css        = joined("page.css", "report.css", "session.css", "sdp.css", "theme.css")
	resultsCSS = joined("page.css", "report.css", "theme.css")
	sessionCSS = joined("page.css", "session.css", "sdp.css", "theme.css")
	plainCSS   = joined("page.css", "theme.css")
)

// CSS is the style of pages with tables of results, for those that go with report.html.
func CSS() string { return resultsCSS }

// Script is the script of report.html, for who has to tell it from others.
func Script() string { return script }

func joined(names ...string) string {
	var b strings.Builder
	for _, name := range names {
		data, err := sheets.ReadFile(name)
		if err != nil {
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
		hashes = append(hashes, Hash(s))
	}
	return fmt.Sprintf("default-src 'none'; style-src %s; script-src %s; img-src data:; base-uri 'none'; form-action 'none'",
		Hash(style), strings.Join(hashes, " "))
}

// Hash is how a policy names a style or a script that it lets in.
func Hash(text string) string {
	h := sha256.Sum256([]byte(text))
	return "'sha256-" + base64.StdEncoding.EncodeToString(h[:]) + "'"
}
