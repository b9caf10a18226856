package pion

import (
	"context"
	"encoding/hex"
	"sync/atomic"
	"time"

	"github.com/pion/webrtc/v3"
	"github.com/pion/webrtc/v3/pkg/media"

	"github.com/webrtc-rink/rink/harness/peer"
)

// source is synthetic media: the same frame over and over.
type source struct {
	codec    webrtc.RTPCodecCapability
	frame    []byte
	interval time.Duration
}

// sources by kind. Opus: one 20 ms frame of silence (RFC 6716 §3.1: TOC 0xf8,
// CELT, 48 kHz, mono; the two bytes after it decode to silence). VP8: one key frame
// of 64x64 grey pixels, encoded and decoded again by Chromium 156 WebCodecs
// (VideoEncoder "vp8", I420 all 128), sent ten times a second.
var sources = map[peer.Kind]source{
	peer.Audio: {
		codec: webrtc.RTPCodecCapability{MimeType: webrtc.MimeTypeOpus, ClockRate: 48000, Channels: 2},
		frame: []byte{0xf8, 0xff, 0xfe}, interval: 20 * time.Millisecond,
	},
	peer.Video: {
		codec: webrtc.RTPCodecCapability{MimeType: webrtc.MimeTypeVP8, ClockRate: 90000},
		frame: fromHex("f002009d012a400040000007088585889984880124100030ce09a05927daf6a80000"), interval: 100 * time.Millisecond,
	},
}

func fromHex(s string) []byte {
	b, err := hex.DecodeString(s)
	if err != nil {
		panic(err) // a constant of this file
	}
	return b
}

// inbound counts one track that arrives.
type inbound struct {
	kind    peer.Kind
	mid     func() string
	packets atomic.Int64
}

// AddTrack is PeerConnection.AddTrack with synthetic media.
func (c *Connection) AddTrack(ctx context.Context, kind peer.Kind) error {
	return do(ctx, "AddTrack", func() error {
		track, src, err := newTrack(kind)
		if err != nil {
			return err
		}
		sender, err := c.pc.AddTrack(track)
		if err != nil {
			return err
		}
		c.play(track, src, sender)
		return nil
	})
}

// AddTransceiver is PeerConnection.AddTransceiverFromTrack for a direction that
// sends, and AddTransceiverFromKind for the others.
func (c *Connection) AddTransceiver(ctx context.Context, kind peer.Kind, init peer.TransceiverInit) error {
	return do(ctx, "AddTransceiver", func() error {
		direction := webrtc.NewRTPTransceiverDirection(init.Direction)
		if init.Direction == "" {
			direction = webrtc.RTPTransceiverDirectionSendrecv
		}
		o := webrtc.RTPTransceiverInit{Direction: direction}
		if direction != webrtc.RTPTransceiverDirectionSendrecv && direction != webrtc.RTPTransceiverDirectionSendonly {
			_, err := c.pc.AddTransceiverFromKind(webrtc.NewRTPCodecType(string(kind)), o)
			return err
		}
		track, src, err := newTrack(kind)
		if err != nil {
			return err
		}
		t, err := c.pc.AddTransceiverFromTrack(track, o)
		if err != nil {
			return err
		}
		c.play(track, src, t.Sender())
		return nil
	})
}

func newTrack(kind peer.Kind) (*webrtc.TrackLocalStaticSample, source, error) {
	src, known := sources[kind]
	if !known {
		return nil, src, peer.Errorf(peer.TypeError, "kind: got %q, want audio or video", kind)
	}
	track, err := webrtc.NewTrackLocalStaticSample(src.codec, "rink-"+string(kind), "rink")
	return track, src, err
}

// play sends the source and reads the sender's RTCP, which the interceptors
// need, until the connection closes.
func (c *Connection) play(track *webrtc.TrackLocalStaticSample, src source, sender *webrtc.RTPSender) {
	c.run("media source", func() {
		tick := time.NewTicker(src.interval)
		defer tick.Stop()
		for {
			select {
			case <-tick.C:
				// An error says that the far side or this one is closing.
				_ = track.WriteSample(media.Sample{Data: src.frame, Duration: src.interval})
			case <-c.stop:
				return
			}
		}
	})
	c.run("sender RTCP", func() { drain(sender.ReadRTCP) })
}

// onTrack counts what arrives. pion v3 calls it at the first RTP packet of a
// track, not when the remote description is set.
func (c *Connection) onTrack(t *webrtc.TrackRemote, r *webrtc.RTPReceiver) {
	in := &inbound{kind: peer.Kind(t.Kind().String()), mid: func() string { return c.midOf(r) }}
	c.mu.Lock()
	c.inbound = append(c.inbound, in)
	c.mu.Unlock()
	c.queue.Put(peer.Event{Type: peer.EventTrack, Kind: in.kind, Mid: in.mid()})
	c.run("receiver RTCP", func() { drain(r.ReadRTCP) })
	c.run("receiver RTP", func() {
		for {
			if _, _, err := t.ReadRTP(); err != nil {
				return
			}
			in.packets.Add(1)
		}
	})
}

func (c *Connection) midOf(r *webrtc.RTPReceiver) string {
	for _, t := range c.pc.GetTransceivers() {
		if t.Receiver() == r {
			return t.Mid()
		}
	}
	return ""
}

// drain reads until the first error, which comes when the connection closes.
func drain[A, B any](read func() (A, B, error)) {
	for {
		if _, _, err := read(); err != nil {
			return
		}
	}
}

// run starts a goroutine that Close waits for, unless Close has begun.
func (c *Connection) run(what string, f func()) {
	c.mu.Lock()
	defer c.mu.Unlock()
	select {
	case <-c.stop:
		return
	default:
	}
	c.running.Go(func() { c.guard(what, f) })
}

func (in *inbound) stats() peer.InboundStats {
	return peer.InboundStats{Mid: in.mid(), Kind: in.kind, PacketsReceived: int(in.packets.Load())}
}
