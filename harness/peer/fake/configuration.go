package fake

import (
	"context"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"github.com/webrtc-rink/rink/harness/peer"
)

// SetConfiguration validates the servers and takes the rest as it is. It is heeded at
// the next gathering.
func (c *connection) SetConfiguration(_ context.Context, config peer.Configuration) error {
	defer c.lock()()
	if err := c.usable(); err != nil {
		return err
	}
	if err := c.peer.configured(config); err != nil {
		return err
	}
	c.reconfigured(config)
	return nil
}

// validServers follows W3C: https://www.w3.org/TR/webrtc/#dfn-set-the-ice-servers.
func validServers(servers []peer.ICEServer) error {
	for _, s := range servers {
		if len(s.URLs) == 0 {
			return peer.Errorf(peer.SyntaxError, "there is no URL")
		}
		for _, u := range s.URLs {
			scheme, rest, ok := strings.Cut(u, ":")
			if !ok || !validAddress(scheme, rest) {
				return peer.Errorf(peer.SyntaxError, "%q is no URL of a server", u)
			}
			if strings.HasPrefix(scheme, "turn") && (s.Username == "" || s.Credential == "") {
				return peer.Errorf(peer.InvalidAccessError, "%q needs username and credential", u)
			}
		}
	}
	return nil
}

// validAddress reads what follows the scheme (RFC 7064 and RFC 7065 section 3.1).
func validAddress(scheme, rest string) bool {
	address, query, asks := strings.Cut(rest, "?")
	switch scheme {
	case "stun", "stuns":
		if asks {
			return false
		}
	case "turn", "turns":
		if asks && query != "transport=udp" && query != "transport=tcp" {
			return false
		}
	default:
		return false
	}
	parsed, err := url.Parse("x://" + address)
	if err != nil || parsed.Host == "" || parsed.Host != address {
		return false
	}
	port, err := strconv.Atoi(parsed.Port())
	return parsed.Port() == "" || err == nil && port <= 65535
}

// configured validates what a new connection is given.
func (f *fake) configured(config peer.Configuration) error {
	if slices.ContainsFunc(f.defects, func(d Defect) bool { return d.anyServer }) {
		return nil
	}
	return validServers(config.ICEServers)
}
