package run_test

import (
	"strings"
	"testing"

	"github.com/webrtc-rink/rink/harness/run"
)

// variables are an environment.
type variables map[string]string

func (v variables) get(name string) string { return v[name] }

func TestTheShardIsTakenFromWhatStartsTheProcess(t *testing.T) {
	t.Parallel()
	for name, tc := range map[string]struct {
		env  variables
		want run.Shard
	}{
		"Kubernetes":                  {variables{"JOB_COMPLETION_INDEX": "0", "RINK_SHARDS": "4"}, run.Shard{Index: 1, Count: 4}},
		"Kubernetes, the last":        {variables{"JOB_COMPLETION_INDEX": "3", "RINK_SHARDS": "4"}, run.Shard{Index: 4, Count: 4}},
		"GitLab":                      {variables{"CI_NODE_INDEX": "4", "CI_NODE_TOTAL": "4"}, run.Shard{Index: 4, Count: 4}},
		"CircleCI":                    {variables{"CIRCLE_NODE_INDEX": "1", "CIRCLE_NODE_TOTAL": "4"}, run.Shard{Index: 2, Count: 4}},
		"Buildkite":                   {variables{"BUILDKITE_PARALLEL_JOB": "2", "BUILDKITE_PARALLEL_JOB_COUNT": "4"}, run.Shard{Index: 3, Count: 4}},
		"GitHub":                      {variables{"RINK_SHARD": "2/4"}, run.Shard{Index: 2, Count: 4}},
		"GitHub, beside an unsplit":   {variables{"RINK_SHARD": "2/4", "CIRCLE_NODE_INDEX": "0", "CIRCLE_NODE_TOTAL": "1"}, run.Shard{Index: 2, Count: 4}},
		"GitHub, and GitLab unsplit":  {variables{"RINK_SHARD": "2/4", "CI_NODE_TOTAL": "1"}, run.Shard{Index: 2, Count: 4}},
		"two that say the same":       {variables{"RINK_SHARD": "2/4", "CI_NODE_INDEX": "2", "CI_NODE_TOTAL": "4"}, run.Shard{Index: 2, Count: 4}},
		"CircleCI without any others": {variables{"CIRCLE_NODE_INDEX": "0", "CIRCLE_NODE_TOTAL": "1"}, run.Shard{Index: 1, Count: 1}},
	} {
		if got, err := run.ShardFrom(tc.env.get); err != nil || got != tc.want {
			t.Errorf("%s: got %+v and %v, want %+v", name, got, err, tc.want)
		}
	}
}

func TestAnEnvironmentThatTellsNoShardIsNamed(t *testing.T) {
	t.Parallel()
	for name, tc := range map[string]struct {
		env   variables
		parts []string
	}{
		"nothing":                 {nil, []string{"RINK_SHARD", "JOB_COMPLETION_INDEX", "CI_NODE_INDEX", "CIRCLE_NODE_INDEX", "BUILDKITE_PARALLEL_JOB", "none"}},
		"GitLab, unsplit":         {variables{"CI_NODE_TOTAL": "1"}, []string{"none"}},
		"an index alone":          {variables{"JOB_COMPLETION_INDEX": "0"}, []string{"JOB_COMPLETION_INDEX is set and RINK_SHARDS is not"}},
		"a count alone":           {variables{"RINK_SHARDS": "4"}, []string{"RINK_SHARDS is set and JOB_COMPLETION_INDEX is not"}},
		"too high":                {variables{"JOB_COMPLETION_INDEX": "4", "RINK_SHARDS": "4"}, []string{"JOB_COMPLETION_INDEX=4", "got 4, want 0 to 3"}},
		"too low":                 {variables{"CI_NODE_INDEX": "0", "CI_NODE_TOTAL": "4"}, []string{"CI_NODE_INDEX=0", "got 0, want 1 to 4"}},
		"no number":               {variables{"CIRCLE_NODE_INDEX": "one", "CIRCLE_NODE_TOTAL": "4"}, []string{"CIRCLE_NODE_INDEX=one", `got "one", want a number`}},
		"no count":                {variables{"BUILDKITE_PARALLEL_JOB": "1", "BUILDKITE_PARALLEL_JOB_COUNT": "x"}, []string{"BUILDKITE_PARALLEL_JOB_COUNT=x", `count: got "x"`}},
		"none of them":            {variables{"JOB_COMPLETION_INDEX": "0", "RINK_SHARDS": "0"}, []string{"RINK_SHARDS=0", "count: got 0"}},
		"a matrix that is broken": {variables{"RINK_SHARD": "/4"}, []string{"RINK_SHARD", `index: got ""`}},
		"two that differ": {
			variables{"RINK_SHARD": "2/4", "CI_NODE_INDEX": "1", "CI_NODE_TOTAL": "4"},
			[]string{"RINK_SHARD says 2/4", "CI_NODE_INDEX and CI_NODE_TOTAL says 1/4"},
		},
		"all at once": {
			variables{"RINK_SHARD": "x", "JOB_COMPLETION_INDEX": "1", "CIRCLE_NODE_INDEX": "9", "CIRCLE_NODE_TOTAL": "2"},
			[]string{`got "x"`, "RINK_SHARDS is not", "CIRCLE_NODE_INDEX=9"},
		},
	} {
		_, err := run.ShardFrom(tc.env.get)
		if err == nil {
			t.Errorf("%s: got no error", name)
			continue
		}
		for _, part := range tc.parts {
			if !strings.Contains(err.Error(), part) {
				t.Errorf("%s: got %q, want it to say %q", name, err, part)
			}
		}
	}
}

func TestAShardIsWrittenAsIndexAndCount(t *testing.T) {
	t.Parallel()
	if got, err := run.ParseShard("2/4"); err != nil || got != (run.Shard{Index: 2, Count: 4}) {
		t.Errorf("got %+v and %v", got, err)
	}
	for _, bad := range []string{"", "2", "0/4", "5/4", "-1/4", "a/b", "1/0", "1/99999999", "1/2/3", "1 / 2", "2/"} {
		if got, err := run.ParseShard(bad); err == nil {
			t.Errorf("%q: got %+v", bad, got)
		}
	}
	for _, variable := range []string{"RINK_SHARD ", "JOB_COMPLETION_INDEX, RINK_SHARDS ", "Buildkite, from 0"} {
		if !strings.Contains(run.ShardVariables(), variable) {
			t.Errorf("the table does not have %q", variable)
		}
	}
}
