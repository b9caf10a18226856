package trace

import (
	"bufio"
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
)

// maxLine bounds one line of a trace file.
const maxLine = 8 << 20

// ErrEmpty is matched by the error for a trace without a record: its process was
// killed before it wrote one.
var ErrEmpty = errors.New("no records: the trace is empty")

// ReadFile reads a trace from a file, which may be compressed.
func ReadFile(path string) ([]Record, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, fmt.Errorf("trace: %w", err)
	}
	defer func() { _ = f.Close() }() // only read from
	records, err := ReadPacked(f)
	if err != nil {
		return records, fmt.Errorf("%s:%w", path, err)
	}
	return records, nil
}

// ReadPacked reads what is in a trace file, which may be compressed.
func ReadPacked(r io.Reader) ([]Record, error) {
	in, err := unpacked(r)
	if err != nil {
		return nil, fmt.Errorf("1: %w", err)
	}
	return Read(in)
}

// Read reads a trace. A last line without its line end is what a killed run
// leaves behind and is passed over: the trace then has no end record. Any other
// line that is no record is an error that names its number.
func Read(r io.Reader) ([]Record, error) {
	in := bufio.NewReaderSize(r, 64<<10)
	var records []Record
	for n := 1; ; n++ {
		line, err := readLine(in)
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return records, fmt.Errorf("%d: %w", n, err)
		}
		if len(bytes.TrimSpace(line)) == 0 {
			continue
		}
		var rec Record
		if err := json.Unmarshal(line, &rec); err != nil {
			return records, fmt.Errorf("%d: no trace record: %w: %.60q", n, err, line)
		}
		records = append(records, rec)
	}
	if len(records) == 0 {
		return nil, fmt.Errorf("1: %w", ErrEmpty)
	}
	first := records[0]
	if first.Kind != KindSession || first.Session == nil {
		return records, fmt.Errorf("1: got a record of kind %q, want %q first", first.Kind, KindSession)
	}
	if first.Session.Schema != Schema {
		return records, fmt.Errorf("1: got schema %q, want %q", first.Session.Schema, Schema)
	}
	return records, nil
}

// readLine returns one whole line, io.EOF for the end or for a last line that
// was cut.
func readLine(in *bufio.Reader) ([]byte, error) {
	var line []byte
	for {
		part, err := in.ReadSlice('\n')
		line = append(line, part...)
		switch {
		case len(line) > maxLine:
			return nil, fmt.Errorf("the line is longer than %d bytes", maxLine)
		case err == nil:
			return line, nil
		case !errors.Is(err, bufio.ErrBufferFull):
			return nil, err
		}
	}
}
