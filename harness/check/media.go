package check

import (
	"fmt"
	"strings"

	"github.com/webrtc-rink/rink/harness/peer"
	"github.com/webrtc-rink/rink/harness/trace"
	"github.com/webrtc-rink/rink/harness/wire"
)

func mediaChecks() []Check {
	media := peer.Features{peer.FeatureMedia}
	flows := having(trace.TraitMediaFlows)
	return []Check{
		{Requirement: requirement("MEDIA-001"), Needs: media, Applies: flows, Run: flowing(peer.Audio)},
		{Requirement: requirement("MEDIA-002"), Needs: media, Applies: flows, Run: flowing(peer.Video)},
		{
			Requirement: requirement("MEDIA-003"), Needs: media,
			Applies: either(having(trace.TraitDirections), all(negotiated, on(trace.Answerer), having(trace.TraitMedia, trace.TraitMediaFlows, trace.TraitRenegotiated, trace.TraitAddedSection))),
			Run:     intersected,
		},
		{Requirement: requirement("MEDIA-005"), Needs: media, Applies: flows, Run: inTheirSections},
		{Requirement: requirement("MEDIA-006"), Needs: append(media, peer.FeatureRenegotiation), Applies: having(trace.TraitRenegotiated), Run: renegotiated},
	}
}

// flowing judges what a side receives of a kind: a track event, packets, more of them
// later and, where the side decodes frames, more of those. A browser decodes no audio
// that nobody plays.
func flowing(kind peer.Kind) func(*View, trace.Side) ([]Finding, error) {
	return func(v *View, side trace.Side) ([]Finding, error) {
		if err := isConnected(v); err != nil {
			return nil, err
		}
		first, ok := v.Stats(side, trace.MomentMedia)
		later, again := v.Stats(side, trace.MomentMediaLater)
		if !ok || !again {
			return nil, NoEvidence("the session read no stats of the media at the %s: %s", side, v.End.Reason)
		}
		object := string(kind)
		if v.sentNone(side, kind) {
			return []Finding{{Object: object, Got: "no packet sent", Want: "packets of its track"}}, nil
		}
		if v.sentNone(side.Other(), kind) {
			return nil, NoEvidence("the %s sends no %s; that is counted there", side.Other(), kind)
		}
		var found []Finding
		if !v.hasTrack(side, kind) {
			found = append(found, Finding{Object: object, Got: "no track event", Want: "one for the section"})
		}
		const why = "the trace does not tell whether the sender or the receiver is at fault"
		was, decoded := counted(first, kind)
		is, now := counted(later, kind)
		switch {
		case is == 0:
			found = append(found, Finding{Object: object, Got: "no packet received", Want: "packets of the other end's track", Joint: true, Why: why})
		case is <= was:
			found = append(found, Finding{Object: object, Got: "no more packets later", Want: "packets go on", Joint: true, Why: why})
		case decoded > 0 && now <= decoded:
			found = append(found, Finding{Object: object, Got: "no more frames decoded later", Want: "frames go on", Joint: true, Why: why})
		}
		return found, nil
	}
}

// sentNone reports whether the side counts what it sends and sent nothing of the kind.
func (v *View) sentNone(side trace.Side, kind peer.Kind) bool {
	stats, ok := v.Stats(side, trace.MomentMediaLater)
	if !ok || !v.Header.Peer(side).Features.Has(peer.FeatureDetailedStats) || len(stats.Outbound) == 0 {
		return false
	}
	sent := 0
	for _, out := range stats.Outbound {
		if out.Kind == kind {
			sent += out.PacketsSent
		}
	}
	return sent == 0
}

func (v *View) hasTrack(side trace.Side, kind peer.Kind) bool {
	for _, e := range v.Events(side, peer.EventTrack) {
		if e.Kind == kind {
			return true
		}
	}
	return false
}

// counted sums up the packets of a kind, and the frames that were decoded of them.
func counted(s peer.Stats, kind peer.Kind) (packets, frames int) {
	for _, in := range s.Inbound {
		if in.Kind == kind {
			packets += in.PacketsReceived
			frames += in.FramesDecoded
		}
	}
	return packets, frames
}

// inTheirSections judges where video arrives: each end sends in one of two sections,
// and the other end's is in the other.
func inTheirSections(v *View, side trace.Side) ([]Finding, error) {
	if err := isConnected(v); err != nil {
		return nil, err
	}
	stats, ok := v.Stats(side, trace.MomentMediaLater)
	if !ok {
		return nil, NoEvidence("the session read no stats of the media at the %s: %s", side, v.End.Reason)
	}
	d, err := v.Local(side, 0)
	if err != nil {
		return nil, err
	}
	index := 2 // what the offerer sends
	if side == trace.Offerer {
		index = 1
	}
	if len(d.Media) <= index {
		return nil, NoEvidence("the local description of the %s has %d sections", side, len(d.Media))
	}
	const why = "the trace does not tell whether the packets name the wrong section or the receiver mistakes it"
	var found []Finding
	right := 0
	for _, in := range stats.Inbound {
		i, _ := d.ByMid(in.Mid)
		switch {
		case in.Kind != peer.Video || in.PacketsReceived == 0:
		case i == index:
			right += in.PacketsReceived
		case i < 0:
			return nil, NoEvidence("the %s does not say of which section its packets are", side)
		default:
			found = append(found, Finding{Object: fmt.Sprintf("video of section %d", index), Got: fmt.Sprintf("packets in section %d", i), Want: "in its own section", Joint: true, Why: why})
		}
	}
	if right == 0 && len(found) == 0 {
		return nil, NoEvidence("no video packet came to the %s; MEDIA-002 counts them", side)
	}
	return found, nil
}

// intersected judges every answer that the side made: what it sends the offer
// receives, and the other way round. Where the session asked for a direction, it is
// exactly what both want, and currentDirection says it at both ends.
func intersected(v *View, side trace.Side) ([]Finding, error) {
	at := v
	exact := v.Header.Traits.Has(trace.TraitDirections)
	if exact {
		at = v.At(trace.ConnDirectionsAnswer)
	}
	offers := at.Calls(side, "setRemoteDescription")
	descriptions, found, err := at.created(side)
	if err != nil {
		return nil, err
	}
	answers := 0
	for _, d := range descriptions {
		if d.Type != "answer" {
			continue
		}
		if answers++; answers > len(offers) || offers[answers-1].Description == nil {
			continue
		}
		offer, err := wire.ParseDescription(offers[answers-1].Description.SDP)
		if err != nil {
			return found, NoEvidence("the offer cannot be read: %v", err)
		}
		found = append(found, intersects(d, offer, at.wanted(side, exact, offer))...)
	}
	if answers == 0 {
		return found, NoEvidence("the %s made no answer: %s", side, v.End.Reason)
	}
	if exact && v.Header.Peer(side).Features.Has(peer.FeatureTransceivers) {
		found = append(found, v.currentDirections(side)...)
	}
	return found, nil
}

// wanted is the direction that the side wants in each section of the offer, by mid;
// nil where the session does not tell. It is what it asked for, or sends and receives in
// the first sections that receive, as many as it has tracks for, and else receives.
func (v *View) wanted(side trace.Side, exact bool, offer *wire.Description) func(mid string) string {
	if !exact {
		return nil
	}
	asked := map[string]string{}
	tracks := len(v.Calls(side, "addTrack"))
	for _, m := range offer.Media {
		asked[m.Mid()] = "recvonly"
		if _, receive := wire.Ways(directionOf(offer, m)); receive && tracks > 0 {
			tracks--
			asked[m.Mid()] = "sendrecv"
		}
	}
	for _, c := range v.Calls(side, "setDirection") {
		if mid, direction, ok := strings.Cut(c.Text, " "); ok && c.OK() {
			asked[mid] = direction
		}
	}
	return func(mid string) string { return asked[mid] }
}

func intersects(d created, offer *wire.Description, wanted func(string) string) []Finding {
	var found []Finding
	for i, m := range d.Media {
		if i >= len(offer.Media) || m.Kind == "application" || m.Rejected() {
			continue
		}
		got := directionOf(d.Description, m)
		send, receive := wire.Ways(directionOf(offer, offer.Media[i]))
		allowed := wire.Direction(receive, send)
		if wanted != nil {
			mySend, myReceive := wire.Ways(wanted(offer.Media[i].Mid()))
			want := wire.Direction(receive && mySend, send && myReceive)
			if got != want {
				found = append(found, Finding{
					Object: fmt.Sprintf("answer to %s, wanting %s", directionOf(offer, offer.Media[i]), wanted(offer.Media[i].Mid())),
					Got:    got, Want: want, Where: []int{d.N},
				})
			}
			continue
		}
		if sends, receives := wire.Ways(got); (sends && !receive) || (receives && !send) {
			found = append(found, Finding{
				Object: "answer, " + sectionName(i, m.Kind), Got: got + " to an offer of " + directionOf(offer, offer.Media[i]),
				Want: allowed + " or less", Where: []int{d.N},
			})
		}
	}
	return found
}

// directionOf is the direction of a section, of the session where the section has
// none, and sendrecv without either (RFC 8866 section 6.7).
func directionOf(d *wire.Description, m *wire.Media) string {
	all := []string{"sendrecv", "sendonly", "recvonly", "inactive"}
	for _, name := range all {
		if _, ok := m.Attr(name); ok {
			return name
		}
	}
	for _, name := range all {
		if _, ok := d.Attr(name); ok {
			return name
		}
	}
	return "sendrecv"
}

// currentDirections compares the attribute of both connections with the answer.
func (v *View) currentDirections(side trace.Side) []Finding {
	answer, err := v.At(trace.ConnDirectionsAnswer).Local(side, 0)
	if err != nil {
		return nil
	}
	var found []Finding
	for _, conn := range []string{trace.ConnDirectionsOffer, trace.ConnDirectionsAnswer} {
		snap, ok := v.At(conn).Snapshot(side, trace.MomentFinal)
		if !ok {
			continue
		}
		wrong := 0
		first := Finding{}
		for _, t := range snap.Transceivers {
			if t.Mid == nil {
				continue
			}
			_, m := answer.ByMid(*t.Mid)
			if m == nil || m.Rejected() {
				continue
			}
			want := directionOf(answer, m)
			if conn == trace.ConnDirectionsOffer {
				send, receive := wire.Ways(want)
				want = wire.Direction(receive, send)
			}
			if t.CurrentDirection != want {
				if wrong++; wrong == 1 {
					first = Finding{Object: "currentDirection of " + conn, Got: shown(t.CurrentDirection), Want: want + ", as the answer says"}
				}
			}
		}
		if wrong > 0 {
			found = append(found, first)
		}
	}
	return found
}

// renegotiated judges data and media while video is added and made inactive: each
// message arrives, video comes, and it ends.
func renegotiated(v *View, side trace.Side) ([]Finding, error) {
	if err := isConnected(v); err != nil {
		return nil, err
	}
	if f, refused := v.refusal(side); refused {
		return []Finding{f}, nil
	}
	const why = "the trace does not tell whether the sender or the receiver is at fault"
	var found []Finding
	for _, step := range []string{"unchanged", "added", "inactive"} {
		if sent := v.sentAfter(side.Other(), step); sent != "" && !v.got(side, sent) {
			found = append(found, Finding{Object: "data after " + step, Got: "not received", Want: "as before the offer", Joint: true, Why: why})
		}
	}
	stats, ok := v.Stats(side, trace.MomentMedia)
	if !ok {
		return found, NoEvidence("the session stopped before the video was there: %s", v.End.Reason)
	}
	if packets, _ := counted(stats, peer.Video); packets == 0 {
		found = append(found, Finding{Object: "added video", Got: "no packet received", Want: "packets of the other end's track", Joint: true, Why: why})
	}
	// What the other end still counts, this end still sends.
	before, silent := v.Stats(side.Other(), trace.MomentSilent)
	after, now := v.Stats(side.Other(), trace.MomentSilentNow)
	if was, _ := counted(before, peer.Video); silent && now {
		if is, _ := counted(after, peer.Video); is > was {
			found = append(found, Finding{Object: "inactive video", Got: "still sent", Want: "nothing sent"})
		}
	}
	return found, nil
}

// sentAfter is the message that the side sent after that step, "" for none.
func (v *View) sentAfter(side trace.Side, step string) string {
	for _, c := range v.Calls(side, "send") {
		if c.OK() && c.Message != nil && strings.HasPrefix(c.Message.Text, "rink-"+step+":") {
			return c.Message.Text
		}
	}
	return ""
}

func (v *View) got(side trace.Side, text string) bool {
	for _, e := range v.Events(side, peer.EventMessage) {
		if e.Message != nil && e.Message.Text == text {
			return true
		}
	}
	return false
}
