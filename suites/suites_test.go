package suites_test

import (
	"testing"

	_ "github.com/onsi/ginkgo/v2" // the ginkgo command knows suites by this import

	"github.com/webrtc-rink/rink/suites"
)

func TestSuites(t *testing.T) { suites.Run(t, suites.Options{Out: "../reports/out"}) }
