package agent

import (
	"bytes"
	"encoding/json"
	"fmt"

	"github.com/webrtc-rink/rink/harness/peer"
)

// Version is the version of the protocol that describe asks for and answers.
const Version = 1

// The methods. Those from createDataChannel to close are of one connection.
const (
	methodDescribe = "describe"
	methodOpen     = "open"
	methodExit     = "exit"
	methodClose    = "close"

	methodCreateDataChannel    = "createDataChannel"
	methodSend                 = "send"
	methodCloseDataChannel     = "closeDataChannel"
	methodAddTrack             = "addTrack"
	methodAddTransceiver       = "addTransceiver"
	methodCreateOffer          = "createOffer"
	methodCreateAnswer         = "createAnswer"
	methodSetLocalDescription  = "setLocalDescription"
	methodSetRemoteDescription = "setRemoteDescription"
	methodAddICECandidate      = "addIceCandidate"
	methodRestartICE           = "restartIce"
	methodSetConfiguration     = "setConfiguration"
	methodSetDirection         = "setDirection"
	methodStopTransceiver      = "stopTransceiver"
	methodChannel              = "channel"
	methodSetLowThreshold      = "setBufferedAmountLowThreshold"
	methodNewCandidate         = "newCandidate"
	methodSnapshot             = "snapshot"
	methodStats                = "stats"

	notifyCancel = "cancel" // harness to agent
	notifyEvent  = "event"  // agent to harness
)

// The codes of errors: those of JSON-RPC 2.0 §5.1, and two of the protocol.
const (
	codeParse          = -32700
	codeInvalidRequest = -32600
	codeMethodNotFound = -32601
	codeInvalidParams  = -32602
	codeInternal       = -32603
	codeRefused        = -32000 // data.name is the DOMException name
	codeGone           = -32001 // the implementation died; message is the reason
)

// request is a call or, without an ID, a notification.
type request struct {
	JSONRPC string          `json:"jsonrpc"`
	ID      *uint64         `json:"id,omitempty"`
	Method  string          `json:"method"`
	Params  json.RawMessage `json:"params,omitempty"`
}

// response is the answer to a call.
type response struct {
	JSONRPC string          `json:"jsonrpc"`
	ID      json.RawMessage `json:"id"`
	Result  json.RawMessage `json:"result,omitempty"`
	Error   *rpcError       `json:"error,omitempty"`
}

// rpcError is the error of a response.
type rpcError struct {
	Code    int        `json:"code"`
	Message string     `json:"message"`
	Data    *errorData `json:"data,omitempty"`
}

// errorData is what a refusal says beyond its message.
type errorData struct {
	Name string `json:"name"`
}

// description is the result of describe.
type description struct {
	Protocol int `json:"protocol"`
	peer.Description
}

// opened is the result of createDataChannel.
type opened struct {
	Channel peer.ChannelHandle `json:"channel"`
}

// notification is the params of an event. Without a connection, which only a
// log event may lack, it is for all of them.
type notification struct {
	Connection uint64      `json:"connection,omitempty"`
	Event      *peer.Event `json:"event"`
}

// object is the params or the result of a call.
type object map[string]any

// encode is json.Marshal without the escapes for HTML, which would make a
// description several times as long.
func encode(v any) ([]byte, error) {
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	if err := e.Encode(v); err != nil {
		return nil, err
	}
	return bytes.TrimSuffix(b.Bytes(), []byte("\n")), nil
}

// headBytes is how much of a bad line is quoted.
const headBytes = 60

// head quotes the beginning of a line.
func head(line []byte) string {
	if len(line) > headBytes {
		return fmt.Sprintf("%q...", line[:headBytes])
	}
	return fmt.Sprintf("%q", line)
}

// knownEvent reports whether the contract has the type.
func knownEvent(t peer.EventType) bool {
	switch t {
	case peer.EventICECandidate, peer.EventICECandidateError, peer.EventICEGatheringStateChange,
		peer.EventICEConnectionStateChange, peer.EventConnectionStateChange, peer.EventSignalingStateChange,
		peer.EventNegotiationNeeded, peer.EventDataChannel, peer.EventChannelOpen, peer.EventChannelClose,
		peer.EventMessage, peer.EventTrack, peer.EventBufferedAmountLow, peer.EventLog, peer.EventGone:
		return true
	}
	return false
}
