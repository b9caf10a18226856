package offline

import (
	"bytes"
	"compress/gzip"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"slices"
	"time"
)

// SourceDump is trace.Header.Source of a dump of chrome://webrtc-internals.
const SourceDump = "webrtc-internals"

// maxDump is how large a dump may be, in bytes, when it is unpacked.
const maxDump = 256 << 20

// ErrNoDump says that a file is no dump of chrome://webrtc-internals.
var ErrNoDump = errors.New("no dump of chrome://webrtc-internals")

// dump is what Rink reads of the file that chrome://webrtc-internals gives.
type dump struct {
	PeerConnections map[string]connection `json:"PeerConnections"`
	UserAgent       string                `json:"UserAgent"`
}

type connection struct {
	URL   string          `json:"url"`
	Log   []entry         `json:"updateLog"`
	Stats map[string]stat `json:"stats"`
}

// entry is one line of the log. Older versions write the time as text in another
// member; without timestamp the order of the lines is what there is.
type entry struct {
	Type      string  `json:"type"`
	Value     string  `json:"value"`
	Timestamp float64 `json:"timestamp"` // milliseconds since 1970
}

func (e entry) at() time.Time {
	if e.Timestamp <= 0 {
		return time.Time{}
	}
	return time.UnixMicro(int64(e.Timestamp * 1000))
}

// stat is one value over time: Values is a JSON array as text.
type stat struct {
	Type   string `json:"statsType"`
	Values string `json:"values"`
}

// readDump reads the file, also when it is compressed as Chrome does it.
func readDump(path string) (*dump, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer f.Close() //nolint:errcheck // read only
	head := make([]byte, 2)
	n, err := io.ReadFull(f, head)
	if err != nil && n == 0 {
		return nil, fmt.Errorf("%s: %w: it is empty", path, ErrNoDump)
	}
	var in io.Reader = io.MultiReader(bytes.NewReader(head[:n]), f)
	if n == 2 && head[0] == 0x1f && head[1] == 0x8b {
		if in, err = gzip.NewReader(in); err != nil {
			return nil, fmt.Errorf("%s: %w", path, err)
		}
	}
	data, err := io.ReadAll(io.LimitReader(in, maxDump+1))
	if err != nil {
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	if len(data) > maxDump {
		return nil, fmt.Errorf("%s: got more than %d bytes, which is no dump that Rink reads", path, maxDump)
	}
	var d dump
	if err := json.Unmarshal(data, &d); err != nil {
		return nil, fmt.Errorf("%s: %w: %w", path, ErrNoDump, err)
	}
	if d.PeerConnections == nil {
		return nil, fmt.Errorf("%s: %w: it has no PeerConnections", path, ErrNoDump)
	}
	return &d, nil
}

// names lists the connections in the order in which they were made.
func (d *dump) names() []string {
	var names []string
	for name := range d.PeerConnections {
		names = append(names, name)
	}
	slices.SortFunc(names, func(a, b string) int {
		if n := len(a) - len(b); n != 0 { // 8-2 before 8-10
			return n
		}
		return bytes.Compare([]byte(a), []byte(b))
	})
	return names
}
