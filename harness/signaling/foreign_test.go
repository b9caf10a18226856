package signaling_test

import (
	"testing"
	"testing/synctest"

	"github.com/webrtc-rink/rink/harness/signaling"
)

func TestAForeignCandidateComesBeforeTheOneThatIsRight(t *testing.T) {
	const right = "c1 mid=0 index=0"
	for _, tc := range []struct {
		fault signaling.Fault
		want  []string
	}{
		{signaling.UpperCase(), []string{"c1 1 UDP 1 192.0.2.1 9001 typ host mid=0 index=0 fault=upper-case"}},
		{signaling.ForeignName(), []string{"c1 1 udp 1 host.invalid 9001 typ host mid=0 index=0 probe=foreign-name fault=foreign-name", right}},
		{signaling.UnknownType(), []string{"c91 1 udp 1 192.0.2.1 9001 typ foo mid=0 index=0 probe=unknown-type fault=unknown-type", right}},
		{signaling.UnknownTransport(), []string{"c91 1 sctp 1 192.0.2.1 9001 typ host mid=0 index=0 probe=unknown-transport fault=unknown-transport", right}},
	} {
		t.Run(tc.fault.Name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				r := newRig(t, signaling.Policy{Faults: []signaling.Fault{tc.fault}}, 1)
				r.describe(offerer, session)
				r.surface(offerer, from(1, `"0"`, "0"))
				r.open()
				r.want(answerer, tc.fault.Name, tc.want...)
			})
		})
	}
}
