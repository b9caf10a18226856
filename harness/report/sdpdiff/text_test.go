package sdpdiff

import (
	"flag"
	"os"
	"path/filepath"
	"testing"

	"github.com/google/go-cmp/cmp"
)

var update = flag.Bool("update", false, "write the files in testdata again")

func TestTheTextReadsAsItDid(t *testing.T) {
	sdp := fixtures(t)
	conflicting := edit(t, edit(t, answer, "a=mid:0", "a=mid:x"), "a=setup:active", "a=setup:actpass")
	for name, d := range map[string]Diff{
		"conflicts": OfferAnswer(offer, conflicting),
		"answer":    OfferAnswer(offer, answer),
		"versions":  Versions(sdp["valid-chromium-156-av-data-turn-offer.sdp"], sdp["valid-pion-v3.3.6-av-data-turn-offer.sdp"]),
		"broken":    Versions(offer, edit(t, offer, "t=0 0", "t 0 0")),
	} {
		path := filepath.Join("testdata", name+".txt")
		got := d.Text(name == "answer") + d.Summary() + "\n"
		if *update {
			if err := os.WriteFile(path, []byte(got), 0o600); err != nil {
				t.Fatal(err)
			}
		}
		want, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(string(want), got); diff != "" {
			t.Errorf("%s (-want +got):\n%s", name, diff)
		}
	}
}

func TestNothingHostileReachesATerminal(t *testing.T) {
	hostile := edit(t, offer, "a=mid:0", "a=mid:\x1b[31m\u202e")
	for _, text := range []string{Versions(offer, hostile).Text(true), Versions("\x1b]0;x", "\x9b\u2066").Text(true)} {
		for _, r := range text {
			if r < ' ' && r != '\n' || r == '\u202e' || r == '\u2066' || r == 0x9b {
				t.Errorf("got %q in the text", r)
			}
		}
	}
}
