package schema

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func TestTheCommittedBaselinesAreValidAndWhatIsWrongIsNamed(t *testing.T) {
	paths, err := filepath.Glob("../../../reports/baseline/*.json")
	if err != nil || len(paths) == 0 {
		t.Fatalf("got %v, %v, want some", paths, err)
	}
	for _, path := range paths {
		data, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		if err := ValidateBaseline(data); err != nil {
			t.Errorf("%s: %v", path, err)
		}
		for want, change := range map[string][2]string{
			"/schema: value must be":            {"rink.baseline/v2", "rink.baseline/v7"},
			"/runs: got string, want integer":   {`"runs": `, `"runs": "three", "x": `},
			"/outcome: value must be":           {`"outcome":"pass"`, `"outcome":"splendid"`},
			"/sessions/0/result: value must be": {`"completed"`, `"won"`},
			"/sessions/0/in: ":                  {`"in":"`, `"in":"first `},
			"/peers/0: missing property":        {`"implementation"`, `"made"`},
		} {
			err := ValidateBaseline([]byte(strings.Replace(string(data), change[0], change[1], 1)))
			if err == nil || !strings.Contains(err.Error(), want) {
				t.Errorf("%s: got %v, want %q", path, err, want)
			}
		}
	}
}
