package scenario

import (
	"errors"
	"fmt"
	"net"
	"sync"

	"github.com/webrtc-rink/rink/harness/peer"
)

// silentServers are sockets on this machine that take what a STUN or TURN client
// sends and never answer: the same as a server behind a firewall that drops, but
// nothing leaves the machine.
type silentServers struct {
	udp  net.PacketConn
	tcp  net.Listener
	mu   sync.Mutex
	held []net.Conn
	done sync.WaitGroup
}

func openSilentServers() (*silentServers, error) {
	address := localAddress()
	udp, err := net.ListenPacket("udp", net.JoinHostPort(address, "0"))
	if err != nil {
		return nil, fmt.Errorf("silent STUN server: %w", err)
	}
	tcp, err := net.Listen("tcp", net.JoinHostPort(address, "0"))
	if err != nil {
		return nil, errors.Join(fmt.Errorf("silent TURN server: %w", err), udp.Close())
	}
	s := &silentServers{udp: udp, tcp: tcp}
	s.done.Add(1)
	go s.accept()
	return s, nil
}

// localAddress is an IPv4 address of this machine that is not loopback, where
// there is one: implementations do not send from a LAN address to 127.0.0.1.
func localAddress() string {
	addresses, err := net.InterfaceAddrs()
	if err == nil {
		for _, a := range addresses {
			if n, ok := a.(*net.IPNet); ok && n.IP.To4() != nil && !n.IP.IsLoopback() {
				return n.IP.String()
			}
		}
	}
	return "127.0.0.1"
}

func (s *silentServers) servers() []peer.ICEServer {
	return []peer.ICEServer{
		{URLs: []string{"stun:" + s.udp.LocalAddr().String()}},
		{URLs: []string{"turn:" + s.udp.LocalAddr().String() + "?transport=udp"}, Username: "rink", Credential: "rink"},
		{URLs: []string{"turn:" + s.tcp.Addr().String() + "?transport=tcp"}, Username: "rink", Credential: "rink"},
	}
}

// accept takes TCP connections and holds them open.
func (s *silentServers) accept() {
	defer s.done.Done()
	for {
		c, err := s.tcp.Accept()
		if err != nil {
			return
		}
		s.mu.Lock()
		s.held = append(s.held, c)
		s.mu.Unlock()
	}
}

// close frees the sockets. Errors of closing what nobody answers on say nothing.
func (s *silentServers) close() {
	_ = s.tcp.Close()
	_ = s.udp.Close()
	s.done.Wait()
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, c := range s.held {
		_ = c.Close()
	}
}
