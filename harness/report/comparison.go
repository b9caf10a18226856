package report

// Comparison says what changed between a baseline and this run. harness/compare
// makes it, and no renderer computes any of it.
type Comparison struct {
	// Verdict goes before the run's own: "2 regressions against pion v3.3.5".
	Verdict string   `json:"verdict"`
	Against []string `json:"against"`         // the baseline's peers and runs, a line each
	Notes   []string `json:"notes,omitempty"` // what besides the peers differs, a sentence each
	// Changes are in the order of how much they matter: regressed, flaky, changed,
	// fixed, gone, new.
	Changes   []Change     `json:"changes,omitempty"`
	Times     []TimeChange `json:"times,omitempty"`
	Unchanged int          `json:"unchanged"` // cells: check, pair, scenario and end
	// Undecided counts the sessions that would have to be played again before every
	// change is sure.
	Undecided int `json:"undecided,omitempty"`
}

// ChangeClass says what became of a requirement.
type ChangeClass string

// The classes of changes, the worst first. Flaky is both ways on one side, changed
// deviates otherwise than before, gone and new were graded on one side alone.
const (
	Regressed ChangeClass = "regressed"
	Flaky     ChangeClass = "flaky"
	Changed   ChangeClass = "changed"
	Fixed     ChangeClass = "fixed"
	Gone      ChangeClass = "gone"
	New       ChangeClass = "new"
)

// ChangeClasses are all of them, in their order.
func ChangeClasses() []ChangeClass {
	return []ChangeClass{Regressed, Flaky, Changed, Fixed, Gone, New}
}

// TimeClass says which way a time changed.
type TimeClass string

// The two ways.
const (
	Slower TimeClass = "slower"
	Faster TimeClass = "faster"
)

// Change is one requirement that came out otherwise than in the baseline, for one
// peer, wherever it did so.
type Change struct {
	Class     ChangeClass `json:"class"`
	Check     string      `json:"check"`
	Title     string      `json:"title,omitempty"`
	Subject   string      `json:"subject,omitempty"` // empty: a session broke and nobody knows by whom
	Before    string      `json:"before"`            // what was found, or why there was no grade
	Now       string      `json:"now"`
	Pairs     []string    `json:"pairs"` // offerer->answerer
	Scenarios []string    `json:"scenarios"`
	Sure      bool        `json:"sure"`            // somewhere: chance alone does not explain it
	Rates     string      `json:"rates,omitempty"` // red runs of all, on both sides, where that is what changed
}

// TimeChange is a stage that became slower or faster beyond noise.
type TimeChange struct {
	Class  TimeClass `json:"class"`
	Pair   string    `json:"pair"`
	Stage  string    `json:"stage"`
	FromMs float64   `json:"fromMs"` // medians
	ToMs   float64   `json:"toMs"`
	Sure   bool      `json:"sure"` // else it may be the machine
}

// Compared returns the report with what changed since a baseline, in its verdict
// too; nil takes out what it had.
func (r *Report) Compared(c *Comparison) *Report {
	with := *r
	with.Comparison, with.safe = c, false
	safe := Safe(&with)
	safe.Summary = Summarize(safe)
	return safe
}

// Count is how many requirements are in a class, each once for a peer.
func (c *Comparison) Count(class ChangeClass) int {
	return c.count(func(x Change) bool { return x.Class == class })
}

// Sure is how many of them are sure.
func (c *Comparison) Sure(class ChangeClass) int {
	return c.count(func(x Change) bool { return x.Class == class && x.Sure })
}

func (c *Comparison) count(is func(Change) bool) int {
	type what struct{ check, subject string }
	seen := map[what]bool{}
	for _, x := range c.Changes {
		if is(x) {
			seen[what{x.Check, x.Subject}] = true
		}
	}
	return len(seen)
}
