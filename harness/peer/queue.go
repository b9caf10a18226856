package peer

import (
	"sync"
	"sync/atomic"
	"time"
)

// EventQueue is the unbounded, ordered buffer between an implementation's
// callbacks and Connection.Events: Put never blocks.
type EventQueue struct {
	mu     sync.Mutex
	items  []Event
	wake   chan struct{}
	out    chan Event
	done   chan struct{}
	closed bool
	unread atomic.Int64
}

// NewEventQueue starts a queue. It must be ended by Close, or it leaks a
// goroutine.
func NewEventQueue() *EventQueue {
	q := &EventQueue{wake: make(chan struct{}, 1), out: make(chan Event), done: make(chan struct{})}
	go q.pump()
	return q
}

// Put appends an event and stamps it. After Close it is dropped.
func (q *EventQueue) Put(e Event) {
	if e.At.IsZero() {
		e.At = time.Now()
	}
	q.mu.Lock()
	if q.closed {
		q.mu.Unlock()
		return
	}
	q.items = append(q.items, e)
	q.unread.Add(1)
	q.mu.Unlock()
	q.signal()
}

// Len returns how many events were put and not yet read.
func (q *EventQueue) Len() int { return int(q.unread.Load()) }

func (q *EventQueue) signal() {
	select {
	case q.wake <- struct{}{}:
	default:
	}
}

// Events is the reading end. It is closed once the queue is closed and what was
// put before has been read or Discard was called.
func (q *EventQueue) Events() <-chan Event { return q.out }

// Close ends the queue; what was put before can still be read.
func (q *EventQueue) Close() {
	q.mu.Lock()
	q.closed = true
	q.mu.Unlock()
	q.signal()
}

// Discard closes the queue and drops what nobody has read, so that the
// goroutine ends even without a reader. It may be called more than once.
func (q *EventQueue) Discard() {
	q.mu.Lock()
	defer q.mu.Unlock()
	q.closed = true
	q.items = nil
	select {
	case <-q.done:
	default:
		close(q.done)
	}
}

func (q *EventQueue) pump() {
	defer close(q.out)
	for {
		q.mu.Lock()
		batch, closed := q.items, q.closed
		q.items = nil
		q.mu.Unlock()
		for _, e := range batch {
			select {
			case q.out <- e:
				q.unread.Add(-1)
			case <-q.done:
				return
			}
		}
		if len(batch) > 0 {
			continue
		}
		if closed {
			return
		}
		select {
		case <-q.wake:
		case <-q.done:
			return
		}
	}
}
