package merge

import (
	"cmp"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"path"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/webrtc-rink/rink/harness/report"
	"github.com/webrtc-rink/rink/harness/trace"
)

// remarks are sentences about the parts together.
func remarks(parts []report.Part) []string {
	names := make([]string, len(parts))
	for i, p := range parts {
		names[i] = "run " + p.ID
		if p.Shard != nil {
			names[i] = fmt.Sprintf("%s (%s)", p.Shard, p.ID)
		}
	}
	from := strings.Join(names, ", ")
	if len(parts) > maxNamed {
		from = report.Plural(len(parts), "run") + ", which report.json lists"
	}
	notes := []string{"This report was put together from " + from + "."}
	var differ []string
	for _, of := range []struct {
		what string
		get  func(report.Environment) string
	}{
		{"Go", func(e report.Environment) string { return e.Go }},
		{"system", func(e report.Environment) string { return strings.Trim(e.OS+"/"+e.Arch, "/") }},
		{"kernel", func(e report.Environment) string { return e.Kernel }},
		{"processors", func(e report.Environment) string { return strconv.Itoa(e.CPUs) }},
		{"CI", func(e report.Environment) string { return e.CI }},
		{"network interfaces", func(e report.Environment) string { return text(e.Interfaces) }},
	} {
		var values []string
		for _, p := range parts {
			if v := cmp.Or(of.get(p.Environment), "none"); !slices.Contains(values, v) {
				values = append(values, v)
			}
		}
		if slices.Sort(values); len(values) > 1 {
			if of.what == "network interfaces" { // they take too much room
				values = []string{fmt.Sprintf("%d kinds", len(values))}
			}
			differ = append(differ, of.what+" ("+strings.Join(values, ", ")+")")
		}
	}
	if len(differ) > 0 {
		notes = append(notes, "The parts were not on machines of one kind, and what differs is not in the environment: "+strings.Join(differ, "; ")+".")
	}
	return notes
}

// common is what the environments of all parts have in common.
func common(parts []report.Part) report.Environment {
	c := parts[0].Environment
	for _, p := range parts[1:] {
		e := p.Environment
		c.Go, c.OS, c.Arch = same(c.Go, e.Go), same(c.OS, e.OS), same(c.Arch, e.Arch)
		c.Kernel, c.CPUs, c.CI = same(c.Kernel, e.Kernel), same(c.CPUs, e.CPUs), same(c.CI, e.CI)
		if text(c.Interfaces) != text(e.Interfaces) {
			c.Interfaces = nil
		}
	}
	return c
}

// same is a value that both have, else nothing.
func same[T comparable](a, b T) T {
	var none T
	if a != b {
		return none
	}
	return a
}

// since puts together what the parts left out, the newest run first.
func since(parts []report.Part) *report.Partial {
	var all *report.Partial
	for _, p := range parts {
		if p.Since == nil {
			continue
		}
		if all == nil {
			all = &report.Partial{Reports: []string{}}
		}
		all.LeftOut += p.Since.LeftOut
		for _, id := range p.Since.Reports {
			if !slices.Contains(all.Reports, id) {
				all.Reports = append(all.Reports, id)
			}
		}
	}
	if all != nil {
		slices.SortFunc(all.Reports, func(a, b string) int { return cmp.Compare(b, a) }) // an id begins with the time
	}
	return all
}

// distinct joins the values that there are, each once.
func distinct(values []string) string {
	values = slices.DeleteFunc(slices.Clone(values), func(v string) bool { return v == "" })
	slices.Sort(values)
	return strings.Join(slices.Compact(values), "; ")
}

// fit is what a file is called as it is.
var fit = regexp.MustCompile(`^[A-Za-z0-9_@+-][A-Za-z0-9._@+-]*$`)

var unfit = regexp.MustCompile(`[^A-Za-z0-9_@+-]`)

// TraceOf is where the trace of a session is in the folder of a merged run: where
// runs have it, named for the session. Empty: it has none.
func TraceOf(s *report.Session) string {
	if s.Trace == "" {
		return ""
	}
	name := s.ID
	if !fit.MatchString(name) || len(name) > 200 { // not Rink's
		sum := sha256.Sum256([]byte(name))
		name = unfit.ReplaceAllString(name[:min(len(name), 100)], "-") + "-" + hex.EncodeToString(sum[:4])
	}
	name += ".jsonl"
	if strings.HasSuffix(s.Trace, trace.Packed) {
		name += trace.Packed
	}
	return path.Join("traces", name)
}

// named gives every trace its name in the folder of the whole.
func named(r *report.Report) *report.Report {
	c := *r
	c.Sessions = slices.Clone(r.Sessions)
	for i := range c.Sessions {
		c.Sessions[i].Trace = TraceOf(&c.Sessions[i])
	}
	return report.Finished(&c)
}
