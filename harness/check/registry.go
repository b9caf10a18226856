package check

import (
	"fmt"
	"path"
	"slices"
	"strings"
	"sync"
)

// All returns every check in the order of the table. Each call returns new
// values.
func All() []Check {
	var all []Check
	for _, area := range [][]Check{
		gatheringChecks(), candidateChecks(), descriptionChecks(), trickleChecks(), connectivityChecks(), stateChecks(), statsChecks(),
		fieldChecks(), bundleChecks(), inputChecks(), remoteDescriptionChecks(), restartChecks(), apiChecks(), lifecycleChecks(), channelChecks(), mediaChecks(),
	} {
		all = append(all, area...)
	}
	order := map[string]int{}
	for i, q := range Requirements() {
		order[q.ID] = i
	}
	slices.SortFunc(all, func(a, b Check) int { return order[a.ID] - order[b.ID] })
	return all
}

// ByID returns the check of that ID, or an error that names the nearest ones.
func ByID(id string) (Check, error) {
	for _, c := range All() {
		if strings.EqualFold(c.ID, id) || c.Slug == id {
			return c, nil
		}
	}
	return Check{}, fmt.Errorf("check %q: there is none of that ID; `rink list checks` shows all %d", id, len(All()))
}

// Exists reports whether there is a check of exactly that ID.
func Exists(id string) bool { return existing()[id] }

var existing = sync.OnceValue(func() map[string]bool {
	ids := map[string]bool{}
	for _, c := range All() {
		ids[c.ID] = true
	}
	return ids
})

// Select returns the checks whose ID, slug or group matches one of the globs,
// separated by commas ("CAND-*,STATE-001"). An empty selection is all; a glob
// that matches nothing is an error.
func Select(patterns string) ([]Check, error) {
	all := All()
	if strings.TrimSpace(patterns) == "" {
		return all, nil
	}
	wanted := map[string]bool{}
	for pattern := range strings.SplitSeq(patterns, ",") {
		if pattern = strings.TrimSpace(pattern); pattern == "" {
			continue
		}
		found := false
		for _, c := range all {
			byID, err := path.Match(strings.ToUpper(pattern), c.ID)
			if err != nil {
				return nil, fmt.Errorf("check pattern %q: %w", pattern, err)
			}
			bySlug, _ := path.Match(pattern, c.Slug) // the same pattern was good
			if byID || bySlug || strings.EqualFold(pattern, c.Group) {
				wanted[c.ID], found = true, true
			}
		}
		if !found {
			return nil, fmt.Errorf("check %q: matches none of the %d checks; `rink list checks` shows them", pattern, len(all))
		}
	}
	return slices.DeleteFunc(all, func(c Check) bool { return !wanted[c.ID] }), nil
}
