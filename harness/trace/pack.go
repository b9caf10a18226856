package trace

import (
	"bufio"
	"bytes"
	"compress/gzip"
	"errors"
	"fmt"
	"io"
	"os"
)

// Packed is what the name of a compressed trace has at its end.
const Packed = ".gz"

// Pack compresses a trace file and returns the new path. The file is whole at
// every moment under one of its two names, whenever the process is killed; when
// Pack fails it is there as it was.
func Pack(path string) (string, error) {
	data, err := os.ReadFile(path)
	if err != nil {
		return "", fmt.Errorf("trace: %w", err)
	}
	var packed bytes.Buffer
	if err := PackTo(&packed, data); err != nil {
		return "", fmt.Errorf("trace: %s: %w", path, err)
	}
	to := path + Packed
	draft := to + ".new"
	err = os.WriteFile(draft, packed.Bytes(), 0o644) //nolint:gosec // reports are for everybody
	if err == nil {
		err = os.Rename(draft, to)
	}
	if err == nil {
		err = os.Remove(path)
	}
	if err != nil {
		return "", fmt.Errorf("trace: %w", errors.Join(err, gone(draft), gone(to)))
	}
	return to, nil
}

// PackTo writes the content of a trace compressed.
func PackTo(w io.Writer, data []byte) error {
	// The fastest level: a trace shrinks to a fifth with it, and to a seventh with
	// the usual one, which takes twice the time.
	out, err := gzip.NewWriterLevel(w, gzip.BestSpeed)
	if err != nil {
		return err
	}
	_, err = out.Write(data)
	return errors.Join(err, out.Close())
}

// ReadUnpacked reads the lines of a trace file, compressed or not, as they are.
func ReadUnpacked(path string) ([]byte, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, fmt.Errorf("trace: %w", err)
	}
	defer func() { _ = f.Close() }() // only read from
	in, err := unpacked(f)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	data, err := io.ReadAll(in)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	return data, nil
}

// gone removes what may be there.
func gone(path string) error {
	if err := os.Remove(path); !errors.Is(err, os.ErrNotExist) {
		return err
	}
	return nil
}

// unpacked reads what is in a trace file, compressed or not: its first bytes tell.
func unpacked(r io.Reader) (io.Reader, error) {
	in := bufio.NewReader(r)
	if first, _ := in.Peek(2); !bytes.Equal(first, []byte{0x1f, 0x8b}) { // RFC 1952 section 2.3.1
		return in, nil
	}
	out, err := gzip.NewReader(in)
	if err != nil {
		return nil, fmt.Errorf("compressed trace: %w", err)
	}
	return out, nil
}
