package chrome

import (
	"context"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/chromedp/chromedp"
	"github.com/google/go-cmp/cmp"

	"github.com/webrtc-rink/rink/harness/peer/page/pagetest"
)

// arguments returns the command line that a program gets of the allocator with
// the flags. The program is no browser: it writes its arguments down and ends.
func arguments(t *testing.T, flags []string) []string {
	t.Helper()
	to := filepath.Join(t.TempDir(), "arguments")
	options := append(allocatorFlags(flags),
		chromedp.ExecPath(pagetest.Script(t, `printf '%s\n' "$@" >"$ARGUMENTS"`)),
		chromedp.UserDataDir(t.TempDir()), chromedp.Env("ARGUMENTS="+to))
	allocator, release := chromedp.NewExecAllocator(pagetest.Bounded(t), options...)
	defer release()
	ctx, cancel := chromedp.NewContext(allocator)
	defer cancel()
	if err := ended(ctx); err == nil {
		t.Fatal("program that ends at once: got a browser")
	}
	text, err := os.ReadFile(to)
	if err != nil {
		t.Fatal(err)
	}
	return strings.Split(strings.TrimSpace(string(text)), "\n")
}

// ended starts the program, which returns an error because it ends.
func ended(ctx context.Context) error {
	_, err := chromedp.Targets(ctx)
	return err
}

// The library that starts the browser would drop the sandbox for root by itself;
// the list of flags decides, which the report shows.
func TestOnlyRootRunsWithoutTheSandbox(t *testing.T) {
	for _, c := range []struct {
		name  string
		extra []string
		root  bool
		want  int
	}{
		{"root", nil, true, 1},
		{"root who asks for it", []string{"--no-sandbox"}, true, 1},
		{"not root", nil, false, 0},
		{"not root with other flags", []string{"--lang=de", "--disable-features=X"}, false, 0},
	} {
		t.Run(c.name, func(t *testing.T) {
			flags, err := commandLine(c.extra, c.root)
			if err != nil {
				t.Fatal(err)
			}
			for what, list := range map[string][]string{"flags": flags, "arguments": arguments(t, flags)} {
				got := 0
				for _, f := range list {
					if strings.Contains(f, "no-sandbox") {
						got++
					}
				}
				if got != c.want {
					t.Errorf("%s: got no-sandbox %d times in %q, want %d", what, got, list, c.want)
				}
			}
		})
	}
}

func TestEveryFlagReachesTheProgram(t *testing.T) {
	flags, err := commandLine([]string{"--lang=de", "--no-value", "--equals=a=b", "--empty="}, false)
	if err != nil {
		t.Fatal(err)
	}
	got := arguments(t, flags)
	for _, f := range flags {
		if !slices.Contains(got, f) {
			t.Errorf("arguments: got %q, want %q among them", got, f)
		}
	}
}

func TestAFlagOfTheUsersReplacesOursAndFeaturesAddUp(t *testing.T) {
	const ours = "--disable-features="
	base, err := commandLine(nil, false)
	if err != nil {
		t.Fatal(err)
	}
	features := base[slices.IndexFunc(base, func(f string) bool { return strings.HasPrefix(f, ours) })]
	for _, c := range []struct {
		name          string
		extra         []string
		removed, more []string
	}{
		{"a new one", []string{"--lang=de"}, nil, []string{"--lang=de"}},
		{"another value", []string{"--headless=old"}, []string{"--headless"}, []string{"--headless=old"}},
		{"the last of two", []string{"--lang=de", "--lang=fr"}, nil, []string{"--lang=fr"}},
		{"the same", []string{"--headless"}, nil, nil},
		{"a name that begins like ours", []string{"--headless-mode"}, nil, []string{"--headless-mode"}},
		{"features", []string{ours + "A", ours + "B,C"}, []string{features}, []string{features + ",A,B,C"}},
		{"features to enable", []string{"--enable-features=A", "--enable-features=B"}, nil, []string{"--enable-features=A,B"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			got, err := commandLine(c.extra, false)
			if err != nil {
				t.Fatal(err)
			}
			want := slices.DeleteFunc(slices.Clone(base), func(f string) bool { return slices.Contains(c.removed, f) })
			want = append(want, c.more...)
			slices.Sort(want)
			slices.Sort(got)
			if diff := cmp.Diff(want, got); diff != "" {
				t.Errorf("flags (-want +got):\n%s", diff)
			}
		})
	}
	if again, err := commandLine(nil, false); err != nil || !slices.Equal(base, again) {
		t.Errorf("flags after all that: got %q (%v), want %q", again, err, base)
	}
}

func TestAFlagThatIsRefusedIsNamed(t *testing.T) {
	for _, c := range []struct {
		flag string
		root bool
	}{
		{"--no-sandbox", false},
		{"--no-sandbox=1", false},
		{"--user-data-dir=/tmp/mine", false},
		{"--user-data-dir", true},
		{"lang=de", true},
		{"-lang=de", true},
		{"--", true},
		{"--=de", true},
		{"", true},
		{"https://example.org/", true},
	} {
		flags, err := commandLine([]string{c.flag}, c.root)
		if err == nil || !strings.Contains(err.Error(), `"`+c.flag+`"`) {
			t.Errorf("flag %q, root %v: got %q (%v), want an error that names it", c.flag, c.root, flags, err)
		}
	}
}
