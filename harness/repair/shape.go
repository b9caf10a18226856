package repair

import (
	"encoding/json"
	"fmt"

	"github.com/webrtc-rink/rink/harness/peer"
)

// Shape is a way in which people put a candidate on the wire.
type Shape string

// The shapes.
const (
	// ShapeW3C is the JSON of RTCIceCandidateInit.
	ShapeW3C Shape = "w3c"
	// ShapeAiortc is the form of aiortc's signalling helper (and of Google's
	// early apprtc): {"type":"candidate","candidate":...,"id":...,"label":...}
	// with the mid as id and the index as label. It has no usernameFragment.
	ShapeAiortc Shape = "aiortc"
)

type aiortcCandidate struct {
	Type      string  `json:"type"`
	Candidate string  `json:"candidate"`
	ID        *string `json:"id"`
	Label     *uint16 `json:"label"`
}

// Encode writes a candidate in the shape.
func Encode(s Shape, c peer.ICECandidateInit) (json.RawMessage, error) {
	switch s {
	case ShapeW3C:
		return json.Marshal(c)
	case ShapeAiortc:
		return json.Marshal(aiortcCandidate{Type: "candidate", Candidate: c.Candidate, ID: c.SDPMid, Label: c.SDPMLineIndex})
	}
	return nil, fmt.Errorf("candidate shape: got %q, want %q or %q", s, ShapeW3C, ShapeAiortc)
}

// Decode reads a candidate in the shape. Null members stay null.
func Decode(s Shape, raw json.RawMessage) (peer.ICECandidateInit, error) {
	switch s {
	case ShapeW3C:
		c, err := peer.ParseCandidateInit(raw)
		if err != nil {
			return peer.ICECandidateInit{}, err
		}
		if c == nil {
			return peer.ICECandidateInit{}, fmt.Errorf("candidate: got null, want an RTCIceCandidateInit")
		}
		return *c, nil
	case ShapeAiortc:
		var a aiortcCandidate
		if err := json.Unmarshal(raw, &a); err != nil {
			return peer.ICECandidateInit{}, fmt.Errorf("candidate %.80q: %w", raw, err)
		}
		if a.Type != "candidate" {
			return peer.ICECandidateInit{}, fmt.Errorf("candidate %.80q: got type %.80q, want %q", raw, a.Type, "candidate")
		}
		return peer.ICECandidateInit{Candidate: a.Candidate, SDPMid: a.ID, SDPMLineIndex: a.Label}, nil
	}
	return peer.ICECandidateInit{}, fmt.Errorf("candidate shape: got %q, want %q or %q", s, ShapeW3C, ShapeAiortc)
}
