package check

// State says what Rink makes of a requirement.
type State string

// The states of a requirement.
const (
	Executable   State = "executable"   // a check judges it
	Recorded     State = "observed"     // a check records what peers do and fails none: Requirement.Note says why
	Unobservable State = "unobservable" // no check: Requirement.Note says what is missing
)

// State returns what Rink makes of the requirement.
func (q Requirement) State() State {
	switch {
	case !Exists(q.ID):
		return Unobservable
	case q.Level == Observe:
		return Recorded
	}
	return Executable
}
