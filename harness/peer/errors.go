package peer

import (
	"errors"
	"fmt"
)

// The DOMException and ECMAScript error names that connections return.
const (
	InvalidStateError        = "InvalidStateError"
	InvalidAccessError       = "InvalidAccessError"
	InvalidModificationError = "InvalidModificationError"
	OperationError           = "OperationError"
	SyntaxError              = "SyntaxError"
	NotSupportedError        = "NotSupportedError"
	NotFoundError            = "NotFoundError"
	TypeError                = "TypeError"
	RTCError                 = "RTCError"
	// UnnamedError is what an implementation gets that reports a failure
	// without a name that the W3C knows.
	UnnamedError = "Error"
	// PanicError says that the implementation panicked inside the call.
	PanicError = "Panic"
)

// Error is a refusal by the implementation, with the DOMException name, so that
// behaviour on bad input can be compared between implementations.
type Error struct {
	Name    string `json:"name"`
	Message string `json:"message"`
}

// Error shows name and message.
func (e *Error) Error() string { return e.Name + ": " + e.Message }

// Errorf returns an *Error.
func Errorf(name, format string, args ...any) *Error {
	return &Error{Name: name, Message: fmt.Sprintf(format, args...)}
}

// NameOf returns the DOMException name in err's chain, or "" when err is no
// refusal by the implementation.
func NameOf(err error) string {
	var e *Error
	if errors.As(err, &e) {
		return e.Name
	}
	return ""
}

// GoneError says that the peer died or can no longer be reached. It is an error
// of the run, never a deviation of the peer's WebRTC behaviour.
type GoneError struct {
	Peer   string // the peer's ID
	Reason string // what ended it, with the end of its standard error if it left any
}

// Error names the peer and the reason.
func (e *GoneError) Error() string { return e.Peer + " is gone: " + e.Reason }

// IsGone reports whether err says that a peer died.
func IsGone(err error) bool {
	var g *GoneError
	return errors.As(err, &g)
}

// UntidyError says that the program of a peer did not end as it was asked to, in
// Close, and that nothing of it is left.
type UntidyError struct {
	Peer   string // the peer's ID
	Reason string // what it did, after the peer's name: "did not end within 5s of exit and was killed"
}

// Error names the peer and the reason.
func (e *UntidyError) Error() string { return "close " + e.Peer + ": " + e.Reason }
