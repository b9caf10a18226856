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

func TestNothingPrivateOfRealTracesIsLeftAndTheyAreGradedAsBefore(t *testing.T) {
	traces, m := recorded(t), anonymise.New(anonymise.Options{})
	private, out := originals(traces), mapped(t, m, traces)
	if len(private) < 100 {
		t.Fatalf("only %d private values in the traces", len(private))
	}
	long := map[string][]string{} // by their beginning
	for v := range private {
		if len(v) >= 8 {
			long[v[:8]] = append(long[v[:8]], v)
		}
	}
	left := map[string]string{}
	for name, data := range out {
		for i := range len(data) - 8 {
			for _, v := range long[string(data[i:i+8])] {
				if bytes.HasPrefix(data[i:], []byte(v)) {
					left[v] = name
				}
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
	sameGrades(t, m, traces, out)
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

// sameGrades grades traces before and after: what comes of them differs in what was
// replaced alone.
func sameGrades(t *testing.T, m *anonymise.Mapper, traces, out map[string][]byte) {
	t.Helper()
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
		sameGrades(t, m, map[string][]byte{name: data.Bytes()}, out)
	}
}

// related are values whose form has to stay, by where they stand.
var related = map[string]*regexp.Regexp{
	"ufrag":    regexp.MustCompile(`a=ice-ufrag:([^\\"]*)`),
	"pwd":      regexp.MustCompile(`a=ice-pwd:([^\\"]*)`),
	"print":    regexp.MustCompile(`a=fingerprint:([^\\"]*)`),
	"address":  regexp.MustCompile(`"address":"([^\\"]*)"`),
	"priority": regexp.MustCompile(`candidate:\S+ \S+ \S+ (\S+) `),
	"base":     regexp.MustCompile(`"foundation":"([^\\"]*)"`),
	"version":  regexp.MustCompile(`o=\S+ \S+ (\S+) `),
}

func TestRelationsOfValuesStay(t *testing.T) {
	traces := recorded(t)
	out := mapped(t, anonymise.New(anonymise.Options{}), traces)
	for kind, re := range related {
		to, from := map[string]string{}, map[string]string{}
		for name := range traces {
			before, after := re.FindAllSubmatch(traces[name], -1), re.FindAllSubmatch(out[name], -1)
			if len(before) != len(after) {
				t.Fatalf("%s: %s: %d values, then %d", name, kind, len(before), len(after))
			}
			for i := range before {
				a, b := string(before[i][1]), string(after[i][1])
				if other, ok := to[a]; ok && other != b {
					t.Errorf("%s %q is %q and %q", kind, a, other, b)
				}
				if other, ok := from[b]; ok && other != a {
					t.Errorf("%s %q and %q are both %q", kind, a, other, b)
				}
				to[a], from[b] = b, a
				same := len(a) == len(b)
				switch kind {
				case "address":
					same = strings.Count(a, ":") > 0 == (strings.Count(b, ":") > 0)
				case "priority", "version":
					same = a == b
				}
				if !same {
					t.Errorf("%s %q has become %q", kind, a, b)
				}
			}
		}
		if len(to) < 2 {
			t.Errorf("only %d values of %s in the traces", len(to), kind)
		}
	}
}
