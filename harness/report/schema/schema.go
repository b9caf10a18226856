// Package schema publishes the format of report.json, rink.report/v1, as JSON
// Schema 2020-12, and validates against it.
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

// JSON is the schema itself.
//
//go:embed report.schema.json
var JSON []byte

const name = "report.schema.json"

var compiled = sync.OnceValues(func() (*jsonschema.Schema, error) {
	doc, err := jsonschema.UnmarshalJSON(bytes.NewReader(JSON))
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

// Validate checks the content of report.json. The error has a line for each
// place that is wrong: where it is, and what was found and wanted.
func Validate(report []byte) error {
	s, err := compiled()
	if err != nil {
		return err
	}
	doc, err := jsonschema.UnmarshalJSON(bytes.NewReader(report))
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
