package scenario

import (
	"context"
	"errors"

	"github.com/webrtc-rink/rink/harness/peer"
	"github.com/webrtc-rink/rink/harness/trace"
)

// badServer is a server that W3C does not let a connection be configured with.
type badServer struct {
	name   string
	server peer.ICEServer
}

// serversBad are servers that are refused with SyntaxError, for their URL, or with
// InvalidAccessError, for lack of credentials
// (https://www.w3.org/TR/webrtc/#dfn-set-the-ice-servers).
func serversBad() []badServer {
	open := func(name string, urls ...string) badServer { return badServer{name, peer.ICEServer{URLs: urls}} }
	return []badServer{
		{"no-url", peer.ICEServer{URLs: []string{}}},
		open("empty-url", ""),
		open("relative-url", "relative-url"),
		open("url-of-http", "http://192.0.2.1"),
		open("stun-with-query", "stun:192.0.2.1?transport=udp"),
		open("stun-with-slashes", "stun://192.0.2.1/a?b=c"),
		open("port-beyond-65535", "stun:192.0.2.1:65536"),
		open("second-url-empty", "stun:192.0.2.1", ""),
		{"transport-of-no-meaning", peer.ICEServer{URLs: []string{"turn:192.0.2.1?transport=sideways"}, Username: "u", Credential: "c"}},
		open("turn-without-credentials", "turn:192.0.2.1"),
		open("turns-without-credentials", "turns:192.0.2.1"),
		{"turn-without-credential", peer.ICEServer{URLs: []string{"turn:192.0.2.1"}, Username: "u"}},
		{"turn-without-username", peer.ICEServer{URLs: []string{"turn:192.0.2.1"}, Credential: "c"}},
	}
}

// configured is the suffix of the connections that are given a bad server later.
const configured = " later"

// badServers opens a connection with each bad server, and gives it to one that is open.
func (s *session) badServers(ctx context.Context, at trace.Side) error {
	f := s.sides[at].desc.Features
	if !f.Has(peer.FeatureICEServers) {
		return nil
	}
	for _, bad := range serversBad() {
		config := peer.Configuration{ICEServers: []peer.ICEServer{bad.server}}
		x, err := s.extra(ctx, at, bad.name, config)
		var refused *refusedError
		if err != nil && !errors.As(err, &refused) {
			return err
		}
		if err == nil {
			if err := s.finished(ctx, x); err != nil {
				return err
			}
		}
		if f.Has(peer.FeatureSetConfiguration) {
			if err := s.configuredLater(ctx, at, bad.name, config); err != nil {
				return err
			}
		}
	}
	return nil
}

func (s *session) configuredLater(ctx context.Context, at trace.Side, name string, config peer.Configuration) error {
	x, err := s.extra(ctx, at, name+configured, peer.Configuration{})
	if err != nil {
		return err
	}
	if _, err := accepted(x.conn.probing(name).setConfiguration(ctx, config)); err != nil {
		return err
	}
	return s.finished(ctx, x)
}
