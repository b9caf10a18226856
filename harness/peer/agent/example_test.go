package agent_test

import (
	"context"
	"log"
	"os"

	"github.com/webrtc-rink/rink/harness/peer/agent"
	"github.com/webrtc-rink/rink/harness/peer/pion"
)

// A whole agent: pion/webrtc v3 behind the protocol. In a program of its own
// this is main, and `rink peer lint -- ./program` tries it.
func ExampleServe() {
	p, err := pion.New(pion.Options{ID: "mine"})
	if err != nil {
		log.Fatal(err)
	}
	if err := agent.Serve(context.Background(), os.Stdin, os.Stdout, p); err != nil {
		log.Fatal(err)
	}
}
