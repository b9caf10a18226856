package main

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func TestUpgradeAndBisectSayWhatCannotBeUsed(t *testing.T) {
	t.Parallel()
	for _, tc := range []struct {
		args []string
		want string
	}{
		{[]string{"upgrade", "--from", "v3.3.6"}, "--to"},
		{[]string{"upgrade", "--from", "latest", "--to", "v3.3.6"}, `--from: "latest": want a release`},
		{[]string{"upgrade", "--from", "v3.3.6", "--to", "./no/such"}, `--to: "./no/such"`},
		{[]string{"upgrade", "--from", "no.mod", "--to", "v3.3.6"}, `--from: "no.mod"`},
		{[]string{"upgrade", "--from", "v3.3.6", "--to", "v3.3.6", "--with", "github.com/pion/ice/v2"}, "want MODULE@VERSION or MODULE=FOLDER"},
		{[]string{"upgrade", "--from", "v3.3.6", "--to", "v3.3.6", "--against", "safari"}, "--against"},
		{[]string{"upgrade", "--from", "v3.3.6", "--to", "v3.3.6", "--repeat", "0"}, "--repeat: got 0"},
		{[]string{"upgrade", "--from", "v3.3.6", "--to", "v3.3.6", "--scenarios", "nope"}, "nope"},
		{[]string{"bisect", "--good", "v3.3.5", "--bad", "v3.3.6"}, "--check"},
		{[]string{"bisect", "--good", "v3.3.5", "--bad", "v3.3.6", "--check", "CAND-999"}, "CAND-999"},
		{[]string{"bisect", "--good", "v3.3.5", "--bad", "v3.3.6", "--fingerprint", "nothing"}, "--fingerprint"},
		{[]string{"bisect", "--good", "v3.3.5", "--bad", "v3.3.6", "--check", "CAND-002", "--fingerprint", "x"}, "--fingerprint"},
	} {
		expect(t, exitUsage, tc.args, tc.want)
	}
	expect(t, 0, []string{"upgrade", "--help"}, "--with", "Exit codes", "base.mod")
	expect(t, 0, []string{"bisect", "--help"}, "--versions", "Exit codes", "commit")
}

// TestUpgradeOfAVersionToItself plays an agent that was built, which is this program,
// against itself.
func TestUpgradeOfAVersionToItself(t *testing.T) {
	t.Setenv(asAgent, "pion")
	dir := t.TempDir()
	into := filepath.Join(dir, "upgrade.json")
	expect(t, 0, []string{
		"upgrade", "--from", "v3.3.6", "--to", "v3.3.6", "--agents=" + self(t), "--agents=" + self(t), "--built=v3.3.6", "--built=v3.3.6",
		"--against", "pion", "--scenarios", "candidates-data", "--network", "host", "--out", dir, "--json", into,
	}, "Nothing regressed from pion v3.3.6 to v3.3.6", "No other behaviour changed", dir)
	data, err := os.ReadFile(into)
	if err != nil {
		t.Fatal(err)
	}
	var answer struct {
		Schema                             string
		Regressed, Fixed, New, Gone, Flaky []json.RawMessage
		Fingerprint                        []struct{ Key, From, To, Sentence string }
		Versions                           struct{ From, To string }
		ExitCode, Unchanged                int
	}
	if err := json.Unmarshal(data, &answer); err != nil {
		t.Fatal(err)
	}
	if answer.Schema != "rink.upgrade/v1" || answer.Regressed == nil || answer.Fingerprint == nil || answer.Unchanged == 0 || !strings.HasPrefix(answer.Versions.To, "v3.") {
		t.Errorf("got %+v", answer)
	}
}
