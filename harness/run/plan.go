package run

import (
	"errors"
	"fmt"
	"path"
	"slices"
	"strconv"
	"strings"

	"github.com/webrtc-rink/rink/harness/scenario"
)

// Pair is offerer and answerer by id; it is directed.
type Pair struct {
	Offerer  string `json:"offerer"`
	Answerer string `json:"answerer"`
}

// String is "offerer->answerer".
func (p Pair) String() string { return p.Offerer + "->" + p.Answerer }

// Job is one session to be run.
type Job struct {
	Pair     Pair
	Scenario scenario.Scenario
}

// ID names the job within its run; it is also the name of the trace. Where a peer has
// the separator in its own name, the length of the offerer's tells where that ends:
// a_b->c and a->b_c are two pairs.
func (j Job) ID() string {
	offerer, answerer := fileName(j.Pair.Offerer), fileName(j.Pair.Answerer)
	id := offerer + idSeparator + answerer + idSeparator + j.Scenario.Name
	if strings.Contains(offerer+answerer, idSeparator) {
		id += idSeparator + strconv.Itoa(len(offerer))
	}
	return id
}

// idSeparator is between the parts of a job's ID. No scenario has it in its name.
const idSeparator = "_"

func fileName(peer string) string { return strings.ReplaceAll(peer, "/", "-") }

// splitID takes an ID apart; false: it is none.
func splitID(id string) (pair Pair, scenario string, ok bool) {
	parts := strings.Split(id, idSeparator)
	if len(parts) == 3 {
		return Pair{parts[0], parts[1]}, parts[2], true
	}
	if len(parts) < 5 { // two names, one of them with a separator, the scenario and the length
		return Pair{}, "", false
	}
	last := len(parts) - 1
	names, scenario := strings.Join(parts[:last-1], idSeparator), parts[last-1]
	n, err := strconv.Atoi(parts[last])
	if err != nil || n < 1 || n >= len(names)-1 || names[n:n+1] != idSeparator {
		return Pair{}, "", false
	}
	return Pair{names[:n], names[n+1:]}, scenario, true
}

// DefaultPairs are those of a run that asks for nothing else.
func DefaultPairs() []Pair { return []Pair{{"pion", "chrome"}, {"chrome", "pion"}} }

// Ordered returns every ordered pair of the peers, with each peer itself as well
// when self is set or when it is the only one.
func Ordered(ids []string, self bool) []Pair {
	var pairs []Pair
	for _, o := range ids {
		for _, a := range ids {
			if o != a || self || len(ids) == 1 {
				pairs = append(pairs, Pair{o, a})
			}
		}
	}
	return pairs
}

// SelectPairs reads patterns such as "pion->chrome" or "pion*->*,*->firefox".
// Each pattern must match something.
func SelectPairs(r Roster, patterns string) ([]Pair, error) {
	var pairs []Pair
	var errs []error
	for _, pattern := range split(patterns) {
		o, a, ok := strings.Cut(pattern, "->")
		if !ok {
			errs = append(errs, fmt.Errorf("pair %q: want OFFERER->ANSWERER, such as pion->chrome or 'pion*->*'", pattern))
			continue
		}
		offerers, err1 := r.Match(o)
		answerers, err2 := r.Match(a)
		if err := errors.Join(err1, err2); err != nil {
			errs = append(errs, fmt.Errorf("pair %q: %w", pattern, err))
			continue
		}
		for _, offerer := range offerers {
			for _, answerer := range answerers {
				if p := (Pair{offerer, answerer}); !slices.Contains(pairs, p) {
					pairs = append(pairs, p)
				}
			}
		}
	}
	return pairs, errors.Join(errs...)
}

// SelectPeers reads ids and globs, such as "pion,chrome*", and returns every
// ordered pair of them; one peer alone meets itself.
func SelectPeers(r Roster, patterns string) ([]Pair, error) {
	var ids []string
	var errs []error
	for _, pattern := range split(patterns) {
		found, err := r.Match(pattern)
		errs = append(errs, err)
		for _, id := range found {
			if !slices.Contains(ids, id) {
				ids = append(ids, id)
			}
		}
	}
	return Ordered(ids, false), errors.Join(errs...)
}

// SelectScenarios reads names and globs, such as "trickle-*,connect-data". An
// empty selection is all. Each pattern must match something.
func SelectScenarios(patterns string) ([]scenario.Scenario, error) {
	all := scenario.All()
	if patterns == "" {
		return all, nil
	}
	wanted := map[string]bool{}
	var errs []error
	for _, pattern := range split(patterns) {
		found := false
		for _, s := range all {
			byName, err := path.Match(pattern, s.Name)
			if err != nil {
				errs = append(errs, fmt.Errorf("scenario pattern %q: %w", pattern, err))
				found = true // told already
				break
			}
			if byName || pattern == s.Family {
				wanted[s.Name], found = true, true
			}
		}
		if !found {
			errs = append(errs, fmt.Errorf("scenario %q: matches none of the %d scenarios; `rink list scenarios` shows them", pattern, len(all)))
		}
	}
	return slices.DeleteFunc(all, func(s scenario.Scenario) bool { return !wanted[s.Name] }), errors.Join(errs...)
}

func split(list string) []string {
	var items []string
	for item := range strings.SplitSeq(list, ",") {
		if item = strings.TrimSpace(item); item != "" {
			items = append(items, item)
		}
	}
	return items
}

// Jobs crosses pairs with scenarios; a Runner decides when each has its turn, see
// schedule. Scenarios with long purposeful waits come first, so that the others run
// beside them; otherwise the pairs take turns, so that a slow one does not hold up the
// rest.
func Jobs(pairs []Pair, scenarios []scenario.Scenario) []Job {
	var jobs []Job
	for _, s := range scenarios {
		for _, p := range pairs {
			jobs = append(jobs, Job{Pair: p, Scenario: s})
		}
	}
	slices.SortStableFunc(jobs, func(a, b Job) int { return rank(a) - rank(b) })
	return jobs
}

func rank(j Job) int {
	if j.Scenario.Slow {
		return 0
	}
	return 1
}
