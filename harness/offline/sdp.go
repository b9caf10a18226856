package offline

import (
	"bytes"
	"fmt"
	"os"
	"time"

	"github.com/webrtc-rink/rink/harness/peer"
	"github.com/webrtc-rink/rink/harness/trace"
	"github.com/webrtc-rink/rink/harness/wire"
)

// SourceSDP is trace.Header.Source of an offer and an answer in two files.
const SourceSDP = "sdp"

// maxSDP is how long a file with a description may be, in bytes.
const maxSDP = 1 << 20

// IsSDP reports whether the file begins like a session description.
func IsSDP(data []byte) bool {
	return bytes.HasPrefix(bytes.TrimPrefix(data, []byte("\xef\xbb\xbf")), []byte("v=0"))
}

// ReadPair makes a trace of an offer and an answer in two files.
func ReadPair(offer, answer string) ([]trace.Record, error) {
	offered, err := readSDP(offer)
	if err != nil {
		return nil, err
	}
	answered, err := readSDP(answer)
	if err != nil {
		return nil, err
	}
	who := func(id string) peer.Description {
		return peer.Description{ID: id, Implementation: peer.Unknown, Version: peer.Unknown, VersionSource: "a file does not tell", Features: tellsOfDescriptions()}
	}
	s := begin(SourceSDP, offer+" "+answer, who("offer"), who("answer"), traitsOf(offered))
	now := time.Now()
	o, a := peer.SessionDescription{Type: "offer", SDP: offered}, peer.SessionDescription{Type: "answer", SDP: answered}
	s.call(now, trace.Offerer, trace.Call{Method: "createOffer"}, trace.Return{Description: &o})
	s.call(now, trace.Offerer, trace.Call{Method: "setLocalDescription", Description: &o}, trace.Return{})
	s.call(now, trace.Answerer, trace.Call{Method: "setRemoteDescription", Description: &o}, trace.Return{})
	s.call(now, trace.Answerer, trace.Call{Method: "createAnswer"}, trace.Return{Description: &a})
	s.call(now, trace.Answerer, trace.Call{Method: "setLocalDescription", Description: &a}, trace.Return{})
	s.call(now, trace.Offerer, trace.Call{Method: "setRemoteDescription", Description: &a}, trace.Return{})
	return s.end(now), nil
}

// tellsOfDescriptions are the features without which checks of descriptions have
// nothing to say.
func tellsOfDescriptions() peer.Features {
	return peer.Features{
		peer.FeatureDataChannel, peer.FeatureMedia, peer.FeatureTrickle, peer.FeatureBundlePolicy, peer.FeatureUnbundled,
		peer.FeatureRenegotiation, peer.FeatureRestart,
	}
}

// readSDP reads a description that can be taken apart.
func readSDP(path string) (string, error) {
	text, err := ReadSDP(path)
	if err != nil {
		return "", err
	}
	if _, err := wire.ParseDescription(text); err != nil {
		return "", fmt.Errorf("%s: %w", path, err)
	}
	return text, nil
}

// ReadSDP reads a description as people save one: with or without CR, and with or
// without an empty line at its end. Only these are mended, since an editor makes them.
func ReadSDP(path string) (string, error) {
	info, err := os.Stat(path)
	if err != nil {
		return "", err
	}
	if info.Size() > maxSDP {
		return "", fmt.Errorf("%s: got %d bytes, want a session description of at most %d", path, info.Size(), maxSDP)
	}
	data, err := os.ReadFile(path)
	if err != nil {
		return "", err
	}
	data = bytes.TrimPrefix(data, []byte("\xef\xbb\xbf"))
	data = bytes.ReplaceAll(data, []byte("\r\n"), []byte("\n"))
	data = append(bytes.TrimRight(data, "\n"), '\n')
	return string(bytes.ReplaceAll(data, []byte("\n"), []byte("\r\n"))), nil
}
