package check

import (
	_ "embed"
	"encoding/csv"
	"fmt"
	"regexp"
	"strings"
	"sync"
)

// Requirement is one row of the table: what a standard asks of a peer.
type Requirement struct {
	ID        string // API: never reused
	Slug      string // for people: sdp-mid-names-a-section
	Title     string // one sentence
	Level     Level
	Group     string
	Statement string // what the clauses ask for
	Refs      []Ref
	WPT       []string // files of web-platform-tests that test the same step
	Since     string   // Rink's version that brought it
	// Note says why the row is not executable: what is missing to observe it or, at
	// level observe, which texts disagree.
	Note string
}

// Ref is a clause of a standard.
type Ref struct {
	Title string // RFC 8840 §4.1.1, W3C #dom-rtcicecandidate-sdpmid
	URL   string
}

//go:embed requirements.tsv
var table string

// Requirements returns the table in its order.
func Requirements() []Requirement { return readTable() }

var readTable = sync.OnceValue(func() []Requirement {
	rows, err := parseTable(table)
	if err != nil {
		panic(err) // the table is compiled in, and a test reads it
	}
	return rows
})

var columns = []string{"id", "slug", "level", "group", "title", "statement", "spec", "wpt", "since", "note"}

func parseTable(text string) ([]Requirement, error) {
	r := csv.NewReader(strings.NewReader(text))
	r.Comma = '\t'
	r.FieldsPerRecord = len(columns)
	rows, err := r.ReadAll()
	if err != nil {
		return nil, fmt.Errorf("requirements.tsv: %w", err)
	}
	if len(rows) == 0 || strings.Join(rows[0], "\t") != strings.Join(columns, "\t") {
		return nil, fmt.Errorf("requirements.tsv: want the columns %v", columns)
	}
	var all []Requirement
	for i, row := range rows[1:] {
		q := Requirement{
			ID: row[0], Slug: row[1], Level: Level(row[2]), Group: row[3],
			Title: row[4], Statement: row[5], Since: row[8], Note: row[9],
		}
		if row[7] != "" {
			q.WPT = strings.Split(row[7], "; ")
		}
		for part := range strings.SplitSeq(row[6], "; ") {
			ref, err := parseRef(part)
			if err != nil {
				return nil, fmt.Errorf("requirements.tsv:%d: %w", i+2, err)
			}
			q.Refs = append(q.Refs, ref)
		}
		all = append(all, q)
	}
	return all, nil
}

var (
	rfcRef  = regexp.MustCompile(`^RFC (\d+)(?: (?:§|Appendix )([0-9A-Z.]+))?`)
	mdnsRef = regexp.MustCompile(`^mdns draft §([0-9.]+)`)
	w3cRef  = regexp.MustCompile(`^W3C #([\w-]+)`)
)

// parseRef reads "RFC 9429 §5.2.1" or "W3C #dom-...".
func parseRef(text string) (Ref, error) {
	text = strings.TrimSpace(text)
	if m := rfcRef.FindStringSubmatch(text); m != nil {
		url := "https://www.rfc-editor.org/rfc/rfc" + m[1]
		if m[2] != "" {
			url += ".html#section-" + m[2]
		}
		return Ref{Title: text, URL: url}, nil
	}
	if m := mdnsRef.FindStringSubmatch(text); m != nil {
		return Ref{Title: text, URL: "https://datatracker.ietf.org/doc/html/draft-ietf-mmusic-mdns-ice-candidates-03#section-" + m[1]}, nil
	}
	if m := w3cRef.FindStringSubmatch(text); m != nil {
		return Ref{Title: text, URL: "https://www.w3.org/TR/webrtc/#" + m[1]}, nil
	}
	return Ref{}, fmt.Errorf("reference %q: want \"RFC n §s\" or \"W3C #anchor\"", text)
}

// RequirementByID returns the row of that ID or slug, whether there is a check of it
// or not.
func RequirementByID(id string) (Requirement, error) {
	for _, q := range Requirements() {
		if strings.EqualFold(q.ID, id) || q.Slug == id {
			return q, nil
		}
	}
	return Requirement{}, fmt.Errorf("requirement %q: there is none of that ID; `rink list checks` shows all %d", id, len(Requirements()))
}

// requirement returns the row of that ID; checks are declared with it.
func requirement(id string) Requirement {
	for _, q := range Requirements() {
		if q.ID == id {
			return q
		}
	}
	panic("check: no requirement " + id) // a check without a row is a mistake of ours
}
