package anonymise_test

import (
	"bytes"
	"encoding/hex"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/webrtc-rink/rink/harness/check"
	"github.com/webrtc-rink/rink/harness/offline"
	"github.com/webrtc-rink/rink/harness/report/anonymise"
	"github.com/webrtc-rink/rink/harness/trace"
)

// envTraces names a folder of traces to try instead of the fixtures: those of a
// whole run.
const envTraces = "RINK_ANONYMISE_TRACES"

// recorded are real traces, by name.
func recorded(t *testing.T) map[string][]byte {
	t.Helper()
	dir := os.Getenv(envTraces)
	if dir == "" {
		dir = "../../../fixtures/traces"
	}
	paths, err := filepath.Glob(filepath.Join(dir, "*.jsonl*"))
	if err != nil || len(paths) == 0 {
		t.Fatalf("no traces in %s: %v", dir, err)
	}
	all := map[string][]byte{}
	for _, path := range paths {
		data, err := trace.ReadUnpacked(path)
		if err != nil {
			t.Fatal(err)
		}
		all[filepath.Base(path)] = data
	}
	return all
}

// mapped anonymises traces as files of one run.
func mapped(t *testing.T, m *anonymise.Mapper, traces map[string][]byte) map[string][]byte {
	t.Helper()
	names := slices.Sorted(maps.Keys(traces))
	for _, name := range names {
		if _, err := m.Trace(traces[name]); err != nil {
			t.Fatalf("%s: %v", name, err)
		}
	}
	m.Settle()
	out := map[string][]byte{}
	for _, name := range names {
		data, err := m.Trace(traces[name])
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		out[name] = data
	}
	return out
}

// private finds originals without any help of the package: by where they stand.
var private = []*regexp.Regexp{
	regexp.MustCompile(`a=ice-ufrag:([A-Za-z0-9+/]+)`),
	regexp.MustCompile(`"(?:usernameFragment|localUfrag)":"([A-Za-z0-9+/]+)"`),
	regexp.MustCompile(`\bufrag ([A-Za-z0-9+/]+)`),
	regexp.MustCompile(`a=ice-pwd:([A-Za-z0-9+/]+)`),
	regexp.MustCompile(`[0-9A-Fa-f]{2}((?::[0-9A-Fa-f]{2}){19,63})`),
	regexp.MustCompile(`candidate:([A-Za-z0-9+/]{5,}) `),
	regexp.MustCompile(`"foundation":"([A-Za-z0-9+/]{5,})"`),
	regexp.MustCompile(`\bo=\S+ ([0-9]{5,}) `),
	regexp.MustCompile(`a=ssrc:([0-9]{5,})`),
	regexp.MustCompile(` cname:([A-Za-z0-9+/]{8,})`),
	regexp.MustCompile(`(?i)\b([0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12})\b`),
	regexp.MustCompile(`\b((?:10|172|192|100)\.[0-9]{1,3}\.[0-9]{1,3}\.[0-9]{1,3})\b`),
	regexp.MustCompile(`(?i)\b(f[de][0-9a-f]{2}:[0-9a-f:]*[0-9a-f])\b`),
}

func originals(traces map[string][]byte) map[string]bool {
	found := map[string]bool{}
	for _, data := range traces {
		for _, re := range private {
			for _, match := range re.FindAllSubmatch(data, -1) {
				if v := string(match[1]); !strings.HasPrefix(v, "192.0.2.") {
					found[v] = true
					if len(v) >= 4 && !word.MatchString(v) {
						found[hex.EncodeToString([]byte(v))] = true // as pion logs it
					}
				}
			}
		}
	}
	return found
}

// word is a value that may be a word as well: the ufrags that scenarios make up are.
var word = regexp.MustCompile(`^[a-z]{1,7}$`)

// token splits text where a value may begin or end.
var token = regexp.MustCompile(`[A-Za-z0-9+/:.-]+`)

func TestNothingPrivateOfRealTracesIsLeft(t *testing.T) {
	traces := recorded(t)
	private := originals(traces)
	out := mapped(t, anonymise.New(anonymise.Options{}), traces)
	if len(private) < 100 {
		t.Fatalf("only %d private values in the traces", len(private))
	}
	left := map[string]string{}
	for name, data := range out {
		for v := range private {
			if len(v) >= 8 && bytes.Contains(data, []byte(v)) {
				left[v] = name
			}
		}
		for _, v := range token.FindAll(data, -1) {
			for _, part := range append(strings.FieldsFunc(string(v), func(r rune) bool { return strings.ContainsRune(":.-", r) }), string(v)) {
				if private[part] && !word.MatchString(part) {
					left[part] = name
				}
			}
		}
	}
	for v, name := range left {
		t.Errorf("%s still has %q", name, v)
	}
}

// graded is what came of every check, with the findings as people read them.
func graded(t *testing.T, data []byte) map[string][]string {
	t.Helper()
	records, err := trace.Read(bytes.NewReader(data))
	if err != nil {
		t.Fatal(err)
	}
	return grades(t, records)
}

func grades(t *testing.T, records []trace.Record) map[string][]string {
	t.Helper()
	all, err := check.GradeTrace(records, check.All())
	if err != nil {
		t.Fatal(err)
	}
	result := map[string][]string{}
	for _, g := range all {
		key := g.Check + " " + string(g.Side)
		result[key] = append(result[key], string(g.Outcome)+" "+g.Reason)
		for _, f := range g.Findings {
			result[key] = append(result[key], fmt.Sprintf("%s | %s | %s | %s | %v", f.Object, f.Got, f.Want, f.Why, f.Where))
		}
	}
	return result
}

func TestAnonymisedTracesAreGradedAsBefore(t *testing.T) {
	traces := recorded(t)
	m := anonymise.New(anonymise.Options{})
	out := mapped(t, m, traces)
	checks := 0
	for name, data := range traces {
		before, after := graded(t, data), graded(t, out[name])
		if len(before) != len(after) {
			t.Errorf("%s: %d results, then %d", name, len(before), len(after))
		}
		for key, lines := range before {
			checks++
			for i := range lines {
				lines[i] = m.Text(lines[i])
			}
			if !slices.Equal(lines, after[key]) {
				t.Errorf("%s: %s:\nbefore %q\nafter  %q", name, key, lines, after[key])
			}
		}
	}
	t.Logf("%d results of %d traces", checks, len(traces))
}

func TestADumpIsGradedAsBefore(t *testing.T) {
	traces, err := offline.ReadDump("../../../fixtures/dumps/chromium-156-loopback.json.gz")
	if err != nil || len(traces) == 0 {
		t.Fatal(err)
	}
	for i, records := range traces {
		var data bytes.Buffer
		r := trace.NewRecorder(&data)
		for _, rec := range records {
			r.Add(rec)
		}
		if err := r.Close(); err != nil {
			t.Fatal(err)
		}
		name := fmt.Sprint(i)
		m := anonymise.New(anonymise.Options{})
		out := mapped(t, m, map[string][]byte{name: data.Bytes()})
		before, after := graded(t, data.Bytes()), graded(t, out[name])
		for key, lines := range before {
			for i := range lines {
				lines[i] = m.Text(lines[i])
			}
			if !slices.Equal(lines, after[key]) {
				t.Errorf("%s:\nbefore %q\nafter  %q", key, lines, after[key])
			}
		}
	}
}
