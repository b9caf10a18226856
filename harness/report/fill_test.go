package report_test

import (
	"fmt"
	"reflect"
	"strings"
	"time"

	"github.com/webrtc-rink/rink/harness/check"
	"github.com/webrtc-rink/rink/harness/report"
	"github.com/webrtc-rink/rink/harness/trace"
)

// hostile are the strings that a peer, or whoever wrote a report, may come with.
var hostile = map[string]string{
	"a script ends":      `</script><img src=x onerror=alert(1)>`,
	"a style ends":       `</style><img src=x onerror=alert(1)>`,
	"an attribute ends":  `"><svg onload=alert(1)>`,
	"a quote ends":       `' onmouseover='alert(1)`,
	"a comment":          `<!--<script>alert(1)`,
	"CDATA ends":         `]]><failure/>`,
	"an entity":          `&lt;img src=x&gt; &#60;`,
	"a template":         `{{.R}} ${x}`,
	"a script address":   `javascript:alert(1)`,
	"a data address":     `data:text/html,<script>alert(1)</script>`,
	"invalid UTF-8":      "a\xff\xfe\xc0\x80z",
	"NUL":                "a\x00z",
	"ESC":                "\x1b[31mred\x1b[0m",
	"carriage return":    "a\rz\r\n::error::x",
	"bidi override":      "\u202egnp.exe\u2066",
	"noncharacters":      "\ufffe\uffff\ufeff",
	"a megabyte":         strings.Repeat("x", 1<<20),
	"a megabyte of NUL":  strings.Repeat("\x00", 1<<20),
	"a megabyte of bars": strings.Repeat("|`<", 1<<20/3),
	"a table cell":       "a | b || c\n| d |\n|---|",
	"backticks":          "`a` ``b`` ```\nc\n```",
	"a mention":          "@octocat and @org/team",
	"a Markdown link":    "](javascript:alert(1)) [x](javascript:alert(1)",
	"a Markdown image":   "![x](https://example.com/pixel.png)",
	"Markdown structure": "\n# heading\n\n- item\n\n---\n<details>",
	"a workflow command": "::error::x\n::add-mask::y\n::set-output name=a::b",
	"a broken command":   "a%0A::error::x,title=y:z%",
	"an address":         "https://example.com/a(b)|c`d`\te\\",
}

// filled is a report in which every string is s, except those that are words of
// a closed list. It has a result for each outcome and a session that broke.
func filled(s string) *report.Report {
	var r report.Report
	fill(reflect.ValueOf(&r).Elem(), s)
	r.Schema, r.Run.Network, r.Run.Complete = report.Schema, "host", false
	r.Checks[0].Level, r.Unobservable[0].Level = check.Must, check.Must
	broken := r.Sessions[0]
	broken.Result = trace.EndError
	r.Sessions = append(r.Sessions, broken)
	one := r.Results[0]
	r.Results = nil
	for _, o := range check.Outcomes() {
		one.Outcome = o
		r.Results = append(r.Results, one)
	}
	r.Summary = report.Summarize(&r)
	return &r
}

// fill sets everything below v to something: strings to s, numbers to one, lists
// and maps to a single element.
func fill(v reflect.Value, s string) {
	switch at := v.Addr().Interface().(type) {
	case *trace.Side:
		*at = trace.Answerer
		return
	case *trace.EndResult:
		*at = trace.EndStopped
		return
	case *check.Outcome:
		*at = check.Fail
		return
	case *report.ChangeClass:
		*at = report.Changed
		return
	case *report.TimeClass:
		*at = report.Slower
		return
	case *time.Time:
		*at = began
		return
	}
	switch v.Kind() {
	case reflect.String:
		v.SetString(s)
	case reflect.Int, reflect.Int64:
		v.SetInt(1)
	case reflect.Float64:
		v.SetFloat(1.5)
	case reflect.Bool:
		v.SetBool(true)
	case reflect.Pointer:
		v.Set(reflect.New(v.Type().Elem()))
		fill(v.Elem(), s)
	case reflect.Slice:
		v.Set(reflect.MakeSlice(v.Type(), 1, 1))
		fill(v.Index(0), s)
	case reflect.Map:
		key, value := reflect.New(v.Type().Key()).Elem(), reflect.New(v.Type().Elem()).Elem()
		fill(key, s)
		fill(value, s)
		v.Set(reflect.MakeMap(v.Type()))
		v.SetMapIndex(key, value)
	case reflect.Struct:
		for i := range v.NumField() {
			if v.Type().Field(i).IsExported() {
				fill(v.Field(i), s)
			}
		}
	default:
		panic("no idea how to fill a " + v.Type().String())
	}
}

// texts are all strings of a report by where they are.
func texts(r *report.Report) map[string]string {
	all := map[string]string{}
	walk(reflect.ValueOf(*r), "", all)
	return all
}

func walk(v reflect.Value, at string, all map[string]string) {
	switch v.Kind() {
	case reflect.String:
		all[at] = v.String()
	case reflect.Pointer:
		if !v.IsNil() {
			walk(v.Elem(), at, all)
		}
	case reflect.Slice:
		for i := range v.Len() {
			walk(v.Index(i), fmt.Sprintf("%s[%d]", at, i), all)
		}
	case reflect.Map:
		for n, key := range v.MapKeys() {
			walk(key, fmt.Sprintf("%s.key%d", at, n), all)
			walk(v.MapIndex(key), fmt.Sprintf("%s.value%d", at, n), all)
		}
	case reflect.Struct:
		for i := range v.NumField() {
			if f := v.Type().Field(i); f.IsExported() {
				walk(v.Field(i), at+"."+f.Name, all)
			}
		}
	}
}
