package peertest

import (
	"context"
	"errors"
	"fmt"
	"net"
	"strings"

	"github.com/webrtc-rink/rink/harness/peer"
)

func settingCases() []Case {
	with := func(f peer.Feature) peer.Features { return peer.Features{peer.FeatureDataChannel, f} }
	return []Case{
		{
			Name:     "set-configuration",
			Explains: "SetConfiguration takes other ICE servers, and refuses another bundlePolicy with a named error",
			Needs:    peer.Features{peer.FeatureSetConfiguration},
			Run:      withConnection(setConfiguration),
		},
		{
			Name:     "candidate-errors",
			Explains: "a TURN server that cannot be reached is an icecandidateerror event with its URL and a code",
			Needs:    peer.Features{peer.FeatureDataChannel, peer.FeatureICEServers, peer.FeatureCandidateErrors},
			Run:      candidateErrors,
		},
		{
			Name:     "ice-lite",
			Explains: "an end whose configuration is lite says so in its description, and one that is not does not",
			Needs:    with(peer.FeatureLite),
			Run:      lite,
		},
		{
			Name:     "answering-role",
			Explains: "an answer takes the DTLS role of the configuration: active is client, passive is server",
			Needs:    with(peer.FeatureAnsweringRole),
			Run:      answeringRole,
		},
	}
}

func setConfiguration(ctx context.Context, w *Watched) error {
	servers := peer.Configuration{ICEServers: []peer.ICEServer{{URLs: []string{"stun:192.0.2.1:3478"}}}}
	if err := w.SetConfiguration(ctx, servers); err != nil {
		return fmt.Errorf("setConfiguration with a STUN server: %w", err)
	}
	return named("setConfiguration with another bundlePolicy", w.SetConfiguration(ctx, peer.Configuration{BundlePolicy: "max-bundle"}))
}

// withConfigured runs a case on two connections, each with a configuration.
func withConfigured(ctx context.Context, p peer.Peer, a, b peer.Configuration, run func(context.Context, pair) error) error {
	offerer, err := Open(ctx, p, "offerer", a)
	if err != nil {
		return err
	}
	answerer, err := Open(ctx, p, "answerer", b)
	if err != nil {
		return errors.Join(err, shut(ctx, offerer))
	}
	return errors.Join(run(ctx, pair{offerer, answerer}), shut(ctx, offerer, answerer))
}

func lite(ctx context.Context, p peer.Peer) error {
	return withConfigured(ctx, p, peer.Configuration{Lite: true}, peer.Configuration{}, func(ctx context.Context, ab pair) error {
		err := ab.offered(ctx)
		if err == nil {
			err = ab.answer(ctx, "answer")
		}
		if err != nil {
			return err
		}
		for _, side := range []struct {
			w    *Watched
			want bool
		}{{ab.a, true}, {ab.b, false}} {
			s, err := side.w.Snapshot(ctx)
			if err != nil {
				return fmt.Errorf("%s snapshot: %w", side.w.name, err)
			}
			if got := s.LocalDescription != nil && strings.Contains(s.LocalDescription.SDP, "\r\na=ice-lite\r\n"); got != side.want {
				return fmt.Errorf("%s a=ice-lite in the local description: got %t, want %t", side.w.name, got, side.want)
			}
		}
		return nil
	})
}

func answeringRole(ctx context.Context, p peer.Peer) error {
	for role, setup := range map[string]string{"client": "active", "server": "passive"} {
		err := withConfigured(ctx, p, peer.Configuration{}, peer.Configuration{AnsweringDTLSRole: role}, func(ctx context.Context, ab pair) error {
			link, err := ConnectData(ctx, ab.a, ab.b, "rink")
			if err != nil {
				return err
			}
			s, err := ab.b.Snapshot(ctx)
			if err == nil && (s.LocalDescription == nil || !strings.Contains(s.LocalDescription.SDP, "\r\na=setup:"+setup+"\r\n")) {
				err = fmt.Errorf("%s answer: got %+v, want a=setup:%s", ab.b.name, s.LocalDescription, setup)
			}
			if err != nil {
				return err
			}
			return link.Echo(ctx, peer.Message{Text: "with the role " + role})
		})
		if err != nil {
			return fmt.Errorf("answeringDtlsRole %s: %w", role, err)
		}
	}
	return nil
}

// candidateErrors names a TURN server at a TCP port that nobody listens on.
func candidateErrors(ctx context.Context, p peer.Peer) error {
	closed, err := net.Listen("tcp4", net.JoinHostPort(reachable(), "0"))
	if err != nil {
		return fmt.Errorf("a port to name: %w", err)
	}
	if err := closed.Close(); err != nil {
		return fmt.Errorf("a port to name: %w", err)
	}
	server := peer.ICEServer{URLs: []string{"turn:" + closed.Addr().String() + "?transport=tcp"}, Username: "rink", Credential: "rink"}
	w, err := Open(ctx, p, "connection", peer.Configuration{ICEServers: []peer.ICEServer{server}})
	if err != nil {
		return err
	}
	return errors.Join(candidateError(ctx, w, server.URLs[0]), shut(ctx, w))
}

// reachable is an address of this machine, not of its loopback interface if it has
// another: from there a browser may not gather.
func reachable() string {
	all, err := net.InterfaceAddrs()
	if err == nil {
		for _, a := range all {
			if n, ok := a.(*net.IPNet); ok && n.IP.To4() != nil && !n.IP.IsLoopback() {
				return n.IP.String()
			}
		}
	}
	return "127.0.0.1"
}

func candidateError(ctx context.Context, w *Watched, url string) error {
	if _, err := applyOffer(ctx, w); err != nil {
		return err
	}
	e, err := w.Await(ctx, "icecandidateerror", func(e peer.Event) bool { return e.Type == peer.EventICECandidateError })
	if err != nil {
		return err
	}
	if e.Error == nil || e.Error.URL != url || e.Error.Code == 0 {
		return fmt.Errorf("icecandidateerror: got %+v, want one of %s with a code", e.Error, url)
	}
	return nil
}
