package run

import (
	"context"
	"errors"
	"fmt"
	"os/exec"
	"regexp"
	"strings"
	"time"

	"github.com/webrtc-rink/rink/harness/peer"
	"github.com/webrtc-rink/rink/harness/peer/agent"
)

// unbounded is longer than any timeout of a run.
const unbounded = 24 * time.Hour

// Agent is a roster entry for a program that speaks the agent protocol.
func Agent(id string, command ...string) Entry {
	return Entry{
		ID: id, Implementation: "agent " + strings.Join(command, " "),
		Available: func() error {
			_, err := exec.LookPath(command[0])
			return err
		},
		Start: func(ctx context.Context, _ func(string)) (peer.Peer, error) {
			return agent.Launch(ctx, agent.Options{
				ID: id, Command: command,
				// The run's own timeouts, which can be scaled, bound both.
				StartTimeout: unbounded, CallTimeout: unbounded,
			})
		},
	}
}

// agentName is what pairs, globs and file names can hold.
var agentName = regexp.MustCompile(`^[A-Za-z0-9][A-Za-z0-9._@+-]*$`)

// ParseAgent reads NAME=COMMAND. The command is split at spaces; there is no
// quoting.
func ParseAgent(text string) (Entry, error) {
	name, command, given := strings.Cut(text, "=")
	argv := strings.Fields(command)
	switch {
	case !given || len(argv) == 0:
		return Entry{}, errors.New("want NAME=COMMAND, such as mine=./my-agent")
	case !agentName.MatchString(name) || strings.Contains(name, "->"):
		return Entry{}, fmt.Errorf("name: got %q, want letters, digits and any of . _ @ + -", name)
	}
	entry := Agent(name, argv...)
	entry.Own = strings.Join(argv, " ")
	return entry, nil
}
