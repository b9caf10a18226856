package fingerprint

import (
	"fmt"
	"strings"

	"github.com/webrtc-rink/rink/harness/trace"
)

// Key is a name of a Print taken apart: what has to be run to see it, and what is
// seen. A "/" in a scenario or an opponent is "_" in the name.
type Key struct {
	Scenario string
	Side     trace.Side
	Opponent string // the peer's ID, or Itself
	Object   string // calls/addIceCandidate (unknown mid)
}

// String gives the name, such as
// "trickle-unknown-mid/offerer to chrome/calls/addIceCandidate (unknown mid)".
func (k Key) String() string {
	return word(k.Scenario) + "/" + string(k.Side) + between + word(k.Opponent) + "/" + k.Object
}

// between stands between side and opponent.
const between = " to "

// ParseKey takes a name apart. The error says what it lacks.
func ParseKey(name string) (Key, error) {
	scenario, rest, _ := strings.Cut(name, "/")
	end, object, _ := strings.Cut(rest, "/")
	side, opponent, _ := strings.Cut(end, between)
	k := Key{Scenario: scenario, Side: trace.Side(side), Opponent: opponent, Object: object}
	if scenario == "" || opponent == "" || object == "" || k.Side != trace.Offerer && k.Side != trace.Answerer {
		return Key{}, fmt.Errorf("fingerprint: got %q, want SCENARIO/offerer to OPPONENT/OBJECT or SCENARIO/answerer to OPPONENT/OBJECT", name)
	}
	return k, nil
}

// cellOf is the scenario, role and opponent of a name.
func cellOf(key string) string {
	scenario, rest, _ := strings.Cut(key, "/")
	role, _, _ := strings.Cut(rest, "/")
	return scenario + "/" + role
}

// objectOf is the rest of a name.
func objectOf(key string) string {
	return strings.TrimPrefix(strings.TrimPrefix(key, cellOf(key)), "/")
}

func scenarioOf(key string) string {
	scenario, _, _ := strings.Cut(key, "/")
	return scenario
}

// endOf is the role and opponent of a name.
func endOf(key string) string { return strings.TrimPrefix(cellOf(key), scenarioOf(key)+"/") }

// roleOf is offerer or answerer.
func roleOf(key string) string {
	role, _, _ := strings.Cut(endOf(key), between)
	return role
}

// opponentOf is the opponent of a name.
func opponentOf(key string) string {
	_, opponent, _ := strings.Cut(endOf(key), between)
	return opponent
}
