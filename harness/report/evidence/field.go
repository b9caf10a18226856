package evidence

import (
	"slices"
	"strings"
)

// Field is a column of the candidate table.
type Field string

// The columns.
const (
	FieldType          Field = "type"
	FieldProtocol      Field = "protocol"
	FieldAddress       Field = "address"
	FieldPort          Field = "port"
	FieldPriority      Field = "priority"
	FieldFoundation    Field = "foundation"
	FieldComponent     Field = "component"
	FieldRelated       Field = "related"
	FieldSDPMid        Field = "sdpMid"
	FieldSDPMLineIndex Field = "sdpMLineIndex"
	FieldUfrag         Field = "usernameFragment"
	// FieldRow stands for the whole candidate.
	FieldRow Field = ""
)

// Fields are the columns in their order.
func Fields() []Field {
	return []Field{
		FieldType, FieldProtocol, FieldAddress, FieldPort, FieldPriority, FieldFoundation, FieldComponent, FieldRelated,
		FieldSDPMid, FieldSDPMLineIndex, FieldUfrag,
	}
}

// Parts are where the name may be broken: "sdp", "MLine", "Index".
func (f Field) Parts() []string {
	switch f {
	case FieldSDPMLineIndex:
		return []string{"sdp", "MLine", "Index"}
	case FieldUfrag:
		return []string{"username", "Fragment"}
	}
	return []string{string(f)}
}

// Long reports whether its values may be too long for a line.
func (f Field) Long() bool {
	return f == FieldAddress || f == FieldRelated || f == FieldUfrag
}

// judged says which fields of a candidate a check judges. Those of the groups
// Candidate fields and Candidate grammar are all here; another check that points at a
// candidate means all of it.
var judged = map[string][]Field{
	"CAND-001": {FieldSDPMid, FieldSDPMLineIndex},
	"CAND-002": {FieldSDPMid},
	"CAND-003": {FieldSDPMLineIndex},
	"CAND-004": {FieldSDPMid, FieldSDPMLineIndex},
	"CAND-005": {FieldSDPMid, FieldSDPMLineIndex},
	"CAND-006": {FieldSDPMid, FieldSDPMLineIndex},
	"CAND-007": {FieldSDPMid},
	"CAND-008": {FieldSDPMLineIndex},
	"CAND-009": {FieldUfrag},
	"CAND-010": {FieldRow}, // the text before it is taken apart
	"CAND-011": {FieldRow}, // what toJSON makes of it
	"CAND-012": {FieldRow}, // or the attribute that the finding names: see named
	"CAND-013": {FieldRow},
	"CAND-014": {FieldRow},
	"CAND-015": {FieldRow}, // its server, which is no column
	"CAND-016": {FieldPriority},
	"CAND-017": {FieldPriority},
	"CAND-018": {FieldFoundation},
	"CAND-019": {FieldComponent},
	"CAND-020": {FieldRelated},
	"CAND-021": {FieldSDPMid},
	"GRAM-001": {FieldRow}, // it cannot be taken apart
	"GRAM-002": {FieldRow},
	"GRAM-003": {FieldProtocol},
	"GRAM-004": {FieldAddress},
	"GRAM-005": {FieldType},
	"GRAM-006": {FieldProtocol},
	"GRAM-007": {FieldProtocol, FieldPort},
	"GRAM-008": {FieldRow},
	"GRAM-009": {FieldPort, FieldPriority},
	"GRAM-010": {FieldRow},
}

// attributes are the columns of the attributes of an RTCIceCandidate.
var attributes = map[string]Field{
	"foundation": FieldFoundation, "component": FieldComponent, "priority": FieldPriority, "address": FieldAddress,
	"protocol": FieldProtocol, "port": FieldPort, "type": FieldType, "tcpType": FieldProtocol,
	"relatedAddress": FieldRelated, "relatedPort": FieldRelated,
}

// fields are the columns that a mark is about.
func (m Mark) fields() []Field {
	if m.Check == "CAND-012" {
		if name, ok := strings.CutPrefix(m.finding.Got, "another "); ok {
			name, _, _ = strings.Cut(name, " ")
			if f, ok := attributes[name]; ok {
				return []Field{f}
			}
		}
	}
	if list, ok := judged[m.Check]; ok {
		return list
	}
	return []Field{FieldRow}
}

// about are the marks of a field.
func about(marks []Mark, f Field) []Mark {
	var list []Mark
	for _, m := range marks {
		if slices.Contains(m.fields(), f) {
			list = append(list, m)
		}
	}
	return list
}
