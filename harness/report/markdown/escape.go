package markdown

import (
	"strings"

	"github.com/webrtc-rink/rink/harness/report"
)

// Text escapes what a peer or a file may have put into a line or a table's cell.
func Text(s string) string { return text(s) }

// Brief is Text, cut to what a line shows.
func Brief(s string) string { return brief(s) }

// Code shows a string as code; empty strings stay empty.
func Code(s string) string {
	if s == "" {
		return ""
	}
	return code(s)
}

// Names shows the first few names of a list as code, and how many more there are.
func Names(names []string) string { return scenarios(names) }

// maxShown is how many characters of a text from elsewhere a line shows.
const maxShown = 300

// brief is a text as a line shows it: the report has all of it.
func brief(s string) string { return text(report.Clip(s, maxShown)) }

// special are the characters that mean something inside of a line of GitHub's
// Markdown; & and < are written as entities.
const special = "\\`*_{}[]>|~"

// text escapes what a peer or a file may have put in.
func text(s string) string {
	var b strings.Builder
	for _, r := range s {
		switch {
		case r == '\n' || r == '\t':
			b.WriteByte(' ')
		case r == '<':
			b.WriteString("&lt;")
		case r == '&':
			b.WriteString("&amp;")
		case r == '@':
			b.WriteString("@\u200b") // mentions nobody
		case strings.ContainsRune(special, r):
			b.WriteByte('\\')
			b.WriteRune(r)
		default:
			b.WriteRune(r)
		}
	}
	return b.String()
}

// code shows a string as code; a table cell must not hold a bar.
func code(s string) string {
	s = strings.NewReplacer("\n", " ", "`", "'", "|", "¦").Replace(s)
	return "`" + s + "`"
}

// address keeps a link from ending early or running anything.
func address(url string) string {
	if !strings.HasPrefix(url, "https://") && !strings.HasPrefix(url, "http://") {
		return "#"
	}
	return strings.NewReplacer(" ", "%20", "(", "%28", ")", "%29", "<", "%3C", ">", "%3E", "|", "%7C",
		"\t", "%09", "\\", "%5C", "`", "%60", "\n", "").Replace(url)
}
