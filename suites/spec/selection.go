package spec

import (
	"regexp"
	"strings"

	"github.com/onsi/ginkgo/v2/types"
)

// selection guesses which planned sessions the flags of Ginkgo ask for. It does
// not know of programmatic focus, nor of files and lines.
func selection(config types.SuiteConfig) func(planned) bool {
	focus, skip := pattern(config.FocusStrings), pattern(config.SkipStrings)
	labels, err := types.ParseLabelFilter(config.LabelFilter)
	if err != nil { // Ginkgo has told by now
		labels = func([]string) bool { return true }
	}
	return func(p planned) bool {
		for i, text := range p.texts {
			if (focus == nil || focus.MatchString(text)) && (skip == nil || !skip.MatchString(text)) && labels(p.labels[i]) {
				return true
			}
		}
		return false
	}
}

// pattern joins regular expressions as Ginkgo does; nil when there are none, or
// none that can be read.
func pattern(expressions []string) *regexp.Regexp {
	if len(expressions) == 0 {
		return nil
	}
	re, err := regexp.Compile(strings.Join(expressions, "|"))
	if err != nil {
		return nil
	}
	return re
}
