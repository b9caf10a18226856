package firefox

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"sync/atomic"

	"github.com/webrtc-rink/rink/harness/peer/page"
)

// heard are the events that the session is asked for.
var heard = []string{"script.message", "script.realmDestroyed", "log.entryAdded", "browsingContext.contextDestroyed"}

// event has what is used of their parameters.
type event struct {
	Channel string `json:"channel"` // script.message
	Data    struct {
		Value json.RawMessage `json:"value"`
	} `json:"data"` // script.message
	Realm   string `json:"realm"`   // script.realmDestroyed
	Context string `json:"context"` // browsingContext.contextDestroyed
	Source  struct {
		Context string `json:"context"`
	} `json:"source"` // log.entryAdded
	Level string `json:"level"` // log.entryAdded: debug, info, warn, error
	Text  string `json:"text"`  // log.entryAdded
}

// tab is one page of the browser with the script loaded.
type tab struct {
	page    *page.Page
	browser *Browser
	channel string          // through which page.js speaks
	ctx     context.Context // ends with the page
	cancel  context.CancelFunc

	context atomic.Value // string: the browsing context
	realm   atomic.Value // string: that the script is loaded into
}

// newTab opens a page and makes it the one that Open uses.
func (b *Browser) newTab(ctx context.Context) (*tab, error) {
	t := &tab{browser: b, channel: fmt.Sprintf("rink%d", b.made.Add(1))}
	t.ctx, t.cancel = context.WithCancel(context.Background())
	t.page = page.New(b.options.ID, t.evaluate)
	err := b.pages.Add(t)
	if err == nil {
		err = t.load(ctx)
	}
	if err == nil {
		err = b.pages.Use(t)
	}
	if err != nil {
		t.page.Close()
		t.cancel()
		b.pages.Forget(t)
		if ctx.Err() != nil {
			return nil, fmt.Errorf("%s open a page: %w", b.options.ID, ctx.Err())
		}
		return nil, t.lost(fmt.Errorf("%s open a page: %w", b.options.ID, err))
	}
	return t, nil
}

// result is what a script came to.
type result struct {
	Type             string `json:"type"` // success, exception
	Realm            string `json:"realm"`
	ExceptionDetails struct {
		Text string `json:"text"`
	} `json:"exceptionDetails"`
}

func (r result) err() error {
	if r.Type == "exception" {
		return errors.New(r.ExceptionDetails.Text)
	}
	return nil
}

// load makes the page and loads the script.
func (t *tab) load(ctx context.Context) error {
	var made struct {
		Context string `json:"context"`
	}
	session := t.browser.link.session
	if err := session.call(ctx, "browsingContext.create", object{"type": "tab"}, &made); err != nil {
		return err
	}
	t.context.Store(made.Context)
	var r result
	err := session.call(ctx, "script.callFunction", object{
		"functionDeclaration": "(emit) => { " + page.Script("emit") + " }",
		"arguments":           []any{object{"type": "channel", "value": object{"channel": t.channel}}},
		"target":              object{"context": made.Context},
		"awaitPromise":        false,
	}, &r)
	if err == nil {
		err = r.err()
	}
	if err != nil {
		return fmt.Errorf("load the script: %w", err)
	}
	t.realm.Store(r.Realm)
	return nil
}

// run evaluates an expression for its effect.
func (t *tab) run(ctx context.Context, expression string, gesture bool) error {
	var r result
	err := t.browser.link.session.call(ctx, "script.evaluate", object{
		"expression": expression, "awaitPromise": false, "userActivation": gesture,
		"target": object{"context": t.context.Load()},
	}, &r)
	if err != nil {
		return err
	}
	return r.err()
}

// evaluate implements page.Evaluate.
func (t *tab) evaluate(expression string, gesture bool) error {
	if err := t.run(t.ctx, expression, gesture); err != nil {
		return t.lost(err)
	}
	return nil
}

// Page implements page.Tab.
func (t *tab) Page() *page.Page { return t.page }

// Context implements page.Tab.
func (t *tab) Context() context.Context { return t.ctx }

// Probe implements page.Tab.
func (t *tab) Probe(ctx context.Context) error {
	if err := t.run(ctx, "0", false); err != nil {
		return t.lost(fmt.Errorf("page does not answer: %w", err))
	}
	return nil
}

// lost returns why the browser ended, if it did, and else err.
func (t *tab) lost(err error) error {
	if errors.Is(err, errLost) {
		<-t.browser.pages.Gone() // the watch is about to tell
	}
	select {
	case <-t.browser.pages.Gone():
		return t.browser.pages.Ended()
	default:
		return err
	}
}

// Watch implements page.Tab: it lets go of the page once it has ended, in the browser as well.
func (t *tab) Watch() {
	<-t.page.Done()
	t.browser.pages.Forget(t)
	t.cancel()
	// To close one page while another is made is too much for Firefox.
	release, ok := t.browser.pages.Hold()
	if !ok {
		return
	}
	defer release()
	ctx, cancel := context.WithTimeout(context.Background(), page.ProbeTime)
	defer cancel()
	// An error means that it is closed already, or cannot be.
	_ = t.browser.link.session.call(ctx, "browsingContext.close", object{"context": t.context.Load()}, nil)
}

// hear takes every event of the browser, in order. It must not block, nor call
// the browser.
func (t *tab) hear(method string, e event) {
	switch method {
	case "script.message":
		var payload string
		if e.Channel == t.channel && json.Unmarshal(e.Data.Value, &payload) == nil {
			t.page.Deliver(payload)
		}
	case "log.entryAdded":
		if e.Source.Context == t.context.Load() {
			t.page.Log(e.Level, e.Text)
		}
	case "script.realmDestroyed":
		if e.Realm == t.realm.Load() {
			t.page.Fail("page crashed or left its document") // BiDi does not tell which
		}
	case "browsingContext.contextDestroyed":
		if e.Context == t.context.Load() {
			t.page.Fail("page closed")
		}
	}
}
