package pion

import (
	"fmt"
	"os"

	"github.com/pion/logging"

	"github.com/webrtc-rink/rink/harness/peer"
)

// loggerFactory turns what pion logs at warn and above into events. Below it
// stands pion's own factory, silent unless PION_LOG_* asks for more; it writes
// to standard error, since standard output may carry a protocol.
type loggerFactory struct {
	queue *peer.EventQueue
	own   *logging.DefaultLoggerFactory
}

func newLoggerFactory(q *peer.EventQueue) logging.LoggerFactory {
	own := logging.NewDefaultLoggerFactory()
	own.Writer = os.Stderr
	if own.DefaultLogLevel == logging.LogLevelError {
		own.DefaultLogLevel = logging.LogLevelDisabled
	}
	return loggerFactory{queue: q, own: own}
}

// NewLogger is logging.LoggerFactory's.
func (f loggerFactory) NewLogger(scope string) logging.LeveledLogger {
	return logger{LeveledLogger: f.own.NewLogger(scope), scope: scope, queue: f.queue}
}

type logger struct {
	logging.LeveledLogger
	scope string
	queue *peer.EventQueue
}

func (l logger) put(level, text string) {
	l.queue.Put(peer.Event{Type: peer.EventLog, Level: level, Text: l.scope + ": " + text})
}

// Warn is logging.LeveledLogger's.
func (l logger) Warn(msg string) {
	l.put("warn", msg)
	l.LeveledLogger.Warn(msg)
}

// Warnf is logging.LeveledLogger's.
func (l logger) Warnf(format string, args ...any) {
	l.put("warn", fmt.Sprintf(format, args...))
	l.LeveledLogger.Warnf(format, args...)
}

// Error is logging.LeveledLogger's.
func (l logger) Error(msg string) {
	l.put("error", msg)
	l.LeveledLogger.Error(msg)
}

// Errorf is logging.LeveledLogger's.
func (l logger) Errorf(format string, args ...any) {
	l.put("error", fmt.Sprintf(format, args...))
	l.LeveledLogger.Errorf(format, args...)
}
