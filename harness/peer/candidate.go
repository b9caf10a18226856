package peer

import (
	"bytes"
	"encoding/json"
	"fmt"
)

// ICECandidateInit is W3C RTCIceCandidateInit
// (https://www.w3.org/TR/webrtc/#dom-rtcicecandidateinit). Nil pointers are
// JSON null, which is not the same as an empty string.
type ICECandidateInit struct {
	Candidate        string  `json:"candidate"`
	SDPMid           *string `json:"sdpMid"`
	SDPMLineIndex    *uint16 `json:"sdpMLineIndex"`
	UsernameFragment *string `json:"usernameFragment"`
}

// CandidateObject is an RTCIceCandidate: what its toJSON gives, and its attributes.
type CandidateObject struct {
	JSON   json.RawMessage `json:"json"`
	Fields CandidateFields `json:"fields"`
}

// CandidateFields are the attributes of W3C RTCIceCandidate that are read off the
// candidate string, and those that name its server; nil where null.
type CandidateFields struct {
	Foundation     *string `json:"foundation"`
	Component      *string `json:"component"` // rtp, rtcp
	Priority       *uint32 `json:"priority"`
	Address        *string `json:"address"`
	Protocol       *string `json:"protocol"`
	Port           *uint16 `json:"port"`
	Type           *string `json:"type"`
	TCPType        *string `json:"tcpType"`
	RelatedAddress *string `json:"relatedAddress"`
	RelatedPort    *uint16 `json:"relatedPort"`
	RelayProtocol  *string `json:"relayProtocol"`
	URL            *string `json:"url"`
}

// ParseCandidateInit reads the JSON of an RTCIceCandidateInit; JSON null gives
// nil. Unknown members are ignored.
func ParseCandidateInit(raw json.RawMessage) (*ICECandidateInit, error) {
	if bytes.Equal(bytes.TrimSpace(raw), []byte("null")) {
		return nil, nil
	}
	var c ICECandidateInit
	if err := json.Unmarshal(raw, &c); err != nil {
		return nil, fmt.Errorf("candidate %.80q: %w", raw, err)
	}
	return &c, nil
}

// Clone returns a copy that shares nothing with c.
func (c ICECandidateInit) Clone() ICECandidateInit {
	return ICECandidateInit{
		Candidate: c.Candidate, SDPMid: clone(c.SDPMid),
		SDPMLineIndex: clone(c.SDPMLineIndex), UsernameFragment: clone(c.UsernameFragment),
	}
}

func clone[T any](p *T) *T {
	if p == nil {
		return nil
	}
	v := *p
	return &v
}

// String shows the fields as a person reads them.
func (c ICECandidateInit) String() string {
	b, err := json.Marshal(c)
	if err != nil {
		return c.Candidate
	}
	return string(b)
}
