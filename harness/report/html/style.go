package html

// CSS is the style sheet of report.html, for pages that go with it.
func CSS() string { return css }

// Script is the script of report.html, for who has to tell it from others.
func Script() string { return script }
