package merge

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"

	"github.com/webrtc-rink/rink/harness/peer"
	"github.com/webrtc-rink/rink/harness/report"
)

// agree finds what all runs must have in common and do not.
func (m *merger) agree() {
	for _, of := range []struct {
		what string
		get  func(r *report.Report) string
	}{
		{"Rink", func(r *report.Report) string { return r.Generator.Name + " " + r.Generator.Version }},
		{"seed", func(r *report.Report) string { return strconv.FormatInt(r.Run.Seed, 10) }},
		{"network", func(r *report.Report) string { return r.Run.Network }},
		{"private values", func(r *report.Report) string {
			if r.Run.Anonymised {
				return "replaced"
			}
			return "as they were"
		}},
		{"timeout scale", func(r *report.Report) string { return fmt.Sprint(r.Run.TimeoutScale) }},
		{"expectations", func(r *report.Report) string {
			return fmt.Sprintf("%s (content %s)", r.Run.Expectations, short(r.Run.ExpectationsSHA256))
		}},
	} {
		values := map[string][]string{}
		for _, r := range m.inputs {
			values[of.get(r)] = append(values[of.get(r)], r.Run.ID)
		}
		m.differing(of.what, values)
	}
	for _, r := range m.inputs[1:] {
		if first := m.inputs[0]; text(r.Checks) != text(first.Checks) || text(r.Unobservable) != text(first.Unobservable) {
			m.conflict("requirements: the runs %s and %s were to grade %s", first.Run.ID, r.Run.ID, cmp.Or(otherChecks(first, r), "the same ones in other words"))
		}
	}
}

// agreePlans: shards of several plans are no whole, nor are shards and other runs.
func (m *merger) agreePlans() {
	values := map[string][]string{}
	for _, id := range slices.Sorted(maps.Keys(m.parts)) {
		plan := "no shard"
		if s := m.parts[id].Shard; s != nil {
			plan = fmt.Sprintf("%s, %s", s.Of, report.Plural(s.Count, "shard"))
		}
		values[plan] = append(values[plan], id)
	}
	before := len(m.conflicts)
	if m.differing("plan", values); len(m.conflicts) > before && before == 0 {
		m.conflict("plan: what else makes one is pairs, scenarios, their recorded durations and the count of shards")
	}
}

// differing says who has which value, where there are several.
func (m *merger) differing(what string, values map[string][]string) {
	if len(values) < 2 {
		return
	}
	var sides []string
	for _, v := range slices.Sorted(maps.Keys(values)) {
		sides = append(sides, cmp.Or(v, "none")+" in "+some(values[v]))
	}
	m.conflict("%s: %s", what, strings.Join(sides, "; "))
}

// some names runs, or how many more they are.
func some(ids []string) string {
	if len(ids) > maxNamed {
		ids = append(ids[:maxNamed:maxNamed], fmt.Sprintf("%d more", len(ids)-maxNamed))
	}
	return strings.Join(ids, ", ")
}

// otherChecks names what only one of the two was to grade.
func otherChecks(a, b *report.Report) string {
	seen := map[string]int{}
	for _, r := range []*report.Report{a, b} {
		for _, c := range r.Checks {
			seen[c.ID]++
		}
	}
	maps.DeleteFunc(seen, func(_ string, n int) bool { return n == 2 })
	return some(slices.Sorted(maps.Keys(seen)))
}

func short(hash string) string { return hash[:min(len(hash), 12)] }

// shardsOnce: of two runs of one shard nobody can say which one counts.
func (m *merger) shardsOnce() {
	runs := map[report.Shard][]string{}
	for _, p := range m.parts {
		if p.Shard != nil {
			runs[*p.Shard] = append(runs[*p.Shard], p.ID)
		}
	}
	for s, ids := range runs {
		if slices.Sort(ids); len(ids) > 1 {
			m.conflict("%s was given twice, by the runs %s: leave one out", s, strings.Join(ids, " and "))
		}
		if s.Index < 1 || s.Index > s.Count || s.Count > report.MaxShards {
			m.conflict("%s: there is no such shard, in run %s", s, some(ids))
		}
	}
}

func (m *merger) addScenarios(r *report.Report) {
	for _, s := range r.Scenarios {
		if was, ok := m.scenarios[s.Name]; ok && text(was) != text(s) {
			m.conflict("scenario %s: run %s has another one of that name", s.Name, r.Run.ID)
		}
		m.scenarios[s.Name] = s
	}
}

// addPeers: one that did not come up has no version, which is no other one.
func (m *merger) addPeers(r *report.Report) {
	for _, p := range r.Peers {
		was, ok := m.peers[p.ID]
		switch {
		case !ok:
			m.peers[p.ID] = p
		case unknown(was) != unknown(p):
			if unknown(was) {
				m.peers[p.ID] = p
			}
		case was.Version != p.Version || was.Implementation != p.Implementation:
			of := []string{was.Implementation + " " + was.Version, p.Implementation + " " + p.Version}
			slices.Sort(of)
			m.conflict("peer %s: %s", p.ID, strings.Join(of, " and "))
		case !slices.Equal(was.Features, p.Features):
			m.conflict("peer %s: it declares other features in run %s", p.ID, r.Run.ID)
		case text(p) < text(was): // what differs is of the machine, such as a path
			m.peers[p.ID] = p
		}
	}
}

func unknown(p peer.Description) bool { return p.Version == peer.Unknown || p.Version == "" }

// addSessions adds the sessions of a run with their results.
func (m *merger) addSessions(r *report.Report) {
	results := map[string][]report.Result{}
	for i := range r.Results {
		results[r.Results[i].Session] = append(results[r.Results[i].Session], r.Results[i])
	}
	own := map[string]bool{}
	for i := range r.Sessions {
		s := r.Sessions[i]
		k := s.Pair.String() + ": " + s.Scenario
		if own[k] {
			m.conflict("%s: run %s has it twice", k, r.Run.ID)
			continue
		}
		own[k] = true
		was, ok := m.sessions[k]
		if ok && found(was.session, was.results) != found(s, results[s.ID]) {
			m.sessionConflict(k, was.in, r)
			continue
		}
		if ok && s.Trace == "" { // one of them may have lost its files
			s.Trace = was.session.Trace
		}
		m.sessions[k] = played{s, results[s.ID], r}
	}
}

// found is what a session found, wherever its trace is.
func found(s report.Session, results []report.Result) string {
	s.Trace = ""
	return text(s) + text(results)
}

// sessionConflict is not worth a line where the run or the shard was said to be
// there twice.
func (m *merger) sessionConflict(k string, a, b *report.Report) {
	for _, p := range partsOf(a) {
		for _, q := range partsOf(b) {
			if p.Shard != nil && q.Shard != nil && *p.Shard == *q.Shard && p.ID != q.ID {
				return
			}
		}
	}
	m.conflict("%s: played with different content in the runs %s and %s", k, a.Run.ID, b.Run.ID)
}

// sessionIDs: results are found by the id of their session.
func (m *merger) sessionIDs() {
	seen := map[string]string{}
	for _, k := range slices.Sorted(maps.Keys(m.sessions)) {
		id := m.sessions[k].session.ID
		if was, ok := seen[id]; ok {
			m.conflict("session id %s: it is both %s and %s", id, was, k)
		}
		seen[id] = k
	}
}
