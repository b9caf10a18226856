package upgrade

import (
	"context"
	"errors"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestSearchFindsTheFirstThatChanged(t *testing.T) {
	t.Parallel()
	for n := 2; n < 40; n++ {
		for changed := 1; changed < n; changed++ {
			asked := 0
			last, first, err := search(t.Context(), n, func(_ context.Context, step int) (bool, error) {
				asked++
				return step >= changed, nil
			})
			if err != nil || last != changed-1 || first != changed {
				t.Errorf("%d steps, changed at %d: got %d, %d, %v", n, changed, last, first, err)
			}
			if asked > 6 {
				t.Errorf("%d steps, changed at %d: asked %d times, want at most 6", n, changed, asked)
			}
		}
	}
}

func TestSearchGoesOnBesideWhatCannotBeTried(t *testing.T) {
	t.Parallel()
	const n, changed = 12, 7
	for _, tc := range []struct {
		gone        []int
		last, first int
	}{
		{nil, 6, 7},
		{[]int{5}, 6, 7},
		{[]int{6}, 5, 7},
		{[]int{7}, 6, 8},
		{[]int{5, 6, 7, 8}, 4, 9},
		{[]int{1, 2, 3, 4, 5, 6, 7, 8, 9, 10}, 0, 11},
	} {
		asked := map[int]int{}
		last, first, err := search(t.Context(), n, func(_ context.Context, step int) (bool, error) {
			if asked[step]++; asked[step] > 1 {
				t.Errorf("without %v: step %d was tried twice", tc.gone, step)
			}
			if slices.Contains(tc.gone, step) {
				return false, skip("there is no step %d", step)
			}
			return step >= changed, nil
		})
		if err != nil || last != tc.last || first != tc.first {
			t.Errorf("without %v: got %d, %d, %v, want %d, %d", tc.gone, last, first, err, tc.last, tc.first)
		}
	}
	broken := errors.New("the machine is on fire")
	if _, _, err := search(t.Context(), n, func(context.Context, int) (bool, error) { return false, broken }); !errors.Is(err, broken) {
		t.Errorf("got %v, want what broke", err)
	}
}

func TestBetweenFillsTheGapOfAMinor(t *testing.T) {
	t.Parallel()
	for _, tc := range []struct{ last, first, want string }{
		{"v4.0.1", "v4.0.4", "v4.0.2 v4.0.3"},
		{"v4.0.1", "v4.0.2", ""},
		{"v4.0.10", "v4.1.2", ""},
		{"v4.0.1", "v4.0.4-rc.1", ""},
	} {
		if got := strings.Join(between(tc.last, tc.first), " "); got != tc.want {
			t.Errorf("%s to %s: got %q, want %q", tc.last, tc.first, got, tc.want)
		}
	}
}

func TestParseSubjectSaysWhatIsWrong(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	for _, tc := range []struct {
		text string
		with []string
		want string // String, or part of the error
	}{
		{"v3.3.6", nil, "v3.3.6"},
		{"3.3.6", nil, "v3.3.6"},
		{"pion@v4.0.8", nil, "v4.0.8"},
		{"v4.2.27-0.20261101120000-abcdefabcdef", nil, "v4.2.27-0.20261101120000-abcdefabcdef"},
		{dir, nil, dir},
		{
			"v3.3.6",
			[]string{"github.com/pion/ice/v2@v2.3.37", "github.com/pion/dtls/v2=v2.2.11"},
			"v3.3.6 with pion/dtls/v2 v2.2.11 and pion/ice/v2 v2.3.37",
		},
		{"latest", nil, `"latest": want a release`},
		{"v2.2.0", nil, `"v2.2.0": want a release`},
		{"./no/such/folder", nil, "no such file"},
		{"v3.3.6", []string{"github.com/pion/ice/v2"}, "want MODULE@VERSION or MODULE=FOLDER"},
		{"v3.3.6", []string{"a@v1.0.0", "a@v1.0.1"}, "a is given twice"},
		{"v3.3.6", []string{"a=" + dir}, "want a folder with a module"},
	} {
		got, err := ParseSubject(tc.text, tc.with)
		said := got.String()
		if err != nil {
			said = err.Error()
		}
		if !strings.Contains(said, tc.want) {
			t.Errorf("%q with %q: got %q, want %q", tc.text, tc.with, said, tc.want)
		}
	}
}

// world is a pion whose behaviour is a function of its modules.
type world struct {
	bad    func(s Subject) bool
	gone   map[string]bool // versions that are not to be had
	listed map[string]map[string]string
}

func (w world) bisect(good, bad Subject) Bisect {
	return Bisect{
		Good: good, Bad: bad,
		Build: func(_ context.Context, s Subject) (string, error) {
			if w.gone[s.Version] {
				return "", errors.New("not to be had")
			}
			return s.String(), nil
		},
		Probe: func(_ context.Context, agent string) (string, error) {
			s := parsed(agent)
			if w.bad(s) {
				return "red", nil
			}
			return "green", nil
		},
		Modules: func(agent string) (map[string]string, error) {
			s := parsed(agent)
			modules := map[string]string{}
			for path, v := range w.listed[s.Version] {
				modules[path] = v
			}
			for path, v := range s.With {
				modules[path] = v
			}
			return modules, nil
		},
	}
}

// parsed reads what Subject.String wrote.
func parsed(agent string) Subject {
	version, with, _ := strings.Cut(agent, " with ")
	s := Subject{Version: version, With: map[string]string{}}
	for _, text := range strings.Split(with, " and ") {
		if module, v, ok := strings.Cut(text, " "); ok {
			s.With["github.com/"+module] = v
		}
	}
	return s
}

func TestBisectNamesTheReleaseAndTheModule(t *testing.T) {
	t.Parallel()
	const ice, dtls = "github.com/pion/ice/v4", "github.com/pion/dtls/v3"
	listed := map[string]map[string]string{
		"v4.0.1": {ice: "v4.0.1", dtls: "v3.0.1"}, "v4.0.2": {ice: "v4.0.2", dtls: "v3.0.2"}, "v4.0.3": {ice: "v4.0.2", dtls: "v3.0.2"},
	}
	from := func(s Subject, module, version string) bool {
		v := s.With[module]
		if v == "" {
			v = listed[s.Version][module]
		}
		return v >= version
	}
	at := func(v string) Subject { return Subject{Version: v} }
	for name, tc := range map[string]struct {
		bad                         func(Subject) bool
		first, module, before, then string
	}{
		"a module":        {func(s Subject) bool { return from(s, ice, "v4.0.2") }, "v4.0.1", ice, "v4.0.1", "v4.0.2"},
		"another":         {func(s Subject) bool { return from(s, dtls, "v3.0.2") }, "v4.0.1", dtls, "v3.0.1", "v3.0.2"},
		"pion itself":     {func(s Subject) bool { return s.Version >= "v4.0.2" }, "v4.0.2", "github.com/pion/webrtc/v4", "v4.0.1", "v4.0.2"},
		"the last of all": {func(s Subject) bool { return s.Version >= "v4.0.3" }, "v4.0.3", "github.com/pion/webrtc/v4", "v4.0.2", "v4.0.3"},
	} {
		t.Run(name, func(t *testing.T) {
			b := world{bad: tc.bad, listed: listed}.bisect(at("v4.0.1"), at("v4.0.3"))
			b.Versions = []string{"v4.0.2"}
			b.Releases = func(context.Context, string, string, []string) ([]string, error) {
				return []string{"v4.0.1", "v4.0.2", "v4.0.3"}, nil
			}
			c, err := b.Run(t.Context())
			if err != nil {
				t.Fatal(err)
			}
			got := []string{c.Module, c.ModuleFrom, c.ModuleTo}
			if diff := cmp.Diff([]string{tc.module, tc.before, tc.then}, got); diff != "" {
				t.Errorf("%s\n(-want +got):\n%s", c, diff)
			}
			if !strings.HasPrefix(c.FirstBad, tc.first) {
				t.Errorf("got first bad %s, want %s", c.FirstBad, tc.first)
			}
		})
	}
}

func TestBisectOfAFixGoesTheOtherWay(t *testing.T) {
	t.Parallel()
	b := world{bad: func(s Subject) bool { return s.Version < "v4.0.3" }}.bisect(Subject{Version: "v4.0.1"}, Subject{Version: "v4.0.5"})
	b.Releases = func(context.Context, string, string, []string) ([]string, error) {
		return []string{"v4.0.1", "v4.0.5"}, nil // the gap is filled
	}
	c, err := b.Run(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if c.FirstBad != "v4.0.3" || c.LastGood != "v4.0.2" || c.Good != "red" || c.Bad != "green" {
		t.Errorf("got %s", c)
	}
}

func TestBisectSaysWhatWasLeftOut(t *testing.T) {
	t.Parallel()
	b := world{
		bad: func(s Subject) bool { return s.Version >= "v4.0.3" }, gone: map[string]bool{"v4.0.3": true, "v4.0.2": true},
	}.bisect(Subject{Version: "v4.0.1"}, Subject{Version: "v4.0.4"})
	b.Releases = func(context.Context, string, string, []string) ([]string, error) {
		return []string{"v4.0.1", "v4.0.4"}, nil
	}
	c, err := b.Run(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	left := 0
	for _, trial := range c.Tried {
		if trial.Skipped != "" {
			left++
		}
	}
	if c.LastGood != "v4.0.1" || !strings.HasPrefix(c.FirstBad, "v4.0.4") || left < 2 {
		t.Errorf("got %s with %d left out, want v4.0.1, v4.0.4 and two left out: %+v", c, left, c.Tried)
	}
	same := world{bad: func(Subject) bool { return true }}.bisect(Subject{Version: "v4.0.1"}, Subject{Version: "v4.0.4"})
	if _, err := same.Run(t.Context()); err == nil || !strings.Contains(err.Error(), "both ends do the same") {
		t.Errorf("got %v, want it to say that both ends do the same", err)
	}
}
