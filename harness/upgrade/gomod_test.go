package upgrade

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"golang.org/x/mod/modfile"
)

func TestAGoModSaysVersionsOrFolders(t *testing.T) {
	t.Parallel()
	const text = `module example.com/app

require (
	github.com/pion/webrtc/v3 v3.3.6
	github.com/pion/ice/v2 v2.3.38
	github.com/pion/dtls/v2 v2.2.12
	github.com/pion/sctp v1.8.19
	golang.org/x/net v0.30.0
)

replace github.com/pion/ice/v2 => ../ice

replace github.com/pion/dtls/v2 v2.2.12 => github.com/pion/dtls/v2 v2.2.11

replace github.com/pion/sctp v1.0.0 => ../sctp

replace github.com/pion/turn/v2 => ../turn
`
	file, err := modfile.Parse("go.mod", []byte(text), nil)
	if err != nil {
		t.Fatal(err)
	}
	got, err := selected(file, "/src/app")
	if err != nil {
		t.Fatal(err)
	}
	want := map[string]string{
		"github.com/pion/webrtc/v3": "v3.3.6", "github.com/pion/ice/v2": "/src/ice", "github.com/pion/dtls/v2": "v2.2.11",
		"github.com/pion/sctp": "v1.8.19", "golang.org/x/net": "v0.30.0",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

func TestAGoModThatSaysNothingOfPionIsRefused(t *testing.T) {
	t.Parallel()
	for name, tc := range map[string]struct{ text, want string }{
		"no pion": {"module a\n", "it does not require github.com/pion/webrtc/v3 or v4"},
		"both":    {"module a\nrequire github.com/pion/webrtc/v3 v3.3.6\nrequire github.com/pion/webrtc/v4 v4.0.0\n", "v3 and v4"},
		"no mod":  {"what is this?", "unknown directive: what"},
		"a fork": {
			"module a\nrequire github.com/pion/webrtc/v3 v3.3.6\nrequire github.com/pion/ice/v2 v2.3.0\nreplace github.com/pion/ice/v2 => example.com/ice v1.0.0\n",
			"replaced by the fork example.com/ice",
		},
	} {
		path := filepath.Join(t.TempDir(), "go.mod")
		if err := os.WriteFile(path, []byte(tc.text), 0o600); err != nil {
			t.Fatal(err)
		}
		if _, err := (Builder{}).GoMod(t.Context(), path); err == nil || !strings.Contains(err.Error(), tc.want) {
			t.Errorf("%s: got %v, want %q", name, err, tc.want)
		}
	}
}
