package report

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"reflect"
	"slices"
	"strings"

	"github.com/webrtc-rink/rink/harness/peer"
)

// Head is what report.json says of a run as a whole.
type Head struct {
	Run     Run
	Summary Summary
	Peers   []peer.Description
}

// ReadHead reads the head of a report.json and no more of the file than that takes:
// the results of a large matrix are 80 MB.
func ReadHead(in io.Reader) (Head, error) {
	var h Head
	schema := ""
	err := Members(in, func(name string, d *json.Decoder) (done bool, err error) {
		switch name {
		case "schema":
			err = d.Decode(&schema)
			if err == nil && schema != Schema {
				err = fmt.Errorf("got %q, want %q", schema, Schema)
			}
		case "run":
			err = d.Decode(&h.Run)
		case "summary":
			err = d.Decode(&h.Summary)
		case "peers":
			err = d.Decode(&h.Peers)
		default:
			err = Skip(d)
		}
		return schema != "" && h.Run.ID != "" && h.Summary.Verdict != "" && h.Peers != nil, err
	})
	if err == nil && schema == "" {
		err = fmt.Errorf("no report: schema: got none, want %q", Schema)
	}
	return SafeOf(h), err
}

// Members calls member for every member of the JSON object in a stream, with the
// decoder before its value, which it has to take, until it is done.
func Members(in io.Reader, member func(name string, d *json.Decoder) (done bool, err error)) error {
	d := json.NewDecoder(in)
	if err := delimiter(d, '{'); err != nil {
		return fmt.Errorf("no report: %w", err)
	}
	for d.More() {
		name, err := d.Token()
		if err != nil {
			return fmt.Errorf("no report: %w", err)
		}
		done, err := member(fmt.Sprint(name), d)
		if err != nil {
			return fmt.Errorf("no report: %v: %w", name, whole(err))
		}
		if done {
			return nil
		}
	}
	if err := delimiter(d, '}'); err != nil {
		return fmt.Errorf("no report: %w", err)
	}
	return nil
}

// Items calls item for every item of the JSON array that comes next, with the decoder
// before its value, which it has to take.
func Items(d *json.Decoder, item func(d *json.Decoder) error) error {
	if err := delimiter(d, '['); err != nil {
		return err
	}
	for d.More() {
		if err := item(d); err != nil {
			return err
		}
	}
	return delimiter(d, ']')
}

func delimiter(d *json.Decoder, want json.Delim) error {
	got, err := d.Token()
	if err != nil {
		return whole(err)
	}
	if got != want {
		return fmt.Errorf("got %.60v, want %v", got, want)
	}
	return nil
}

// whole makes the end of a file in the middle of a value what it is.
func whole(err error) error {
	if errors.Is(err, io.EOF) {
		return io.ErrUnexpectedEOF
	}
	return err
}

// Skip passes over the value that comes next without keeping it.
func Skip(d *json.Decoder) error {
	depth := 0
	for {
		t, err := d.Token()
		if err != nil {
			return whole(err)
		}
		switch t {
		case json.Delim('{'), json.Delim('['):
			depth++
		case json.Delim('}'), json.Delim(']'):
			depth--
		}
		if depth == 0 {
			return nil
		}
	}
}

// SafeOf returns a copy of any value in which every string is fit to be shown, as Safe
// does for a report.
func SafeOf[T any](v T) T { return safeValue(reflect.ValueOf(v)).Interface().(T) }

// Sum adds the counts of another.
func (c *Counts) Sum(other Counts) {
	c.Pass += other.Pass
	c.Fail += other.Fail
	c.Known += other.Known
	c.Stale += other.Stale
	c.Observed += other.Observed
	c.Unsupported += other.Unsupported
	c.Skipped += other.Skipped
	c.Error += other.Error
}

// ReadSession reads a report.json and keeps of its sessions the first that is asked for,
// with its results, and no other.
func ReadSession(in io.Reader, is func(*Session) bool) (*Report, error) {
	var r Report
	found := func() bool { return len(r.Sessions) > 0 }
	others := true // sessions that the results may be of
	err := Members(in, func(name string, d *json.Decoder) (bool, error) {
		switch name {
		case "sessions":
			err := Items(d, func(d *json.Decoder) error {
				var s Session
				err := d.Decode(&s)
				if err == nil && !found() && is(&s) {
					r.Sessions = append(r.Sessions, s)
				}
				return err
			})
			others = false
			return !found(), err
		case "results":
			return false, Items(d, func(d *json.Decoder) error {
				var x Result
				err := d.Decode(&x)
				if others || found() && x.Session == r.Sessions[0].ID {
					r.Results = append(r.Results, x)
				}
				return err
			})
		}
		return false, r.member(name, d)
	})
	if err == nil && r.Schema != Schema {
		err = fmt.Errorf("no report: schema: got %q, want %q", r.Schema, Schema)
	}
	if err != nil {
		return nil, err
	}
	r.Results = slices.DeleteFunc(r.Results, func(x Result) bool { return !found() || x.Session != r.Sessions[0].ID })
	return Safe(&r), nil
}

// member reads one member of a report that is small.
func (r *Report) member(name string, d *json.Decoder) error {
	fields := reflect.ValueOf(r).Elem()
	for i := range fields.NumField() {
		tag, _, _ := strings.Cut(fields.Type().Field(i).Tag.Get("json"), ",")
		if tag == name && tag != "" {
			return d.Decode(fields.Field(i).Addr().Interface())
		}
	}
	return Skip(d)
}
