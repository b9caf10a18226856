package report

import (
	"fmt"
	"reflect"
	"strings"
	"unicode"
	"unicode/utf8"
)

// maxText is how many bytes a string of a report has at most; the trace has all.
const maxText = 4096

// maxKept is what a string that is cut keeps: the rest is for the note that says so.
const maxKept = maxText - 64

// Safe returns a copy of the report in which every string is fit to be shown:
// valid UTF-8, without control or direction-changing characters (they are
// spelled out, \x1b), and of bounded length. Every renderer calls it first, for
// a report may come from a file that anybody wrote.
func Safe(r *Report) *Report {
	if r.safe {
		return r
	}
	clean := safeValue(reflect.ValueOf(*r)).Interface().(Report)
	clean.safe = true
	return &clean
}

// SafeValue returns a deep copy of v in which every string is fit to be shown, as
// Safe makes them: for what views show that is not of the report, such as a trace.
func SafeValue[T any](v T) T {
	return *safeValue(reflect.ValueOf(&v)).Interface().(*T)
}

// SafeText makes one string fit to be shown, as Safe does.
func SafeText(s string) string { return safeText(s) }

// safeValue returns a deep copy of v with safe strings. Values without strings
// are shared.
func safeValue(v reflect.Value) reflect.Value {
	switch v.Kind() {
	case reflect.String:
		s := v.String()
		if clean := safeText(s); clean != s {
			return reflect.ValueOf(clean).Convert(v.Type())
		}
		return v
	case reflect.Pointer:
		if v.IsNil() {
			return v
		}
		p := reflect.New(v.Type().Elem())
		p.Elem().Set(safeValue(v.Elem()))
		return p
	case reflect.Slice:
		if v.IsNil() {
			return v
		}
		list := reflect.MakeSlice(v.Type(), v.Len(), v.Len())
		for i := range v.Len() {
			list.Index(i).Set(safeValue(v.Index(i)))
		}
		return list
	case reflect.Map:
		if v.IsNil() {
			return v
		}
		m := reflect.MakeMapWithSize(v.Type(), v.Len())
		for k, val := range v.Seq2() {
			m.SetMapIndex(safeValue(k), safeValue(val))
		}
		return m
	case reflect.Struct:
		c := reflect.New(v.Type()).Elem()
		c.Set(v) // times have only unexported fields
		for i := range v.NumField() {
			if v.Type().Field(i).IsExported() {
				c.Field(i).Set(safeValue(v.Field(i)))
			}
		}
		return c
	default:
		return v
	}
}

// safeText makes one string fit to be shown. What it returns it returns again:
// a report that is read and written stays as it is.
func safeText(s string) string {
	if len(s) <= maxText && utf8.ValidString(s) && strings.IndexFunc(s, harmful) < 0 {
		return s
	}
	var b strings.Builder
	for i, r := range s {
		shown := string(r)
		switch {
		case r == utf8.RuneError && !strings.HasPrefix(s[i:], shown):
			shown = fmt.Sprintf(`\x%02x`, s[i])
		case !harmful(r):
		case r < 0x80:
			shown = fmt.Sprintf(`\x%02x`, r)
		default:
			shown = fmt.Sprintf(`\u%04x`, r)
		}
		if b.Len()+len(shown) > maxKept {
			fmt.Fprintf(&b, "… (%d more bytes)", len(s)-i)
			break
		}
		b.WriteString(shown)
	}
	return b.String()
}

// harmful reports whether a character would change how text around it is read.
func harmful(r rune) bool {
	switch {
	case r == '\n' || r == '\t':
		return false
	case unicode.IsControl(r), r == '\u2028', r == '\u2029':
		return true
	default:
		return unicode.Is(unicode.Bidi_Control, r) || r == '\ufeff' || r == '\ufffe' || r == '\uffff'
	}
}

// Clip cuts a text after so many characters, and shows that it did.
func Clip(s string, most int) string {
	if len(s) <= most {
		return s
	}
	n := 0
	for i := range s {
		if n == most {
			return s[:i] + "…"
		}
		n++
	}
	return s
}
