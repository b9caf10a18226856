package badge

import (
	"fmt"
	"html"
	"strings"

	"github.com/webrtc-rink/rink/harness/report"
)

// width is about how wide a text is in the badge's font, in its units: no font is at
// hand to measure it. Letters are counted wider than most are, so that none is cut.
func width(text string) int {
	w := 0
	for _, r := range text {
		switch {
		case strings.ContainsRune("iljtf.,:;|!' ()[]", r):
			w += 4
		case strings.ContainsRune("mwMW@%", r):
			w += 10
		default:
			w += 7
		}
	}
	return w + 12
}

// colours are those of Render, as they have contrast to white text.
var colours = map[string]string{"brightgreen": "#2c7a1f", "green": "#4b6b13", "red": "#b3261e", "lightgrey": "#5c5f66"}

// SVG returns badge.svg: the badge as a picture, for where no other server's is wanted.
func SVG(r *report.Report) ([]byte, error) {
	b := endpointOf(report.Safe(r))
	left, right := width(b.Label), width(b.Message)
	label, message := html.EscapeString(b.Label), html.EscapeString(b.Message)
	var s strings.Builder
	fmt.Fprintf(&s, `<svg xmlns="http://www.w3.org/2000/svg" width="%d" height="20" role="img" aria-label="%s: %s">`, left+right, label, message)
	fmt.Fprintf(&s, `<title>%s: %s</title>`, label, message)
	fmt.Fprintf(&s, `<rect width="%d" height="20" rx="3" fill="#3a3d42"/>`, left+right)
	fmt.Fprintf(&s, `<path d="M%d 0h%da3 3 0 0 1 3 3v14a3 3 0 0 1-3 3H%dz" fill="%s"/>`, left, right-3, left, colours[b.Color])
	s.WriteString(`<g fill="#fff" text-anchor="middle" font-family="Verdana,DejaVu Sans,Geneva,sans-serif" font-size="11">`)
	fmt.Fprintf(&s, `<text x="%d" y="14">%s</text><text x="%d" y="14">%s</text></g></svg>`, left/2, label, left+right/2, message)
	s.WriteByte('\n')
	return []byte(s.String()), nil
}
