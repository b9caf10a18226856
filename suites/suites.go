// Package suites is Rink as Ginkgo specs. A test of your own runs them, with peers
// of your own if need be:
//
//	func TestInterop(t *testing.T) { suites.Run(t, suites.Options{}) }
//
// Filter with Ginkgo's flags: --focus 'pion->chrome.*trickle-full', --label-filter
// 'CAND-002', 'must && trickle'. Labels are the family, the requirement's ID and
// level, and the peers. A selection that holds no spec is an error.
package suites

import (
	"strings"
	"testing"

	"github.com/onsi/ginkgo/v2"
	"github.com/onsi/gomega"

	"github.com/webrtc-rink/rink/suites/api"
	"github.com/webrtc-rink/rink/suites/bundle"
	"github.com/webrtc-rink/rink/suites/candidates"
	"github.com/webrtc-rink/rink/suites/connectivity"
	"github.com/webrtc-rink/rink/suites/datachannel"
	"github.com/webrtc-rink/rink/suites/gathering"
	"github.com/webrtc-rink/rink/suites/lifecycle"
	"github.com/webrtc-rink/rink/suites/media"
	"github.com/webrtc-rink/rink/suites/restart"
	"github.com/webrtc-rink/rink/suites/robustness"
	"github.com/webrtc-rink/rink/suites/spec"
	"github.com/webrtc-rink/rink/suites/trickle"
)

// Options say what is run.
type Options = spec.Options

// Constraint says that the specs of a requirement are for some versions only.
type Constraint = spec.Constraint

// Run registers all families and runs them. It leaves a report in Options.Out. A
// test binary can call it once.
func Run(t *testing.T, o Options) {
	t.Helper()
	s, err := spec.New(o)
	if err != nil {
		t.Fatalf("suites: %v", err)
	}
	for _, register := range []func(*spec.Suite){
		gathering.Register, candidates.Register, trickle.Register, connectivity.Register, bundle.Register, robustness.Register,
		restart.Register, api.Register, lifecycle.Register, datachannel.Register, media.Register,
	} {
		register(s)
	}
	if left := s.Unregistered(); len(left) > 0 {
		t.Fatalf("suites: nobody registers the families %s", strings.Join(left, ", "))
	}
	s.Lifecycle()
	gomega.RegisterFailHandler(ginkgo.Fail)
	config, reporter := ginkgo.GinkgoConfiguration()
	config.FailOnEmpty = true
	ginkgo.RunSpecs(t, "Rink", config, reporter)
}
