package fake

import (
	"fmt"
	"strings"

	"github.com/webrtc-rink/rink/harness/wire"
)

// section is a media section as the fake writes it.
type section struct {
	mid, kind  string
	direction  string   // of a media section; empty is sendrecv
	formats    []string // of the other end, in an answer
	rejected   bool
	bundleOnly bool
	bundled    bool // uses the transport of another section
	fresh      bool // new in this offer
	free       bool // may be used again for another
}

// write makes a description without candidates.
func (c *connection) write(setup string, group []string, sections []section) *wire.Description {
	var b strings.Builder
	b.WriteString("v=0\r\no=- 1 1 IN IP4 127.0.0.1\r\ns=-\r\nt=0 0\r\n")
	if len(group) > 0 {
		fmt.Fprintf(&b, "a=group:BUNDLE %s\r\n", strings.Join(group, " "))
	}
	b.WriteString("a=ice-options:trickle\r\n")
	if c.config.Lite {
		b.WriteString("a=ice-lite\r\n")
	}
	for _, s := range sections {
		c.writeSection(&b, setup, s)
	}
	d, err := wire.ParseDescription(b.String())
	if err != nil {
		panic(err) // the text above is ours
	}
	return d
}

func (c *connection) writeSection(b *strings.Builder, setup string, s section) {
	port := 9
	if s.rejected || s.bundleOnly {
		port = 0
	}
	proto, formats, codec := "UDP/TLS/RTP/SAVPF", "111", "a=rtpmap:111 opus/48000/2\r\na=rtcp-mux\r\n"+s.directed()
	switch s.kind {
	case "video":
		formats, codec = "96", "a=rtpmap:96 VP8/90000\r\na=rtcp-mux\r\n"+s.directed()
	case "application":
		proto, formats, codec = "UDP/DTLS/SCTP", "webrtc-datachannel", "a=sctp-port:5000\r\na=max-message-size:262144\r\n"
	}
	if s.rejected && len(s.formats) > 0 {
		formats, codec = strings.Join(s.formats, " "), "a=inactive\r\n"
	}
	fmt.Fprintf(b, "m=%s %d %s %s\r\nc=IN IP4 0.0.0.0\r\na=mid:%s\r\n%s", s.kind, port, proto, formats, s.mid, codec)
	if s.bundleOnly {
		b.WriteString("a=bundle-only\r\n")
	}
	if s.rejected || s.bundleOnly || s.bundled {
		return
	}
	ice := c.written()
	fmt.Fprintf(b, "a=ice-ufrag:%s\r\na=ice-pwd:%s\r\na=setup:%s\r\na=fingerprint:%s\r\n", ice.ufrag, ice.pwd, setup, c.fingerprint())
}

// withCandidates is a local description as it is now: with the candidates gathered,
// each in its section.
func (c *connection) withCandidates(parsed *wire.Description) string {
	d := parsed.Clone()
	c.listGathered(d, false)
	for _, defect := range c.peer.defects {
		if defect.described != nil {
			defect.described(d)
		}
	}
	return d.String()
}

// candidateLine is the n-th host candidate of a section.
func candidateLine(n, port int) string {
	return fmt.Sprintf("candidate:%d 1 udp %d %s %d typ host", n+1, hostPriority(n), hostAddress(n), port)
}

func hostPriority(n int) uint32 { return 2130706431 - 256*uint32(n) } //nolint:gosec // few hosts

func hostAddress(n int) string { return fmt.Sprintf("192.0.2.%d", n+1) }
