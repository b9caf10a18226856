package schema

import (
	"encoding/json"
	"maps"
	"os"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/webrtc-rink/rink/harness/report"
)

// rich is a report with something in every place, as JSON and as a tree.
func rich(t *testing.T) ([]byte, map[string]any) {
	t.Helper()
	data, err := os.ReadFile("../testdata/rich.report.json")
	if err != nil {
		t.Fatal(err)
	}
	var doc map[string]any
	if err := json.Unmarshal(data, &doc); err != nil {
		t.Fatal(err)
	}
	return data, doc
}

func encode(t *testing.T, doc any) []byte {
	t.Helper()
	data, err := json.Marshal(doc)
	if err != nil {
		t.Fatal(err)
	}
	return data
}

func TestAReportWithSomethingInEveryPlaceIsValid(t *testing.T) {
	data, _ := rich(t)
	if err := Validate(data); err != nil {
		t.Error(err)
	}
	for _, place := range []string{
		`"complete": false`, `"incompleteReason"`, `"notes"`, `"unusedExpectations"`, `"result": "error"`,
		`"outcome": "pass"`, `"outcome": "fail"`, `"outcome": "known"`, `"outcome": "stale"`, `"outcome": "unsupported"`,
		`"outcome": "skipped"`, `"outcome": "error"`,
	} {
		if !strings.Contains(string(data), place) {
			t.Errorf("the report has no %s", place)
		}
	}
}

func TestTheReportOfARunThatDidNothingIsValid(t *testing.T) {
	r := report.Build(report.Input{Run: report.Run{ID: "r", Network: "host"}})
	data, err := report.Encode(r)
	if err != nil {
		t.Fatal(err)
	}
	if err := Validate(data); err != nil {
		t.Error(err)
	}
}

func TestMembersThatNobodyKnowsAreValid(t *testing.T) {
	_, doc := rich(t)
	doc["later"] = map[string]any{"x": nil}
	at(t, doc, "results", 0)["later"] = 1
	if err := Validate(encode(t, doc)); err != nil {
		t.Error(err)
	}
}

// at walks into a tree by names and numbers.
func at(t *testing.T, doc any, path ...any) map[string]any {
	t.Helper()
	for _, step := range path {
		switch s := step.(type) {
		case string:
			doc = doc.(map[string]any)[s]
		case int:
			doc = doc.([]any)[s]
		}
	}
	object, ok := doc.(map[string]any)
	if !ok {
		t.Fatalf("%v: no object", path)
	}
	return object
}

func TestWhatIsWrongIsNamedWithItsPlace(t *testing.T) {
	for name, tc := range map[string]struct {
		path   []any
		member string
		value  any // nil: removed
		want   string
	}{
		"another version":       {nil, "schema", "rink.report/v2", "/schema: value must be 'rink.report/v1'"},
		"no results":            {nil, "results", nil, "/: missing property 'results'"},
		"results of null":       {nil, "results", json.RawMessage("null"), "/results: got null, want array"},
		"no seed":               {[]any{"run"}, "seed", nil, "/run: missing property 'seed'"},
		"a seed in words":       {[]any{"run"}, "seed", "seven", "/run/seed: got string, want integer"},
		"an empty run id":       {[]any{"run"}, "id", "", "/run/id: minLength"},
		"no time":               {[]any{"run"}, "startedAt", "yesterday", "/run/startedAt: 'yesterday' is not valid date-time"},
		"another network":       {[]any{"run"}, "network", "public", "/run/network: value must be one of 'private', 'host'"},
		"no outcome":            {[]any{"results", 3}, "outcome", nil, "/results/3: missing property 'outcome'"},
		"an unknown outcome":    {[]any{"results", 3}, "outcome", "splendid", "/results/3/outcome: value must be one of 'pass', 'fail'"},
		"an unknown side":       {[]any{"results", 0}, "role", "bystander", "/results/0/role: value must be one of"},
		"an unknown end":        {[]any{"sessions", 1}, "result", "won", "/sessions/1/result: value must be one of"},
		"half a pair":           {[]any{"sessions", 1, "pair"}, "answerer", nil, "/sessions/1/pair: missing property 'answerer'"},
		"time that runs back":   {[]any{"sessions", 0}, "durationMs", -1, "/sessions/0/durationMs: minimum"},
		"a count in halves":     {[]any{"summary", "outcomes"}, "pass", 1.5, "/summary/outcomes/pass: got number, want integer"},
		"a level without count": {[]any{"summary", "levels", "must"}, "fail", nil, "/summary/levels/must: missing property 'fail'"},
		"an unknown exit code":  {[]any{"summary"}, "exitCode", 4, "/summary/exitCode: value must be one of"},
		"an unknown level":      {[]any{"checks", 0}, "level", "shall", "/checks/0/level: value must be one of"},
		"no features":           {[]any{"peers", 0}, "features", nil, "/peers/0: missing property 'features'"},
		"notes of numbers":      {nil, "notes", []any{1}, "/notes/0: got number, want string"},
		"an unused entry":       {[]any{"unusedExpectations", 0}, "issue", nil, "/unusedExpectations/0: missing property 'issue'"},
	} {
		t.Run(name, func(t *testing.T) {
			_, doc := rich(t)
			object := at(t, doc, tc.path...)
			if _, ok := object[tc.member]; !ok {
				t.Fatalf("the report has no %v %s", tc.path, tc.member)
			}
			if object[tc.member] = tc.value; tc.value == nil {
				delete(object, tc.member)
			}
			if err := Validate(encode(t, doc)); err == nil || !strings.Contains("\n"+err.Error(), "\n"+tc.want) {
				t.Errorf("got %v, want a line that begins with %q", err, tc.want)
			}
		})
	}
}

func TestEveryWrongPlaceHasALine(t *testing.T) {
	_, doc := rich(t)
	delete(at(t, doc, "run"), "seed")
	at(t, doc, "results", 0)["outcome"] = "splendid"
	err := Validate(encode(t, doc))
	if err == nil {
		t.Fatal("valid")
	}
	for _, place := range []string{"/run: ", "/results/0/outcome: "} {
		if !strings.Contains("\n"+err.Error(), "\n"+place) {
			t.Errorf("no line for %s in %q", place, err)
		}
	}
	for line := range strings.Lines(err.Error()) {
		if !strings.HasPrefix(line, "/") || len(strings.TrimSpace(line)) < len("/run: x") {
			t.Errorf("a line says nothing: %q", line)
		}
	}
}

func TestWhatIsNoJSONIsSaidToBeNone(t *testing.T) {
	for _, bad := range []string{"", "{", "no", "{} {}"} {
		if err := Validate([]byte(bad)); err == nil || !strings.HasPrefix(err.Error(), "no JSON: ") {
			t.Errorf("%q: got %v", bad, err)
		}
	}
	if err := Validate([]byte("[]")); err == nil || !strings.Contains(err.Error(), "/: got array, want object") {
		t.Errorf("a list: got %v", err)
	}
}

// TestTheSchemaDescribesTheModel: each member of the Go model, and no other, with
// its type, and required exactly where it is always written.
func TestTheSchemaDescribesTheModel(t *testing.T) {
	var root map[string]any
	if err := json.Unmarshal(JSON, &root); err != nil {
		t.Fatal(err)
	}
	compare(t, "", reflect.TypeFor[report.Report](), root)
}

func compare(t *testing.T, place string, model reflect.Type, node map[string]any) {
	t.Helper()
	if node == nil {
		t.Errorf("%s: the schema does not describe it", place)
		return
	}
	kind, want := node["type"], ""
	switch model.Kind() {
	case reflect.Pointer:
		compare(t, place, model.Elem(), node)
		return
	case reflect.Struct:
		if want = "object"; model == reflect.TypeFor[time.Time]() {
			want = "string"
		} else {
			members(t, place, model, node)
		}
	case reflect.Map:
		want = "object"
		values, _ := node["additionalProperties"].(map[string]any)
		compare(t, place+"/*", model.Elem(), values)
	case reflect.Slice:
		want = "array"
		items, _ := node["items"].(map[string]any)
		compare(t, place+"/0", model.Elem(), items)
	case reflect.String:
		if want = "string"; node["enum"] != nil || node["const"] != nil {
			want, kind = "", ""
		}
	case reflect.Int, reflect.Int64:
		if want = "integer"; node["enum"] != nil {
			want, kind = "", ""
		}
	case reflect.Float64:
		want = "number"
	case reflect.Bool:
		want = "boolean"
	default:
		t.Errorf("%s: no idea how a %s is described", place, model)
	}
	if kind != want {
		t.Errorf("%s: the schema says %v, the model %s", place, kind, want)
	}
}

func members(t *testing.T, place string, model reflect.Type, node map[string]any) {
	t.Helper()
	described, _ := node["properties"].(map[string]any)
	required, _ := node["required"].([]any)
	rest := maps.Clone(described)
	for i := range model.NumField() {
		field := model.Field(i)
		if !field.IsExported() {
			continue
		}
		name, option, _ := strings.Cut(field.Tag.Get("json"), ",")
		below, _ := described[name].(map[string]any)
		compare(t, place+"/"+name, field.Type, below)
		if text, _ := below["description"].(string); text == "" {
			t.Errorf("%s/%s: no description", place, name)
		}
		if always := option == ""; always != slices.Contains(required, any(name)) {
			t.Errorf("%s/%s: always written: %v, required: %v", place, name, always, !always)
		}
		delete(rest, name)
	}
	for name := range rest {
		t.Errorf("%s/%s: the schema describes it, the model has no such member", place, name)
	}
	for _, name := range required {
		if described[name.(string)] == nil {
			t.Errorf("%s/%s: required, not described", place, name)
		}
	}
}
