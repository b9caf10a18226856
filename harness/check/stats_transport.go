package check

import (
	"fmt"
	"strings"

	"github.com/webrtc-rink/rink/harness/peer"
	"github.com/webrtc-rink/rink/harness/trace"
	"github.com/webrtc-rink/rink/harness/wire"
)

// connectedStats are the stats of the side once data had crossed.
func (v *View) connectedStats(side trace.Side) (peer.Stats, error) {
	if err := isConnected(v); err != nil {
		return peer.Stats{}, err
	}
	stats, ok := v.Stats(side, trace.MomentConnected)
	if !ok {
		return stats, NoEvidence("the session read no stats of the %s: %s", side, v.End.Reason)
	}
	return stats, nil
}

// transportAgrees compares what the transports say with the descriptions. Members
// that an implementation leaves out are not asked for.
func transportAgrees(v *View, side trace.Side) ([]Finding, error) {
	stats, err := v.connectedStats(side)
	if err != nil {
		return nil, err
	}
	client, _, err := v.dtlsClient(side)
	if err != nil {
		return nil, err
	}
	d, err := v.Local(side, v.connectedAt(side))
	if err != nil {
		return nil, err
	}
	role := map[bool]string{true: "client", false: "server"}[client]
	var found []Finding
	compare := func(name, got string, want ...string) {
		for _, w := range want {
			if got == "" || got == w {
				return
			}
		}
		found = merge(found, Finding{Object: name, Got: fmt.Sprintf("%q", got), Want: list(want)})
	}
	for _, t := range stats.Transports {
		compare("iceRole", t.ICERole, v.iceRole(side))
		compare("dtlsState", t.DTLSState, "connected")
		compare("dtlsRole", t.DTLSRole, role)
		if t.LocalUfrag != "" && !hasUfrag(d, t.LocalUfrag) {
			found = merge(found, Finding{Object: "iceLocalUsernameFragment", Got: "none of the local description's", Want: "its a=ice-ufrag"})
		}
	}
	return found, nil
}

// connectedAt is the record of the stats that connectedStats returns.
func (v *View) connectedAt(side trace.Side) (n int) {
	for _, r := range v.Records {
		if r.Stats != nil && r.Side == side && r.Conn == "" && r.Stats.Moment == trace.MomentConnected {
			n = r.N
		}
	}
	return n
}

// iceRole is the role of RFC 8445 section 6.1.1: the end that made the first offer
// controls, unless it alone is lite.
func (v *View) iceRole(side trace.Side) string {
	lite := func(s trace.Side) bool { return v.Header.Config[s].Configuration.Lite }
	controls := side == trace.Offerer
	if lite(side) != lite(side.Other()) {
		controls = !lite(side)
	}
	return map[bool]string{true: "controlling", false: "controlled"}[controls]
}

// certificatesAgree compares the fingerprints of the certificates with those of the
// descriptions.
func certificatesAgree(v *View, side trace.Side) ([]Finding, error) {
	stats, err := v.connectedStats(side)
	if err != nil {
		return nil, err
	}
	local, err := v.Local(side, v.connectedAt(side))
	if err != nil {
		return nil, err
	}
	remote := v.remote(side, v.connectedAt(side))
	if remote == nil {
		return nil, NoEvidence("the %s has no remote description that can be read", side)
	}
	var found []Finding
	told := false
	compare := func(name, got string, d *wire.Description) {
		told = told || got != ""
		if got != "" && !hasFingerprint(d, got) {
			found = merge(found, Finding{Object: name, Got: "another fingerprint than the description's", Want: "its a=fingerprint"})
		}
	}
	for _, t := range stats.Transports {
		compare("local certificate", t.LocalFingerprint, local)
		compare("remote certificate", t.RemoteFingerprint, remote)
	}
	if !told {
		found = append(found, Finding{Object: "certificates", Got: "none in the stats", Want: "those of the descriptions"})
	}
	return found, nil
}

// hasFingerprint looks for "sha-256 AB:CD:..." in the description. Neither the name of
// the hash nor the digits have a case that counts.
func hasFingerprint(d *wire.Description, want string) bool {
	if value, ok := d.Attr("fingerprint"); ok && strings.EqualFold(value, want) {
		return true
	}
	for _, m := range d.Media {
		for _, value := range m.Attrs("fingerprint") {
			if strings.EqualFold(value, want) {
				return true
			}
		}
	}
	return false
}

// countersMatch compares the counters of each channel with what the session sent and
// received on it, once all had arrived.
func countersMatch(v *View, side trace.Side) ([]Finding, error) {
	if err := isConnected(v); err != nil {
		return nil, err
	}
	stats, ok := v.Stats(side, trace.MomentSent)
	if !ok {
		return nil, NoEvidence("the session read no stats of the %s once all was sent: %s", side, v.End.Reason)
	}
	var found []Finding
	var out, in uint64
	for label := range v.handles(side) {
		there, here := v.delivery(side.Other(), label), v.delivery(side, label)
		want := peer.ChannelStats{MessagesSent: uint64(len(there.sent)), MessagesReceived: uint64(len(here.got)), BytesSent: bytesOf(there.sent), BytesReceived: bytesOf(here.got)}
		out, in = out+want.BytesSent, in+want.BytesReceived
		if want.MessagesSent+want.MessagesReceived == 0 || len(v.on(side, label, peer.EventChannelClose)) > 0 {
			continue
		}
		for _, f := range countersOf(stats.Channels, label, want) {
			found = merge(found, f)
		}
	}
	var sent, received uint64
	for _, p := range stats.Pairs {
		sent, received = sent+p.BytesSent, received+p.BytesReceived
	}
	if len(stats.Pairs) > 0 && (sent < out || received < in) {
		found = append(found, Finding{Object: "bytes of the candidate pairs", Got: "less than the payload of the messages", Want: "at least that"})
	}
	return found, nil
}

func bytesOf(messages []peer.Message) (bytes uint64) {
	for _, m := range messages {
		var n uint64
		if _, err := fmt.Sscan(lengthOf(m), &n); err == nil {
			bytes += n
		}
	}
	return bytes
}

// countersOf compares the stats of one channel.
func countersOf(all []peer.ChannelStats, label string, want peer.ChannelStats) []Finding {
	object := channelName(label)
	for _, got := range all {
		if got.Label != label {
			continue
		}
		var found []Finding
		compare := func(name string, got, want uint64) {
			if got != want {
				found = append(found, Finding{Object: object + ", " + name, Got: "another number than the session counted", Want: "what crossed"})
			}
		}
		compare("messagesSent", got.MessagesSent, want.MessagesSent)
		compare("messagesReceived", got.MessagesReceived, want.MessagesReceived)
		compare("bytesSent", got.BytesSent, want.BytesSent)
		compare("bytesReceived", got.BytesReceived, want.BytesReceived)
		return found
	}
	return []Finding{{Object: object, Got: "no data-channel stats", Want: "its counters"}}
}
