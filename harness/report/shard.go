package report

import (
	"cmp"
	"fmt"
	"strconv"
	"strings"
	"time"
)

// Shard says which part of a plan a run was.
type Shard struct {
	Index int `json:"index"` // from 1
	Count int `json:"count"`
	// Of is the id of the plan: a hash of all that its shards must have in common.
	Of string `json:"of"`
}

// MaxShards is more than anybody splits a plan into.
const MaxShards = 10_000

// String is "shard 2 of 4".
func (s Shard) String() string { return fmt.Sprintf("shard %d of %d", s.Index, s.Count) }

// Proof says which expectations a part of a plan put to the proof. Only the whole
// can tell that one is of no use: it is open in some part, and met in none.
type Proof struct {
	Met  []string      `json:"met"`  // ids: file:line and requirement
	Open []Expectation `json:"open"` // concern a pair that was played, and met nothing
}

// ID tells expectations apart: one entry of a file may be about several requirements.
func (e Expectation) ID() string { return e.File + " " + e.Check }

// CompareExpectations orders them by file, line and requirement.
func CompareExpectations(a, b Expectation) int {
	place := func(file string) (string, int) {
		i := strings.LastIndexByte(file, ':')
		line, err := strconv.Atoi(file[i+1:])
		if i < 0 || err != nil {
			return file, 0
		}
		return file[:i], line
	}
	fileA, lineA := place(a.File)
	fileB, lineB := place(b.File)
	return cmp.Or(cmp.Compare(fileA, fileB), cmp.Compare(lineA, lineB), cmp.Compare(a.File, b.File), cmp.Compare(a.Check, b.Check))
}

// Merged says which runs a report was put together from.
type Merged struct {
	Plan  string `json:"plan,omitempty"` // whose shards they are
	Count int    `json:"count,omitempty"`
	Parts []Part `json:"parts"` // by shard, start and id
}

// Part is one run of a merged report: what the whole does not tell of it.
type Part struct {
	ID               string      `json:"id"`
	Shard            *Shard      `json:"shard,omitempty"`
	StartedAt        time.Time   `json:"startedAt"`
	DurationMs       float64     `json:"durationMs"`
	Complete         bool        `json:"complete"`
	IncompleteReason string      `json:"incompleteReason,omitempty"`
	FailedFast       bool        `json:"failedFast,omitempty"`
	Filter           string      `json:"filter,omitempty"`
	NetworkInfo      string      `json:"networkInfo,omitempty"`
	Since            *Partial    `json:"since,omitempty"`
	Environment      Environment `json:"environment"`
	Notes            []string    `json:"notes,omitempty"`
}

// emptyShare reports whether a whole run had nothing to play, since its plan has
// more shards than sessions.
func (r *Report) emptyShare() bool {
	return r.Run.Complete && r.Run.Shard != nil && len(r.Sessions) == 0
}

// inShard says of a verdict which part of the plan it is of.
func (r *Report) inShard(verdict string) string {
	s := r.Run.Shard
	if s == nil || verdict == "" {
		return verdict
	}
	if r.emptyShare() && !r.nothingNew() {
		verdict = "its share of the plan is empty, there are fewer sessions than shards."
	}
	return fmt.Sprintf("Shard %d of %d: %s", s.Index, s.Count, strings.ToLower(verdict[:1])+verdict[1:])
}
