package serve

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log"
	"net"
	"net/http"
	"net/netip"
	"os"
	"path/filepath"
	"strconv"
	"time"
)

// DefaultAddr is where the server listens unless it is told otherwise.
const DefaultAddr = "127.0.0.1:8700"

// Bounds on what a client may take.
const (
	headerTimeout = 10 * time.Second // until a request is there
	writeTimeout  = 2 * time.Minute  // until an answer is taken
	eventTimeout  = 15 * time.Second // until a part of a stream is taken
	idleTimeout   = 2 * time.Minute
	endTimeout    = 2 * time.Second // until all is over once the server is to end
	maxHeader     = 32 << 10
	maxStreams    = 64
)

// Server shows one folder of runs.
type Server struct {
	dir      string
	root     *os.Root
	listener net.Listener
	ports    string // of the listener
	now      func() time.Time

	stopping chan struct{}
	streams  chan struct{} // a place for each stream

	heads   memory[headOf]
	states  memory[stateOf]
	sources memory[sourceOf]
}

// ErrAddress is matched by the error of an address that the server does not listen on,
// whether it is free or not.
var ErrAddress = errors.New("the address cannot be used")

// Listen prepares a server for the runs in dir. It listens already, and is to be
// served or closed.
func Listen(dir, addr string) (*Server, error) {
	root, err := os.OpenRoot(dir)
	if err != nil {
		return nil, fmt.Errorf("folder of the runs: %w", err)
	}
	at, err := loopback(addr)
	if err != nil {
		return nil, errors.Join(err, root.Close())
	}
	l, err := net.Listen("tcp", at.String())
	if err != nil {
		return nil, errors.Join(fmt.Errorf("serve: %w", err), root.Close())
	}
	_, port, _ := net.SplitHostPort(l.Addr().String()) // a listener has one
	shown, err := filepath.Abs(dir)
	if err != nil {
		shown = dir
	}
	return &Server{
		dir: shown, root: root, listener: l, ports: port, now: time.Now,
		stopping: make(chan struct{}), streams: make(chan struct{}, maxStreams),
	}, nil
}

// loopback reads an address, which has to be this machine's own.
func loopback(addr string) (netip.AddrPort, error) {
	refuse := func(why string) (netip.AddrPort, error) {
		return netip.AddrPort{}, fmt.Errorf("%w: got %q: %s", ErrAddress, addr, why)
	}
	host, port, err := net.SplitHostPort(addr)
	if err != nil {
		return refuse("want HOST:PORT, such as " + DefaultAddr)
	}
	n, err := strconv.ParseUint(port, 10, 16)
	if err != nil {
		return refuse("the port has to be a number from 0 to 65535; 0 takes a free one")
	}
	if host == "localhost" { // whatever a hosts file says of it
		host = "127.0.0.1"
	}
	const only = "reports tell of this machine and have no password, so they are served on loopback alone: 127.0.0.1, [::1] or localhost. " +
		"From elsewhere: ssh -L 8700:127.0.0.1:8700 HOST"
	ip, err := netip.ParseAddr(host)
	switch {
	case host == "":
		return refuse("that is every interface of this machine; " + only)
	case err != nil:
		return refuse(fmt.Sprintf("%q is a name that may lead anywhere; %s", host, only))
	case !ip.IsLoopback():
		return refuse(fmt.Sprintf("%s is not on the loopback interface; %s", ip, only))
	}
	return netip.AddrPortFrom(ip, uint16(n)), nil
}

// URL is where the runs are to be seen.
func (s *Server) URL() string { return "http://" + s.listener.Addr().String() + "/" }

// Serve answers until ctx ends. Then it ends every stream, and returns when nothing of
// it is left.
func (s *Server) Serve(ctx context.Context, complaints io.Writer) error {
	server := &http.Server{
		Handler: s.guard(s.routes()), ReadHeaderTimeout: headerTimeout, ReadTimeout: headerTimeout, WriteTimeout: writeTimeout,
		IdleTimeout: idleTimeout, MaxHeaderBytes: maxHeader, ErrorLog: log.New(complaints, "rink serve: ", 0),
	}
	ended := make(chan error, 1)
	stop := context.AfterFunc(ctx, func() {
		close(s.stopping)
		bounded, cancel := context.WithTimeout(context.WithoutCancel(ctx), endTimeout)
		defer cancel()
		err := server.Shutdown(bounded)
		if err != nil { // a client that takes nothing
			err = server.Close()
		}
		ended <- err
	})
	err := server.Serve(s.listener)
	if !stop() {
		err = <-ended
	}
	return errors.Join(err, s.root.Close())
}

// Close gives up a server that was not served.
func (s *Server) Close() error { return errors.Join(s.listener.Close(), s.root.Close()) }

func (s *Server) routes() http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("GET /{$}", s.runsPage)
	mux.HandleFunc("GET /history", s.historyPage)
	mux.HandleFunc("GET /history/versions", s.historyPage)
	mux.HandleFunc("GET /live/{run...}", s.livePage)
	mux.HandleFunc("GET /events/{run...}", s.events)
	mux.HandleFunc("GET /runs/{path...}", s.file)
	return mux
}
