package run_test

import (
	"os"
	"testing"
)

// beLiar as first argument has the test binary be an agent that lies: its other
// arguments are the lie and the file for its process ID.
const beLiar = "be-liar"

func TestMain(m *testing.M) {
	if len(os.Args) == 4 && os.Args[1] == beLiar {
		os.Exit(serveLiar(os.Args[2], os.Args[3]))
	}
	os.Exit(m.Run())
}
