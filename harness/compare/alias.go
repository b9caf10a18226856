package compare

import (
	"bufio"
	_ "embed"
	"errors"
	"fmt"
	"strings"
)

//go:embed aliases.tsv
var aliasTable string

var builtinAliases = must(ParseAliases(aliasTable))

func must(a *Aliases, err error) *Aliases {
	if err != nil {
		panic(err)
	}
	return a
}

// Aliases tell what a check or a scenario of an older report is called now.
type Aliases struct {
	checks, scenarios map[string]string
}

// ParseAliases reads a table: on each line check or scenario, the old name and the
// new one, with tabs between them; empty lines and lines that begin with # say
// nothing. The error names every line that is wrong.
func ParseAliases(table string) (*Aliases, error) {
	a := &Aliases{checks: map[string]string{}, scenarios: map[string]string{}}
	kinds := map[string]map[string]string{"check": a.checks, "scenario": a.scenarios}
	var errs []error
	lines := bufio.NewScanner(strings.NewReader(table))
	for n := 1; lines.Scan(); n++ {
		line := strings.TrimSpace(lines.Text())
		if line == "" || strings.HasPrefix(line, "#") {
			continue
		}
		fields := strings.Split(line, "\t")
		if len(fields) != 3 || kinds[fields[0]] == nil || fields[1] == "" || fields[2] == "" {
			errs = append(errs, fmt.Errorf("aliases line %d: got %q, want check or scenario, the old name and the new one, with tabs between", n, line))
			continue
		}
		names := kinds[fields[0]]
		if _, twice := names[fields[1]]; twice {
			errs = append(errs, fmt.Errorf("aliases line %d: %s %s has a new name already", n, fields[0], fields[1]))
			continue
		}
		names[fields[1]] = fields[2]
	}
	for kind, names := range kinds {
		for old := range names {
			if _, ok := follow(names, old); !ok {
				errs = append(errs, fmt.Errorf("aliases: %s %s leads back to itself", kind, old))
			}
		}
	}
	if err := errors.Join(errs...); err != nil {
		return nil, err
	}
	return a, lines.Err()
}

// follow returns the newest name, or false where the names go in a circle.
func follow(names map[string]string, name string) (string, bool) {
	for range len(names) + 1 {
		next, ok := names[name]
		if !ok {
			return name, true
		}
		name = next
	}
	return name, false
}

// Check returns what the check is called now.
func (a *Aliases) Check(id string) string {
	name, _ := follow(a.checks, id)
	return name
}

// Scenario returns what the scenario is called now.
func (a *Aliases) Scenario(name string) string {
	name, _ = follow(a.scenarios, name)
	return name
}
