package netlab

import (
	"errors"
	"io"
	"net"
	"time"
)

// Network says whose interfaces a run uses.
type Network string

// The networks a run can use.
const (
	Private Network = "private" // a namespace that Run made
	Host    Network = "host"    // the machine's own interfaces
)

// Env is the environment variable that Run sets for the command: the identity
// of its network namespace ("net:[4026532281]"), so that a value which was
// carried elsewhere is not believed. It is reserved.
const Env = "RINK_NETWORK_NAMESPACE"

// ErrUnsupported is matched by every error which says that a private network
// cannot be made here. The error's text names what is missing and what the user
// can do.
var ErrUnsupported = errors.New("no private network")

// Exit codes of Run for commands that did not start; those of env(1) and
// timeout(1).
const (
	exitFailed        = 125 // the private network or netlab itself failed
	exitNotExecutable = 126
	exitNotFound      = 127
	exitSignalled     = 128 // plus the signal's number
)

// RunOptions changes what Run gives to the command. The zero value passes this
// process's environment, folder and standard streams on.
type RunOptions struct {
	Env    []string // of the command, "NAME=value"; nil inherits
	Dir    string   // working folder of the command; empty inherits
	Stdin  io.Reader
	Stdout io.Writer
	Stderr io.Writer
	// Grace is how long the command has between SIGTERM, which it gets when
	// the context ends, and SIGKILL. Zero is DefaultGrace.
	Grace time.Duration
}

// DefaultGrace is long enough for a run that is told to stop to close its
// browsers and write its report.
const DefaultGrace = 15 * time.Second

// Info describes a network. It goes to the report.
type Info struct {
	Network    Network     `json:"network"`
	Interfaces []Interface `json:"interfaces"`      // those that are up
	Notes      []string    `json:"notes,omitempty"` // what is not as it should be, for a person
}

// Interface is one network interface that is up.
type Interface struct {
	Name      string   `json:"name"`
	Addresses []string `json:"addresses"` // with prefix length, "10.77.0.2/24"
}

// Describe reads the network that this process is in.
func Describe() Info {
	info := Info{Network: Host, Interfaces: []Interface{}}
	if Inside() {
		info.Network = Private
		info.Notes = privateNotes()
	}
	links, err := net.Interfaces()
	if err != nil {
		info.Notes = append(info.Notes, "interfaces: "+err.Error())
	}
	for _, link := range links {
		if link.Flags&net.FlagUp == 0 {
			continue
		}
		addresses, err := link.Addrs()
		if err != nil {
			info.Notes = append(info.Notes, "addresses of "+link.Name+": "+err.Error())
		}
		names := make([]string, len(addresses))
		for i, a := range addresses {
			names[i] = a.String()
		}
		info.Interfaces = append(info.Interfaces, Interface{Name: link.Name, Addresses: names})
	}
	return info
}
