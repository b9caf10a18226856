package wire_test

import (
	"testing"

	"github.com/webrtc-rink/rink/harness/wire"
)

func TestADirectionIsWhatItSendsAndReceives(t *testing.T) {
	for direction, want := range map[string][2]bool{
		"sendrecv": {true, true}, "sendonly": {true, false}, "recvonly": {false, true}, "inactive": {false, false},
	} {
		send, receive := wire.Ways(direction)
		if got := [2]bool{send, receive}; got != want {
			t.Errorf("%s: got %v, want %v", direction, got, want)
		}
		if got := wire.Direction(send, receive); got != direction {
			t.Errorf("%v: got %s, want %s", want, got, direction)
		}
	}
}
