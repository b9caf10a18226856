// Package junit writes junit.xml for CI systems: one test case for each check,
// pair and judged peer, with names that stay the same from run to run.
package junit

import (
	"bytes"
	"encoding/xml"
	"fmt"
	"strings"

	"github.com/webrtc-rink/rink/harness/check"
	"github.com/webrtc-rink/rink/harness/report"
	"github.com/webrtc-rink/rink/harness/report/view"
)

type suites struct {
	XMLName  xml.Name `xml:"testsuites"`
	Name     string   `xml:"name,attr"`
	Tests    int      `xml:"tests,attr"`
	Failures int      `xml:"failures,attr"`
	Errors   int      `xml:"errors,attr"`
	Skipped  int      `xml:"skipped,attr"`
	Suites   []suite  `xml:"testsuite"`
}

type suite struct {
	Name     string `xml:"name,attr"`
	Tests    int    `xml:"tests,attr"`
	Failures int    `xml:"failures,attr"`
	Errors   int    `xml:"errors,attr"`
	Skipped  int    `xml:"skipped,attr"`
	Cases    []tc   `xml:"testcase"`
}

type tc struct {
	Name       string     `xml:"name,attr"`
	ClassName  string     `xml:"classname,attr"`
	Properties []property `xml:"properties>property,omitempty"`
	Failure    *message   `xml:"failure"`
	Error      *message   `xml:"error"`
	Skipped    *message   `xml:"skipped"`
}

type property struct {
	Name  string `xml:"name,attr"`
	Value string `xml:"value,attr"`
}

type message struct {
	Message string `xml:"message,attr"`
	Text    string `xml:",chardata"`
}

// Render returns junit.xml. A known deviation is a skipped case with its reason,
// since CI systems have no word for it; a stale expectation is a failure. Where there
// is a baseline, a case that is not what it was has the property baseline.
func Render(r *report.Report) ([]byte, error) {
	r = report.Safe(r)
	all := suites{Name: "rink"}
	for _, p := range report.Pairs(r) {
		s := suite{Name: p.String()}
		for _, c := range view.Cases(r, p) {
			s.add(caseOf(c))
		}
		all.Tests, all.Failures, all.Errors, all.Skipped = all.Tests+s.Tests, all.Failures+s.Failures, all.Errors+s.Errors, all.Skipped+s.Skipped
		all.Suites = append(all.Suites, s)
	}
	if s := whole(r); s.Tests > 0 {
		all.Tests, all.Failures, all.Errors = all.Tests+s.Tests, all.Failures+s.Failures, all.Errors+s.Errors
		all.Suites = append(all.Suites, s)
	}
	for _, s := range all.Suites {
		number(s.Cases)
	}
	var b bytes.Buffer
	b.WriteString(xml.Header)
	e := xml.NewEncoder(&b)
	e.Indent("", "  ")
	if err := e.Encode(all); err != nil {
		return nil, fmt.Errorf("junit.xml: %w", err)
	}
	b.WriteByte('\n')
	return b.Bytes(), nil
}

// whole is what makes a run red beside its results.
func whole(r *report.Report) suite {
	s := suite{Name: "run"}
	for _, x := range view.AllApart(r) {
		c, m := tc{Name: x.Name, ClassName: "rink"}, &message{Message: x.Message, Text: x.Text}
		if x.Outcome == check.Error {
			c.Error = m
		} else {
			c.Failure = m
		}
		s.add(c)
	}
	return s
}

func caseOf(one view.Case) tc {
	c := tc{Name: one.Name, ClassName: "rink." + one.Pair.String()}
	if one.Change != "" {
		c.Properties = []property{{"baseline", string(one.Change)}}
	}
	m := &message{Text: one.Text}
	m.Message, _, _ = strings.Cut(m.Text, "\n")
	switch one.Worst {
	case check.Pass, check.Observed:
	case check.Fail, check.Stale:
		c.Failure = m
	case check.Known, check.Skipped, check.Unsupported:
		m.Message = string(one.Worst) + ": " + m.Message
		c.Skipped = m
	default:
		c.Error = m
	}
	return c
}

func (s *suite) add(c tc) {
	s.Tests++
	switch {
	case c.Failure != nil:
		s.Failures++
	case c.Error != nil:
		s.Errors++
	case c.Skipped != nil:
		s.Skipped++
	}
	s.Cases = append(s.Cases, c)
}

// number tells cases of the same name apart, as of two expectations for one requirement
// of a peer: CI systems take them for one case.
func number(cases []tc) {
	seen := map[string]int{}
	for i := range cases {
		name := cases[i].Name
		if seen[name]++; seen[name] > 1 {
			cases[i].Name = fmt.Sprintf("%s (%d)", name, seen[name])
		}
	}
}
