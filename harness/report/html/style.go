package html

// CSS is the style sheet of report.html, for pages that go with it.
func CSS() string { return css }
