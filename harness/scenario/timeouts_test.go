package scenario_test

import (
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/webrtc-rink/rink/harness/scenario"
)

func TestScaledMultipliesAllButTheQuietOfARequirement(t *testing.T) {
	in := scenario.Timeouts{
		Open: time.Second, Call: 2 * time.Second, Gather: 3 * time.Second, Connect: 4 * time.Second, App: 5 * time.Second,
		Close: 6 * time.Second, Failed: 7 * time.Second, Settle: 8 * time.Second, Quiet: 9 * time.Second, Apart: 10 * time.Second,
		Patience: 11 * time.Second, Late: 12 * time.Second, Scale: 2,
	}
	for _, x := range []float64{0.5, 1, 3} {
		s := func(n float64) time.Duration { return time.Duration(n * x * float64(time.Second)) }
		want := scenario.Timeouts{
			Open: s(1), Call: s(2), Gather: s(3), Connect: s(4), App: s(5), Close: s(6), Failed: s(7), Settle: s(8),
			Apart: s(10), Quiet: 9 * time.Second, Patience: 11 * time.Second, Late: s(12), Scale: 2 * x,
		}
		if diff := cmp.Diff(want, in.Scaled(x)); diff != "" {
			t.Errorf("scaled by %v (-want +got):\n%s", x, diff)
		}
	}
}

func TestTheEnvironmentScalesTheDefaults(t *testing.T) {
	for text, want := range map[string]float64{"": 1, "1": 1, "0.1": 0.1, "2.5": 2.5, "100": 100} {
		t.Run("scale "+text, func(t *testing.T) {
			t.Setenv(scenario.ScaleEnv, text)
			got, err := scenario.TimeoutsFromEnv()
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(scenario.DefaultTimeouts().Scaled(want), got); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}

func TestABadScaleIsAnErrorThatNamesItAndTheVariable(t *testing.T) {
	for _, text := range []string{"0", "0.09", "-1", "101", "NaN", "Inf", "1e999", "fast", "2x", " 2", "1,5"} {
		t.Run(text, func(t *testing.T) {
			t.Setenv(scenario.ScaleEnv, text)
			got, err := scenario.TimeoutsFromEnv()
			if err == nil {
				t.Fatalf("got %+v, want an error", got)
			}
			for _, want := range []string{scenario.ScaleEnv, `"` + text + `"`, "0.1 to 100"} {
				if !strings.Contains(err.Error(), want) {
					t.Errorf("got %q, want %s in it", err, want)
				}
			}
		})
	}
}
