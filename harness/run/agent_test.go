package run_test

import (
	"testing"

	"github.com/webrtc-rink/rink/harness/run"
)

func TestParseAgent(t *testing.T) {
	for text, want := range map[string]string{
		"mine=./agent":              "agent ./agent",
		"mine=node  agent.js --a=b": "agent node agent.js --a=b",
		"mine":                      "", "mine=": "", "mine= ": "", "=x": "", "a b=x": "", "a,b=x": "", "a->b=x": "", "-a=x": "", "a*=x": "", "a/b=x": "",
	} {
		e, err := run.ParseAgent(text)
		if (err == nil) != (want != "") || e.Implementation != want {
			t.Errorf("%q: got %q, %v, want %q", text, e.Implementation, err, want)
		}
	}
	e, err := run.ParseAgent("mine=/no/such/program --flag")
	if err != nil || e.ID != "mine" || e.Available() == nil {
		t.Errorf("got %q, %v, want mine, which is not available", e.ID, err)
	}
}
