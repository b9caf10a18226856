package markdown

// Text escapes what a peer or a file may have put into a line or a table's cell.
func Text(s string) string { return text(s) }

// Code shows a string as code; empty strings stay empty.
func Code(s string) string {
	if s == "" {
		return ""
	}
	return code(s)
}

// Names shows the first few names of a list as code, and how many more there are.
func Names(names []string) string { return scenarios(names) }
