package upgrade

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"golang.org/x/mod/semver"

	"github.com/webrtc-rink/rink/harness/peer/pionbuild"
)

// Bisect asks where between two versions something changed.
type Bisect struct {
	Good, Bad Subject
	// Versions are releases that the module proxy may not list.
	Versions []string
	// Build makes a subject, and Probe tells what an agent does: the outcome of a
	// check, or a value of the fingerprint. An error that is ErrSkip leaves the
	// version out.
	Build func(ctx context.Context, s Subject) (agent string, err error)
	Probe func(ctx context.Context, agent string) (string, error)
	// Discard removes what was built of a subject whose folder is gone; may be nil.
	Discard func(s Subject) error
	// Modules lists what an agent is built from: version by module path.
	Modules func(agent string) (map[string]string, error)
	// Releases lists the releases between two, and those given; nil asks the module
	// proxy and the module cache.
	Releases func(ctx context.Context, from, to string, given []string) ([]string, error)
	Log      func(text string)

	tried []Trial
	good  string // what the good one does
	bad   string
}

// Trial is a version that was tried.
type Trial struct {
	Version string `json:"version"`
	Outcome string `json:"outcome,omitempty"`
	Skipped string `json:"skipped,omitempty"` // why it could not be tried
}

// Culprit is what a bisection found.
type Culprit struct {
	// LastGood and FirstBad are neighbours: nothing between them could be tried.
	LastGood string `json:"lastGood"`
	FirstBad string `json:"firstBad"`
	Good     string `json:"good"` // what it does before, and from FirstBad on
	Bad      string `json:"bad"`
	// Module is the one whose step makes the difference; empty with a Note that says
	// why it cannot be told.
	Module     string  `json:"module"`
	ModuleFrom string  `json:"moduleFrom"`
	ModuleTo   string  `json:"moduleTo"`
	Commit     string  `json:"commit,omitempty"` // of the module's checkout
	Note       string  `json:"note,omitempty"`
	Tried      []Trial `json:"tried"`
	// Reproduce is the command line that shows the difference.
	Reproduce string `json:"reproduce,omitempty"`

	last, first Subject
}

// String says it in a few lines.
func (c *Culprit) String() string {
	var b strings.Builder
	fmt.Fprintf(&b, "%s is the first that does otherwise: %s before (%s), %s now.\n", c.FirstBad, c.Good, c.LastGood, c.Bad)
	switch {
	case c.Module != "":
		fmt.Fprintf(&b, "module: %s %s -> %s\n", c.Module, c.ModuleFrom, c.ModuleTo)
	case c.Note == "":
		fmt.Fprintf(&b, "module: none that differs makes the difference alone\n")
	}
	if c.Commit != "" {
		fmt.Fprintf(&b, "commit: %s\n", c.Commit)
	}
	if c.Note != "" {
		fmt.Fprintf(&b, "note: %s\n", c.Note)
	}
	if c.Reproduce != "" {
		fmt.Fprintf(&b, "again: %s\n", c.Reproduce)
	}
	return b.String()
}

// Run walks the releases, then the modules that differ between the two neighbours,
// then the commits of a module that is a checkout.
func (b *Bisect) Run(ctx context.Context) (*Culprit, error) {
	var err error
	if b.good, err = b.try(ctx, b.Good); err == nil {
		b.bad, err = b.try(ctx, b.Bad)
	}
	if err != nil {
		return nil, fmt.Errorf("an end of the range: %w", err)
	}
	if b.good == b.bad {
		return nil, fmt.Errorf("both ends do the same (%s): there is nothing to find between %s and %s", b.good, b.Good, b.Bad)
	}
	c := &Culprit{Good: b.good, Bad: b.bad, last: b.Good, first: b.Bad}
	if err = b.releases(ctx, c); err == nil {
		err = b.modules(ctx, c)
	}
	if err == nil {
		err = b.commits(ctx, c)
	}
	c.LastGood, c.FirstBad, c.Tried = c.last.String(), c.first.String(), b.tried
	return c, err
}

// try builds a subject and asks what it does.
func (b *Bisect) try(ctx context.Context, s Subject) (string, error) {
	agent, err := b.Build(ctx, s)
	outcome := ""
	if err == nil {
		outcome, err = b.Probe(ctx, agent)
	} else if ctx.Err() == nil {
		err = skip("%w", err)
	}
	t := Trial{Version: s.String(), Outcome: outcome}
	if err != nil {
		t.Skipped = err.Error()
	}
	b.tried = append(b.tried, t)
	if b.Log != nil {
		b.Log(t.Version + ": " + strings.SplitN(t.Outcome+t.Skipped, "\n", 2)[0])
	}
	return outcome, err
}

// changed tells whether a subject does what the bad end does. What does neither is
// left out: it would lead the search astray.
func (b *Bisect) changed(ctx context.Context, s Subject) (bool, error) {
	outcome, err := b.try(ctx, s)
	switch {
	case err != nil:
		return false, err
	case outcome == b.good:
		return false, nil
	case outcome == b.bad:
		return true, nil
	}
	return false, skip("it does neither: %s", outcome)
}

// releases narrows a range of releases down to two neighbours.
func (b *Bisect) releases(ctx context.Context, c *Culprit) error {
	from, to := b.Good.Version, b.Bad.Version
	if from == "" || to == "" || from == to {
		return nil
	}
	backwards := semver.Compare(from, to) > 0
	if backwards {
		from, to = to, from
	}
	ask := b.Releases
	if ask == nil {
		ask = releases
	}
	list, err := ask(ctx, from, to, b.Versions)
	if err != nil {
		return err
	}
	if backwards {
		slices.Reverse(list)
	}
	if err := b.walk(ctx, c, list); err != nil {
		return err
	}
	gap := between(c.last.Version, c.first.Version)
	if backwards {
		gap = between(c.first.Version, c.last.Version)
		slices.Reverse(gap)
	}
	if len(gap) == 0 {
		return nil
	}
	return b.walk(ctx, c, slices.Concat([]string{c.last.Version}, gap, []string{c.first.Version}))
}

// walk searches a list of releases, whose ends are known. Each has the modules that
// the good end has beside; those of the bad end come last.
func (b *Bisect) walk(ctx context.Context, c *Culprit, list []string) error {
	at := func(step int) Subject { return Subject{Version: list[step], With: b.Good.With} }
	last, first, err := search(ctx, len(list), func(ctx context.Context, step int) (bool, error) { return b.changed(ctx, at(step)) })
	if err != nil {
		return err
	}
	c.last = at(last)
	if first < len(list)-1 || len(b.Bad.With) == 0 {
		c.first = at(first)
	}
	return nil
}

// modules finds the module whose step makes the difference: those of the bad one are
// put under the good one, one more each time.
func (b *Bisect) modules(ctx context.Context, c *Culprit) error {
	steps, err := b.steps(ctx, c)
	if err != nil {
		return err
	}
	own := webrtcModule + "v?"
	if c.first.Version != "" {
		own = webrtcModule + semver.Major(c.first.Version)
	}
	at := func(n int) Subject {
		s := Subject{Version: c.last.Version, Path: c.last.Path, With: map[string]string{}}
		maps.Copy(s.With, c.last.With)
		for _, step := range steps[:n] {
			s.With[step.module] = step.to
		}
		return s
	}
	if c.last.Version != c.first.Version || c.last.Path != c.first.Path {
		all, err := b.changed(ctx, at(len(steps)))
		switch {
		case errors.Is(err, ErrSkip):
			c.Note = fmt.Sprintf("which module it is cannot be told: %s with the other modules of %s: %v", c.last, c.first, err)
			return nil
		case err != nil:
			return err
		case !all:
			c.Module, c.ModuleFrom, c.ModuleTo = own, c.last.own(), c.first.own()
			return nil
		}
	}
	_, first, err := search(ctx, len(steps)+1, func(ctx context.Context, n int) (bool, error) { return b.changed(ctx, at(n)) })
	if err != nil || first == 0 {
		return err
	}
	culprit := steps[first-1]
	c.Module, c.ModuleFrom, c.ModuleTo = culprit.module, culprit.from, culprit.to
	c.last, c.first = at(first-1), at(first)
	return nil
}

// own is what stands for pion/webrtc itself.
func (s Subject) own() string {
	if s.Path != "" {
		return s.Path
	}
	return s.Version
}

// step is a module of another version in the bad one.
type step struct{ module, from, to string }

// steps lists the modules that differ, without pion/webrtc. pion's come first: they
// are the likely ones, and the others seldom go without them.
func (b *Bisect) steps(ctx context.Context, c *Culprit) ([]step, error) {
	var built [2]map[string]string
	for i, s := range []Subject{c.last, c.first} {
		agent, err := b.Build(ctx, s)
		if err != nil {
			return nil, err
		}
		if built[i], err = b.Modules(agent); err != nil {
			return nil, err
		}
	}
	var steps []step
	for _, module := range slices.Sorted(maps.Keys(built[1])) {
		from, to := built[0][module], built[1][module]
		if strings.HasPrefix(module, webrtcModule) || from == to || !pionbuild.IsFolder(to) && (from == "" || pionbuild.IsFolder(from) || semver.Compare(from, to) > 0) {
			continue
		}
		steps = append(steps, step{module, from, to})
	}
	slices.SortStableFunc(steps, func(a, b step) int {
		foreign := func(s step) int {
			if strings.HasPrefix(s.module, "github.com/pion/") {
				return 0
			}
			return 1
		}
		return foreign(a) - foreign(b)
	})
	return steps, nil
}

// commits goes on in the checkout of a module, from the release that it replaces.
func (b *Bisect) commits(ctx context.Context, c *Culprit) error {
	dir := c.ModuleTo
	if !pionbuild.IsFolder(dir) || !strings.HasPrefix(c.ModuleFrom, "v") {
		return nil
	}
	list, err := commits(ctx, dir, c.ModuleFrom)
	if err != nil {
		c.Note = fmt.Sprintf("the commits of %s were not tried: %v", dir, err)
		return nil //nolint:nilerr // the module is an answer, too
	}
	if dirty, err := git(ctx, dir, "status", "--porcelain"); err == nil && strings.TrimSpace(dirty) != "" {
		c.Note = fmt.Sprintf("%s has changes that are not committed, so that its commits were not tried", dir)
		return nil
	}
	trees, err := os.MkdirTemp("", "rink-bisect-")
	if err != nil {
		return err
	}
	defer func() {
		for _, commit := range list {
			_, _ = git(context.WithoutCancel(ctx), dir, "worktree", "remove", "--force", filepath.Join(trees, commit)) // those that were made
		}
		_ = os.RemoveAll(trees)
	}()
	_, first, err := search(ctx, len(list), func(ctx context.Context, step int) (bool, error) {
		tree := filepath.Join(trees, list[step])
		if _, err := git(ctx, dir, "worktree", "add", "--detach", tree, list[step]); err != nil {
			return false, skip("%w", err)
		}
		s := c.first
		s.With = maps.Clone(s.With)
		s.With[c.Module] = tree
		changed, err := b.changed(ctx, s)
		if b.Discard != nil {
			err = errors.Join(err, b.Discard(s))
		}
		return changed, err
	})
	if err == nil {
		c.Commit, err = git(ctx, dir, "log", "-1", "--format=%h %s", list[first])
		c.Commit = strings.TrimSpace(c.Commit)
	}
	return err
}
