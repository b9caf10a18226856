package report

import (
	"fmt"
	"regexp"
	"slices"
	"strings"

	"github.com/webrtc-rink/rink/harness/trace"
)

// expectBuiltin is Run.Expectations of a run that was given none.
const expectBuiltin = "built-in"

// Reproduce is the command that plays a session of the report again, with what
// the run was given beyond the defaults; checks may be empty.
func (r *Report) Reproduce(p Pair, scenario, checks string) string {
	command := []string{"rink run --pairs " + Quote(p.String()), "--scenarios " + Quote(scenario)}
	add := func(flag, value string) { command = append(command, flag+" "+Quote(value)) }
	if checks != "" {
		add("--checks", checks)
	}
	for _, id := range slices.Compact([]string{p.Offerer, p.Answerer}) {
		if program, ok := r.Run.OwnPeers[id]; ok {
			add("--peer", id+"="+program)
		}
	}
	if r.Run.Network == "host" {
		add("--network", r.Run.Network)
	}
	if e := r.Run.Expectations; e != "" && e != expectBuiltin {
		add("--expectations", e)
	}
	if x := r.Run.TimeoutScale; x != 0 && x != 1 {
		add("--timeout-scale", fmt.Sprint(x))
	}
	draws := func(s Scenario) bool { return s.Name == scenario && s.Traits.Has(trace.TraitReordered) }
	if slices.ContainsFunc(r.Scenarios, draws) && r.Run.Seed != 0 {
		add("--seed", fmt.Sprint(r.Run.Seed))
	}
	return strings.Join(command, " ")
}

// plain is what a shell takes as it is.
var plain = regexp.MustCompile(`^[A-Za-z0-9_./:=@%+,-]+$`)

// Quote makes one word of a shell of any text.
func Quote(text string) string {
	if plain.MatchString(text) {
		return text
	}
	return "'" + strings.ReplaceAll(text, "'", `'\''`) + "'"
}
