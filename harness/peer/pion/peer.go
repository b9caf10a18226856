// Package pion is the peer for pion/webrtc v3 (https://github.com/pion/webrtc),
// run in this process. It is the only package that imports pion/webrtc.
//
// With zero Options pion has its own defaults, as a user gets them from
// webrtc.NewPeerConnection; what the harness sets beyond that is in
// Description.Details. The package repairs nothing: an empty sdpMid stays
// empty, a missing error name stays missing, and callbacks become events in the
// order in which pion makes them, which is not always the order of the causes,
// since pion starts a goroutine for most of them.
//
// A panic of pion inside a call or a callback is caught: it becomes a
// *peer.Error named Panic, or a log event. A panic on a goroutine of pion's own
// cannot be caught and ends the process.
package pion

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"sync"

	"github.com/pion/interceptor"
	"github.com/pion/webrtc/v3"

	"github.com/webrtc-rink/rink/harness/peer"
)

// Implementation is the module path without the major version, as it stands in
// Description.Implementation.
const Implementation = "pion/webrtc"

// DefaultID is the ID of a peer whose Options name none.
const DefaultID = "pion"

// Options says how pion is set up. The zero value is pion's defaults.
type Options struct {
	// API is used as it is, for engines and interceptors of one's own. pion's
	// log lines then stay where its logger factory puts them. It excludes
	// SettingEngine and MediaEngine.
	API *webrtc.API
	// SettingEngine replaces the default one. Where it has no logger factory,
	// log lines at warn and above become log events.
	SettingEngine *webrtc.SettingEngine
	// MediaEngine replaces the one with pion's default codecs. The default
	// interceptors are registered on it.
	MediaEngine *webrtc.MediaEngine
	// ID is Description.ID; empty is "pion".
	ID string
}

// Peer is pion/webrtc v3 in this process. It implements peer.Peer.
type Peer struct {
	description  peer.Description
	api          *webrtc.API // nil: one for each connection, for its logs
	settings     webrtc.SettingEngine
	media        *webrtc.MediaEngine
	interceptors *interceptor.Registry

	mu     sync.Mutex
	open   map[*Connection]bool
	queues []*peer.EventQueue // of all connections, since a reader may be late
	closed bool
}

var _ peer.Peer = (*Peer)(nil)

// New sets pion up. It reads pion's version, which the first time in a process
// may run the go tool (see resolveModules).
func New(o Options) (*Peer, error) {
	if o.API != nil && (o.SettingEngine != nil || o.MediaEngine != nil) {
		return nil, errors.New("pion options: got API together with SettingEngine or MediaEngine, want the one or the others")
	}
	p := &Peer{api: o.API, media: o.MediaEngine, open: map[*Connection]bool{}}
	if o.SettingEngine != nil {
		p.settings = *o.SettingEngine
	}
	if p.api == nil {
		if err := p.setUpMedia(); err != nil {
			return nil, err
		}
	}
	p.description = describe(o, modules())
	return p, nil
}

// setUpMedia does what webrtc.NewPeerConnection does.
func (p *Peer) setUpMedia() error {
	if p.media == nil {
		p.media = &webrtc.MediaEngine{}
		if err := p.media.RegisterDefaultCodecs(); err != nil {
			return fmt.Errorf("pion default codecs: %w", err)
		}
	}
	p.interceptors = &interceptor.Registry{}
	if err := webrtc.RegisterDefaultInterceptors(p.media, p.interceptors); err != nil {
		return fmt.Errorf("pion default interceptors: %w", err)
	}
	return nil
}

// lacks are the features that pion v3 does not have. bundle-policy: the value is
// stored and never read, all sections share one transport; unbundled: the same.
// ordered-states: pion calls each OnSignalingStateChange and OnConnectionStateChange in
// a goroutine of its own, so that one may overtake the other. rollback:
// SetLocalDescription refuses the empty SDP that W3C has for it. implicit:
// SetLocalDescription wants a description. transceivers: neither the direction can be
// set nor the current direction read, and one that is stopped is inactive.
// candidate-object: nothing constructs a candidate. candidate-errors: there is no such
// callback.
var lacks = peer.Features{
	peer.FeatureBundlePolicy, peer.FeatureUnbundled, peer.FeatureOrderedStates, peer.FeatureRollback, peer.FeatureImplicit,
	peer.FeatureTransceivers, peer.FeatureCandidateObject, peer.FeatureCandidateErrors,
}

// released are the features that some releases have, and how to tell.
var released = map[peer.Feature]func() bool{
	peer.FeatureSelectedPair:   namesSelectedPair, // v3.1.0
	peer.FeatureHandlerState:   handlersMayRead,   // v3.3.0
	peer.FeatureMaxMessageSize: tellsMessageSize,  // v4.1.0
	peer.FeatureCanTrickle:     tellsTrickle,      // v4.1.5
}

// describe declares what this release of pion can do.
func describe(o Options, m moduleVersions) peer.Description {
	d := peer.Description{
		ID: o.ID, Implementation: Implementation, Version: m.versions[modulePath], VersionSource: m.source,
		Features: peer.AllFeatures().Without(lacks...), Details: map[string]string{},
	}
	for feature, has := range released {
		if !has() {
			d.Features = d.Features.Without(feature)
		}
	}
	if o.API != nil { // its setting engine cannot be changed
		d.Features = d.Features.Without(peer.FeatureLite, peer.FeatureAnsweringRole)
	}
	if d.ID == "" {
		d.ID = DefaultID
	}
	if d.Version == "" {
		d.Version = peer.Unknown
	}
	for path, version := range m.versions {
		if path != modulePath {
			d.Details[path] = version
		}
	}
	d.Details["settings"] = "pion's defaults; log lines at warn and above are events"
	switch {
	case o.API != nil:
		d.Details["settings"] = "an API given by the caller"
	case o.SettingEngine != nil || o.MediaEngine != nil:
		d.Details["settings"] = "engines given by the caller; log lines at warn and above are events"
	}
	return d
}

// Describe says which pion this is.
func (p *Peer) Describe() peer.Description { return p.description }

// Open makes a PeerConnection.
func (p *Peer) Open(ctx context.Context, c peer.Configuration) (peer.Connection, error) {
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	config, err := configuration(c)
	if err != nil {
		return nil, err
	}
	conn := newConnection(p)
	conn.pc, err = bounded(ctx, "new PeerConnection", func() (*webrtc.PeerConnection, error) {
		api, err := p.apiFor(conn, c)
		if err != nil {
			return nil, err
		}
		pc, err := api.NewPeerConnection(config)
		if err == nil && ctx.Err() != nil { // nobody waits for it any more
			return nil, errors.Join(ctx.Err(), pc.Close())
		}
		return pc, err
	})
	if err != nil {
		conn.queue.Discard()
		return nil, err
	}
	conn.subscribe()
	if !p.adopt(conn) {
		err := peer.Errorf(peer.InvalidStateError, "peer %s is closed", p.description.ID)
		return nil, errors.Join(err, conn.Close(ctx))
	}
	return conn, nil
}

// apiFor returns the caller's API, or one that logs to the connection and has the
// settings that pion keeps there.
func (p *Peer) apiFor(c *Connection, config peer.Configuration) (*webrtc.API, error) {
	if p.api != nil {
		return p.api, nil
	}
	settings := p.settings
	if config.Lite {
		settings.SetLite(true)
	}
	if config.AnsweringDTLSRole != "" {
		role, known := map[string]webrtc.DTLSRole{"client": webrtc.DTLSRoleClient, "server": webrtc.DTLSRoleServer}[config.AnsweringDTLSRole]
		if !known {
			return nil, peer.Errorf(peer.TypeError, "answeringDtlsRole: got %q, want client or server", config.AnsweringDTLSRole)
		}
		if err := settings.SetAnsweringDTLSRole(role); err != nil {
			return nil, err
		}
	}
	if settings.LoggerFactory == nil {
		settings.LoggerFactory = newLoggerFactory(c.queue)
	}
	return webrtc.NewAPI(webrtc.WithSettingEngine(settings), webrtc.WithMediaEngine(p.media),
		webrtc.WithInterceptorRegistry(p.interceptors)), nil
}

// configuration translates by way of the W3C's JSON, which both sides have.
func configuration(c peer.Configuration) (webrtc.Configuration, error) {
	var config webrtc.Configuration
	raw, err := json.Marshal(c)
	if err == nil {
		err = json.Unmarshal(raw, &config)
	}
	if err != nil {
		return config, refusal(fmt.Errorf("configuration: %w", err))
	}
	return config, nil
}

func (p *Peer) adopt(c *Connection) bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.closed {
		return false
	}
	p.open[c] = true
	p.queues = append(p.queues, c.queue)
	return true
}

func (p *Peer) forget(c *Connection) {
	p.mu.Lock()
	defer p.mu.Unlock()
	delete(p.open, c)
}

// Close closes every connection and drops events that nobody has read.
func (p *Peer) Close() error {
	p.mu.Lock()
	p.closed = true
	var open []*Connection
	for c := range p.open {
		open = append(open, c)
	}
	p.mu.Unlock()
	ctx, cancel := context.WithTimeout(context.Background(), closeTimeout)
	defer cancel()
	var errs []error
	for _, c := range open {
		errs = append(errs, c.Close(ctx))
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	for _, q := range p.queues {
		q.Discard()
	}
	p.queues = nil
	return errors.Join(errs...)
}
