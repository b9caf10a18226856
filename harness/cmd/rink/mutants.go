package main

import (
	"cmp"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"text/tabwriter"

	"github.com/webrtc-rink/rink/harness/check"
	"github.com/webrtc-rink/rink/harness/mutant"
	"github.com/webrtc-rink/rink/harness/report"
	"github.com/webrtc-rink/rink/harness/trace"
)

type mutantsCmd struct {
	Traces string `help:"Folder of recorded sessions that generic mutants are made of." default:"fixtures/traces" type:"existingdir"`
	Seed   int64  `help:"Seed of what is drawn." default:"1"`
	Want   int    `help:"How many generic mutants to make." default:"4000"`
	Out    string `help:"File to write." default:"reports/out/mutants.json"`
}

// proof is mutants.json.
type proof struct {
	Checks  int            `json:"checks"` // that judge or record
	Killed  int            `json:"killed"` // that a defect turns red
	Proofs  []mutant.Proof `json:"proofs"`
	Alarms  []mutant.Alarm `json:"falseAlarms"`
	Generic mutant.Score   `json:"generic"`
}

// Run implements the command.
func (c *mutantsCmd) Run(s streams) error {
	traces, err := readTraces(c.Traces)
	if err != nil {
		return err
	}
	ctx, stop := interruptible()
	defer stop()
	p := proof{Checks: len(check.All()), Alarms: []mutant.Alarm{}}
	// Sessions of fakes wait more than they work.
	if p.Proofs, err = mutant.Prove(ctx, 16*runtime.NumCPU()); err != nil {
		return err
	}
	alarms, err := mutant.Healthy(ctx, 16*runtime.NumCPU())
	if err != nil {
		return err
	}
	p.Alarms = append(p.Alarms, alarms...)
	if p.Generic, err = mutant.Try(traces, c.Seed, c.Want, runtime.NumCPU()); err != nil {
		return err
	}
	surviving := p.count()
	if err := os.MkdirAll(filepath.Dir(c.Out), 0o755); err != nil { //nolint:gosec // reports are for everybody
		return err
	}
	if err := writeJSON(s, c.Out, p); err != nil {
		return err
	}
	if err := p.print(s.out, surviving); err != nil {
		return err
	}
	if len(surviving) > 0 || len(p.Alarms) > 0 || len(p.Generic.Broken) > 0 {
		return exit{code: report.ExitFailed}
	}
	return nil
}

// count fills Killed and returns the checks that no defect turns red.
func (p *proof) count() []string {
	killed := map[string]bool{}
	for _, one := range p.Proofs {
		before, seen := killed[one.Check]
		killed[one.Check] = one.Killed && (before || !seen)
	}
	var surviving []string
	for _, c := range check.All() {
		if killed[c.ID] {
			p.Killed++
		} else {
			surviving = append(surviving, c.ID)
		}
	}
	return surviving
}

func (p *proof) print(w io.Writer, surviving []string) error {
	var b strings.Builder
	table := tabwriter.NewWriter(&b, 0, 0, 2, ' ', 0)
	for _, one := range p.Proofs {
		verdict := "killed"
		if !one.Killed {
			verdict = "SURVIVES: " + one.Reason
		}
		also := ""
		if len(one.Others) > 0 {
			also = fmt.Sprintf("trips %d more: %s", len(one.Others), strings.Join(one.Others, ", "))
		}
		_, _ = fmt.Fprintf(table, "%s\t%s\t%s\t%s\t%s\n", one.Check, one.Defect, one.Side, verdict, also) // a builder
	}
	_ = table.Flush() // a builder
	for _, a := range p.Alarms {
		fmt.Fprintf(&b, "false alarm: %s at the %s in %s: %s %s\n", a.Check, a.Side, a.Scenario, a.Outcome, a.Text)
	}
	for _, text := range p.Generic.Broken {
		fmt.Fprintf(&b, "a check broke: %s\n", text)
	}
	fmt.Fprintf(&b, "\nGeneric mutants noticed by class:\n%s", byClass(p.Generic.Classes))
	b.WriteString("\nGeneric mutants that survive, by what was done to what:\n")
	classes := slices.Clone(p.Generic.Classes)
	slices.SortStableFunc(classes, func(a, b mutant.Class) int {
		return cmp.Or((b.Tried-b.Noticed)-(a.Tried-a.Noticed), strings.Compare(a.Class+a.Object, b.Class+b.Object))
	})
	table = tabwriter.NewWriter(&b, 0, 0, 2, ' ', 0)
	for _, k := range classes {
		if k.Noticed < k.Tried {
			_, _ = fmt.Fprintf(table, "  %s\t%s\t%d of %d survive\n", k.Class, k.Object, k.Tried-k.Noticed, k.Tried) // a builder
		}
	}
	_ = table.Flush() // a builder
	if len(surviving) > 0 {
		fmt.Fprintf(&b, "\nWithout a defect that turns them red: %s\n", strings.Join(surviving, ", "))
	}
	fmt.Fprintf(&b, "\nmutants: %d killed of %d checks, %d false alarms, %d of %d generic mutants noticed\n",
		p.Killed, p.Checks, len(p.Alarms), p.Generic.Noticed, p.Generic.Tried)
	_, err := io.WriteString(w, b.String())
	return err
}

// byClass is a table of the classes, whatever they were done to.
func byClass(all []mutant.Class) string {
	var names []string
	sums := map[string]*mutant.Class{}
	for _, k := range all {
		if sums[k.Class] == nil {
			sums[k.Class] = &mutant.Class{}
			names = append(names, k.Class)
		}
		sums[k.Class].Tried += k.Tried
		sums[k.Class].Noticed += k.Noticed
	}
	var b strings.Builder
	table := tabwriter.NewWriter(&b, 0, 0, 2, ' ', 0)
	for _, name := range names { // sorted: the classes are
		_, _ = fmt.Fprintf(table, "  %s\t%d of %d\n", name, sums[name].Noticed, sums[name].Tried) // a builder
	}
	_ = table.Flush() // a builder
	return b.String()
}

// readTraces reads every trace of a folder.
func readTraces(dir string) ([]mutant.Trace, error) {
	var all []mutant.Trace
	for _, pattern := range []string{"*.jsonl", "*.jsonl.gz"} {
		paths, err := filepath.Glob(filepath.Join(dir, pattern))
		if err != nil {
			return nil, err
		}
		for _, path := range paths {
			records, err := trace.ReadFile(path)
			if err != nil {
				return nil, err
			}
			all = append(all, mutant.Trace{Name: filepath.Base(path), Records: records})
		}
	}
	if len(all) == 0 {
		return nil, usage(fmt.Errorf("%s: has no trace (*.jsonl, *.jsonl.gz)", dir))
	}
	return all, nil
}
