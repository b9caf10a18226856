package html

import (
	"bytes"
	_ "embed"
	"fmt"
	"html/template"

	"github.com/webrtc-rink/rink/harness/report"
	"github.com/webrtc-rink/rink/harness/report/evidence"
)

//go:embed session.html.tmpl
var sessionPage string

// sessionTmpl has "session", the evidence of one session, which report.html shows
// for what is red, and "session-page", a page of its own with it.
var sessionTmpl = template.Must(template.Must(tmpl.Clone()).Parse(sessionPage))

// RenderSession returns the page of one session.
func RenderSession(r *report.Report, e evidence.Session) ([]byte, error) {
	var b bytes.Buffer
	err := sessionTmpl.ExecuteTemplate(&b, "session-page", struct {
		R      *report.Report
		E      evidence.Session
		CSS    template.CSS
		Theme  template.JS
		Policy string
	}{report.Safe(r), e, template.CSS(css), template.JS(theme), Policy(css, theme)}) //nolint:gosec // embedded
	if err != nil {
		return nil, fmt.Errorf("page of session %s: %w", e.Session.ID, err)
	}
	return b.Bytes(), nil
}
