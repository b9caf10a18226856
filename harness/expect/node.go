package expect

import (
	"errors"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"go.yaml.in/yaml/v3"
)

// keys reports whether node is a mapping, and finds its unknown and repeated
// keys. yaml.Decoder.KnownFields does not reach what is decoded from a node,
// and nodes are needed for line numbers.
func (l *loader) keys(node *yaml.Node, allowed ...string) bool {
	if node.Kind != yaml.MappingNode {
		l.problem(node.Line, "got %s, want a mapping with the keys %s", kindName(node), strings.Join(allowed, ", "))
		return false
	}
	seen := map[string]bool{}
	for i := 0; i < len(node.Content); i += 2 {
		key := node.Content[i]
		switch {
		case !slices.Contains(allowed, key.Value):
			l.problem(key.Line, "unknown key %q, want one of %s", key.Value, strings.Join(allowed, ", "))
		case seen[key.Value]:
			l.problem(key.Line, "key %q is there twice", key.Value)
			return false // the decoder refuses it too
		}
		seen[key.Value] = true
	}
	return true
}

// valueOf returns the value of a key, or the mapping itself if there is none.
func valueOf(mapping *yaml.Node, key string) *yaml.Node {
	for i := 0; i+1 < len(mapping.Content); i += 2 {
		if mapping.Content[i].Value == key {
			return mapping.Content[i+1]
		}
	}
	return mapping
}

func kindName(node *yaml.Node) string {
	switch node.Kind {
	case yaml.SequenceNode:
		return "a list"
	case yaml.ScalarNode:
		return strconv.Quote(node.Value)
	case yaml.AliasNode:
		return "an alias"
	default:
		return "something else"
	}
}

// yamlLine is how the YAML reader says where.
var yamlLine = regexp.MustCompile(`^(?:yaml: )?line (\d+): (.*)$`)

// yamlProblem records what the YAML reader says; line is used where it does
// not say where.
func (l *loader) yamlProblem(line int, err error) {
	texts := []string{err.Error()}
	if typeErr := (*yaml.TypeError)(nil); errors.As(err, &typeErr) {
		texts = typeErr.Errors
	}
	for _, text := range texts {
		at, what := line, strings.TrimPrefix(text, "yaml: ")
		if m := yamlLine.FindStringSubmatch(text); m != nil {
			at, _ = strconv.Atoi(m[1])
			what = m[2]
		}
		l.problem(at, "malformed YAML: %s", what)
	}
}
