package main

import (
	"context"
	_ "embed"
	"encoding/json"
	"errors"
	"fmt"
	"sync"
	"time"

	"github.com/chromedp/cdproto/runtime"
	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/remote"
	"github.com/pion/webrtc/v3"
)

// script is the page's half of a session that is written by hand.
//
//go:embed bare.js
var script string

// patience bounds a session by hand.
const patience = 30 * time.Second

// bare runs sessions as a careful engineer would by hand, with pion and chromedp
// alone.
type bare struct {
	ctx    context.Context
	cancel context.CancelFunc

	mu      sync.Mutex
	id      int
	current *session
}

func newBare(url string) (*bare, error) {
	b := &bare{}
	allocator, cancel := remote.NewAllocator(context.Background(), url)
	b.ctx, _ = chromedp.NewContext(allocator, chromedp.WithListener(b.hear))
	b.cancel = cancel
	if _, err := chromedp.Call(b.ctx, runtime.AddBinding, runtime.AddBindingParams{Name: "emit"}); err != nil {
		cancel()
		return nil, err
	}
	_, err := chromedp.Run(b.ctx, chromedp.Evaluate[chromedp.Void](script))
	return b, err
}

func (b *bare) close() { b.cancel() }

// message is what the page says.
type message struct {
	ID        int                      `json:"id"`
	Type      string                   `json:"type"`
	Candidate *webrtc.ICECandidateInit `json:"candidate"`
	State     string                   `json:"state"`
	Text      string                   `json:"text"`
}

func (b *bare) hear(event any) {
	called, ok := event.(*runtime.EventBindingCalled)
	if !ok {
		return
	}
	var m message
	if json.Unmarshal([]byte(called.Payload), &m) != nil {
		return
	}
	b.mu.Lock()
	s := b.current
	b.mu.Unlock()
	if s != nil && s.id == m.ID {
		s.fromPage <- m
	}
}

// session is one session by hand.
type session struct {
	id       int
	browser  *bare
	ctx      context.Context
	pc       *webrtc.PeerConnection
	fromPage chan message
	fromPion chan any

	pageConnected, pionConnected bool
	pageEcho, pionEcho           bool
	pageGathered, pionGathered   bool
}

// session connects, sends a message each way, waits for the end of gathering and
// closes.
func (b *bare) session(ctx context.Context, pageOffers bool) (err error) {
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	pc, err := webrtc.NewPeerConnection(webrtc.Configuration{})
	if err != nil {
		return err
	}
	b.mu.Lock()
	b.id++
	s := &session{id: b.id, browser: b, ctx: ctx, pc: pc, fromPage: make(chan message, 1000), fromPion: make(chan any, 1000)}
	b.current = s
	b.mu.Unlock()
	defer func() {
		_ = pc.Close() // whoever closes second is told so
		err = errors.Join(err, s.eval("end(%d)", nil))
	}()
	s.subscribe()
	negotiate := s.pionFirst
	if pageOffers {
		negotiate = s.pageFirst
	}
	return in(func() error { return s.eval("make(%d)", nil) }, negotiate, s.loop)
}

type (
	gathered  struct{}
	connected struct{}
	opened    struct{ channel *webrtc.DataChannel }
	received  struct {
		channel *webrtc.DataChannel
		answer  bool
	}
)

func (s *session) subscribe() {
	s.pc.OnICECandidate(func(c *webrtc.ICECandidate) {
		if c == nil {
			s.fromPion <- gathered{}
			return
		}
		s.fromPion <- c.ToJSON()
	})
	s.pc.OnConnectionStateChange(func(state webrtc.PeerConnectionState) {
		if state == webrtc.PeerConnectionStateConnected {
			s.fromPion <- connected{}
		}
	})
	s.pc.OnDataChannel(func(d *webrtc.DataChannel) { s.adopt(d, false) })
}

// adopt takes a channel. The end that made it speaks first, the other one
// answers.
func (s *session) adopt(d *webrtc.DataChannel, first bool) {
	d.OnMessage(func(webrtc.DataChannelMessage) { s.fromPion <- received{d, !first} })
	if first {
		d.OnOpen(func() { s.fromPion <- opened{d} })
	}
}

// eval calls a function of the page with the session's id and one value.
func (s *session) eval(call string, result *webrtc.SessionDescription, values ...any) error {
	args := []any{s.id}
	for _, v := range values {
		raw, err := json.Marshal(v)
		if err != nil {
			return err
		}
		args = append(args, string(raw))
	}
	got, err := chromedp.Run(s.browser.ctx, chromedp.Evaluate[[]byte](fmt.Sprintf(call, args...), awaited))
	if err == nil && result != nil {
		err = json.Unmarshal(got, result)
	}
	return err
}

func awaited(p *runtime.EvaluateParams) {
	yes := true
	p.AwaitPromise = &yes
}

// in runs steps until one fails.
func in(steps ...func() error) error {
	for _, step := range steps {
		if err := step(); err != nil {
			return err
		}
	}
	return nil
}

func (s *session) pageFirst() error {
	var offer, answer webrtc.SessionDescription
	return in(
		func() error { return s.eval("channel(%d)", nil) },
		func() error { return s.eval("createOffer(%d)", &offer) },
		func() error { return s.eval("setLocal(%d, %s)", nil, offer) },
		func() error { return s.pc.SetRemoteDescription(offer) },
		func() (err error) { answer, err = s.pc.CreateAnswer(nil); return err },
		func() error { return s.pc.SetLocalDescription(answer) },
		func() error { return s.eval("setRemote(%d, %s)", nil, answer) },
	)
}

func (s *session) pionFirst() error {
	var offer, answer webrtc.SessionDescription
	return in(
		func() error {
			channel, err := s.pc.CreateDataChannel("bench", nil)
			if err == nil {
				s.adopt(channel, true)
			}
			return err
		},
		func() (err error) { offer, err = s.pc.CreateOffer(nil); return err },
		func() error { return s.pc.SetLocalDescription(offer) },
		func() error { return s.eval("setRemote(%d, %s)", nil, offer) },
		func() error { return s.eval("createAnswer(%d)", &answer) },
		func() error { return s.eval("setLocal(%d, %s)", nil, answer) },
		func() error { return s.pc.SetRemoteDescription(answer) },
	)
}

// loop carries candidates and messages until all is done.
func (s *session) loop() error {
	for !(s.pageConnected && s.pionConnected && s.pageEcho && s.pionEcho && s.pageGathered && s.pionGathered) {
		var err error
		select {
		case m := <-s.fromPage:
			err = s.onPage(m)
		case e := <-s.fromPion:
			err = s.onPion(e)
		case <-s.ctx.Done():
			err = fmt.Errorf("%w; page: connected %t, message %t, gathered %t; pion: connected %t (%s, ICE %s), message %t, gathered %t", s.ctx.Err(),
				s.pageConnected, s.pageEcho, s.pageGathered, s.pionConnected, s.pc.ConnectionState(), s.pc.ICEConnectionState(), s.pionEcho, s.pionGathered)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

func (s *session) onPage(m message) error {
	switch m.Type {
	case "candidate":
		if m.Candidate == nil {
			s.pageGathered = true
			return nil
		}
		return s.pc.AddICECandidate(*m.Candidate)
	case "state":
		s.pageConnected = s.pageConnected || m.State == "connected"
	case "message":
		s.pageEcho = true
	}
	return nil
}

func (s *session) onPion(event any) error {
	switch e := event.(type) {
	case webrtc.ICECandidateInit:
		return s.eval("add(%d, %s)", nil, e)
	case gathered:
		s.pionGathered = true
	case connected:
		s.pionConnected = true
	case opened:
		return e.channel.SendText("from pion")
	case received:
		s.pionEcho = true
		if e.answer {
			return e.channel.SendText("from pion")
		}
	}
	return nil
}
