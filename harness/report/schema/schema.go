// Package schema publishes the formats of report.json, rink.report/v1, and of
// baselines, rink.baseline/v2, as JSON Schema 2020-12, and validates against them.
package schema

import (
	"bytes"
	_ "embed"
	"errors"
	"fmt"
	"strings"
	"sync"

	"github.com/santhosh-tekuri/jsonschema/v6"
)

// JSON is the schema of report.json.
//
//go:embed report.schema.json
var JSON []byte

// BaselineJSON is the schema of a baseline, rink.baseline/v2.
//
//go:embed baseline.schema.json
var BaselineJSON []byte

var (
	reports   = compile("report.schema.json", &JSON)
	baselines = compile("baseline.schema.json", &BaselineJSON)
)

// compile makes a schema ready when it is first asked for.
func compile(name string, schema *[]byte) func() (*jsonschema.Schema, error) {
	return sync.OnceValues(func() (*jsonschema.Schema, error) {
		doc, err := jsonschema.UnmarshalJSON(bytes.NewReader(*schema))
		if err != nil {
			return nil, fmt.Errorf("%s: %w", name, err)
		}
		c := jsonschema.NewCompiler()
		c.AssertFormat()
		if err := c.AddResource(name, doc); err != nil {
			return nil, fmt.Errorf("%s: %w", name, err)
		}
		return c.Compile(name)
	})
}

// Validate checks the content of report.json. The error has a line for each
// place that is wrong: where it is, and what was found and wanted.
func Validate(report []byte) error { return validate(report, reports) }

// ValidateBaseline checks the content of a baseline, as Validate does.
func ValidateBaseline(baseline []byte) error { return validate(baseline, baselines) }

func validate(data []byte, compiled func() (*jsonschema.Schema, error)) error {
	s, err := compiled()
	if err != nil {
		return err
	}
	doc, err := jsonschema.UnmarshalJSON(bytes.NewReader(data))
	if err != nil {
		return fmt.Errorf("no JSON: %w", err)
	}
	err = s.Validate(doc)
	var invalid *jsonschema.ValidationError
	if !errors.As(err, &invalid) {
		return err
	}
	var lines []string
	for _, unit := range invalid.BasicOutput().Errors {
		if unit.Error == nil || len(unit.Error.String()) == 0 {
			continue
		}
		lines = append(lines, fmt.Sprintf("%s: %s", place(unit.InstanceLocation), unit.Error))
	}
	return errors.New(strings.Join(lines, "\n"))
}

func place(pointer string) string {
	if pointer == "" {
		return "/"
	}
	return pointer
}
