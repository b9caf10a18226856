package run

import (
	"errors"
	"fmt"
	"strings"
)

// shardSystem is a system that starts the shards of a job and tells each its place.
type shardSystem struct {
	name, index, count string
	first              int // the index of the first one
}

// EnvShard is i/n in one variable, for what has no variables of its own: the
// matrix of a GitHub workflow has strategy.job-total, and the index in the matrix.
const EnvShard = "RINK_SHARD"

// shardSystems are what --shard auto knows. Kubernetes does not tell the count.
func shardSystems() []shardSystem {
	return []shardSystem{
		{"Kubernetes Indexed Job", "JOB_COMPLETION_INDEX", "RINK_SHARDS", 0},
		{"GitLab CI", "CI_NODE_INDEX", "CI_NODE_TOTAL", 1},
		{"CircleCI", "CIRCLE_NODE_INDEX", "CIRCLE_NODE_TOTAL", 0},
		{"Buildkite", "BUILDKITE_PARALLEL_JOB", "BUILDKITE_PARALLEL_JOB_COUNT", 0},
	}
}

// ShardVariables is a table of them for people: a line each, indented.
func ShardVariables() string {
	var b strings.Builder
	line := func(variables, what string) { fmt.Fprintf(&b, "  %-53s  %s\n", variables, what) }
	line(EnvShard, "i/n, from 1: what a matrix of a GitHub workflow can set")
	for _, s := range shardSystems() {
		line(s.index+", "+s.count, fmt.Sprintf("%s, from %d", s.name, s.first))
	}
	return b.String()
}

// ShardFrom takes the shard from the environment. Systems that say 1 of 1, which is
// no part of anything, yield to one that says more. Errors name the variable.
func ShardFrom(getenv func(string) string) (Shard, error) {
	var found Shard
	var by string
	var errs []error
	take := func(s Shard, name string) {
		switch {
		case by == "" || found.Count == 1:
			found, by = s, name
		case s.Count > 1 && s != found:
			errs = append(errs, fmt.Errorf("%s says %d/%d and %s says %d/%d: unset one of them", by, found.Index, found.Count, name, s.Index, s.Count))
		}
	}
	looked := []string{EnvShard}
	if text := getenv(EnvShard); text != "" {
		if s, err := ParseShard(text); err != nil {
			errs = append(errs, fmt.Errorf("%s: %w", EnvShard, err))
		} else {
			take(s, EnvShard)
		}
	}
	for _, system := range shardSystems() {
		looked = append(looked, fmt.Sprintf("%s and %s (%s)", system.index, system.count, system.name))
		index, count := getenv(system.index), getenv(system.count)
		if index == "" && (count == "" || count == "1") { // GitLab says 1 where nothing is split
			continue
		}
		if index == "" || count == "" {
			there, missing := system.index, system.count
			if index == "" {
				there, missing = missing, there
			}
			errs = append(errs, fmt.Errorf("%s is set and %s is not (%s): a shard needs both", there, missing, system.name))
			continue
		}
		s, err := shardOf(index, count, system.first)
		if err != nil {
			errs = append(errs, fmt.Errorf("%s=%s, %s=%s (%s): %w", system.index, index, system.count, count, system.name, err))
			continue
		}
		take(s, system.index+" and "+system.count)
	}
	if by == "" && len(errs) == 0 {
		return Shard{}, fmt.Errorf("none of the variables is set that tell a shard: %s", strings.Join(looked, "; "))
	}
	return found, errors.Join(errs...)
}
