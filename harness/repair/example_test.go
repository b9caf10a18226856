package repair_test

import (
	"context"
	"fmt"
	"time"

	"github.com/webrtc-rink/rink/harness/peer"
	"github.com/webrtc-rink/rink/harness/peer/fake"
	"github.com/webrtc-rink/rink/harness/repair"
)

// Wait for the end of gathering on any connection, then send the candidates of
// its description, each with the mid and index of its own media section.
func ExampleGatherer() {
	ctx, cancel := context.WithTimeout(context.Background(), 10*time.Second)
	defer cancel()

	// Any peer will do; this one is scripted.
	p := fake.NewNetwork().Peer("fake")
	defer p.Close()
	conn, err := p.Open(ctx, peer.Configuration{})
	if err != nil {
		fmt.Println(err)
		return
	}

	// Whoever reads the events shows each of them to the gatherer.
	gatherer := repair.NewGatherer(conn)
	go func() {
		for e := range conn.Events() {
			gatherer.Observe(e)
		}
	}()

	local, err := offer(ctx, conn, gatherer)
	if err != nil {
		fmt.Println(err)
		return
	}
	candidates, err := repair.Candidates(local)
	if err != nil {
		fmt.Println(err)
		return
	}
	for _, c := range candidates {
		raw, err := repair.Encode(repair.ShapeAiortc, c)
		if err != nil {
			fmt.Println(err)
			return
		}
		fmt.Println(string(raw))
	}
	// Output:
	// {"type":"candidate","candidate":"candidate:1 1 udp 2130706431 192.0.2.1 20001 typ host","id":"0","label":0}
	// {"type":"candidate","candidate":"candidate:2 1 udp 2130706175 192.0.2.2 20002 typ host","id":"0","label":0}
}

// offer makes an offer for one data channel and returns it with its candidates.
func offer(ctx context.Context, conn peer.Connection, g *repair.Gatherer) (peer.SessionDescription, error) {
	if _, err := conn.CreateDataChannel(ctx, "chat", peer.DataChannelInit{}); err != nil {
		return peer.SessionDescription{}, err
	}
	d, err := conn.CreateOffer(ctx, peer.OfferOptions{})
	if err != nil {
		return d, err
	}
	if err := conn.SetLocalDescription(ctx, &d); err != nil {
		return d, err
	}
	return g.Wait(ctx)
}

// A single candidate can be stamped too, as it is surfaced or later.
func ExampleStamp() {
	local := peer.SessionDescription{Type: "offer", SDP: "v=0\r\n" +
		"m=audio 9 UDP/TLS/RTP/SAVPF 111\r\na=mid:voice\r\n" +
		"m=application 9 UDP/DTLS/SCTP webrtc-datachannel\r\na=mid:chat\r\na=ice-ufrag:abcd\r\n" +
		"a=candidate:1 1 udp 2130706431 192.0.2.1 5000 typ host\r\n"}
	empty := ""
	surfaced := peer.ICECandidateInit{Candidate: "candidate:1 1 udp 2130706431 192.0.2.1 5000 typ host", SDPMid: &empty}

	c, err := repair.Stamp(local, surfaced)
	fmt.Println(c, err)
	// Output:
	// {"candidate":"candidate:1 1 udp 2130706431 192.0.2.1 5000 typ host","sdpMid":"chat","sdpMLineIndex":1,"usernameFragment":"abcd"} <nil>
}
