package agent

import (
	"bufio"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"os/exec"
	"strings"
	"time"
)

// envPIDs names the file into which broken agents and their children write their
// process IDs.
const envPIDs = "RINK_TEST_PIDS"

// beHarness is set where a killed harness takes its agent with it.
var beHarness func()

// brokenAgent is a program that does not keep to the protocol.
type brokenAgent struct {
	run func()
	// want is what the error must say.
	want []string
	// options narrow the limits.
	options Options
	// close is what Close must say, when it is to fail.
	close string
}

// script is an agent that does what is right but for the methods named. Each of
// these gets the ID of the call.
type script map[string]func(id string)

// say writes a line.
func say(format string, args ...any) { fmt.Printf(format+"\n", args...) }

// answers is a method that writes lines, with the call's ID for %s.
func answers(lines ...string) func(string) {
	return func(id string) {
		for _, line := range lines {
			say("%s", strings.ReplaceAll(line, "%s", id))
		}
	}
}

// orderly is how an agent answers what it is not broken at.
var orderly = script{
	"probe":        answers(`{"jsonrpc":"2.0","id":%s,"error":{"code":-32601,"message":"method not found"}}`),
	methodDescribe: answers(`{"jsonrpc":"2.0","id":%s,"result":{"protocol":1,"id":"broken","implementation":"test","version":"1","versionSource":"compiled in","features":[]}}`),
	methodExit: func(id string) {
		answers(`{"jsonrpc":"2.0","id":%s,"result":null}`)(id)
		os.Exit(0)
	},
}

// notePID writes a process ID where the test finds it.
func notePID(pid int) {
	f, err := os.OpenFile(os.Getenv(envPIDs), os.O_APPEND|os.O_CREATE|os.O_WRONLY, 0o600)
	if err == nil {
		_, err = fmt.Fprintln(f, pid)
	}
	if err != nil {
		panic(err)
	}
}

// play is the main loop of a script.
func (s script) play() {
	notePID(os.Getpid())
	lines := bufio.NewReader(os.Stdin)
	for {
		line, err := lines.ReadBytes('\n')
		if err != nil {
			if end := s["end"]; end != nil {
				end("")
			}
			return
		}
		var q struct {
			ID     json.RawMessage
			Method string
		}
		if err := json.Unmarshal(line, &q); err != nil {
			panic(err)
		}
		name := q.Method
		if strings.HasPrefix(name, "probe-") {
			name = "probe"
		}
		switch do := s[name]; {
		case do != nil:
			do(string(q.ID))
		case orderly[name] != nil:
			orderly[name](string(q.ID))
		case q.ID != nil:
			answers(`{"jsonrpc":"2.0","id":%s,"result":null}`)(string(q.ID))
		}
	}
}

// killSelf ends the process without a word.
func killSelf() {
	self, err := os.FindProcess(os.Getpid())
	if err == nil {
		err = self.Kill()
	}
	if err != nil {
		panic(err)
	}
	sleepOn("")
}

// sleepOn outlives everything but a kill, without the complaint of the runtime
// about a deadlock.
func sleepOn(string) { time.Sleep(time.Hour) }

// atOffer is broken at createOffer.
func atOffer(do func(id string)) func() { return script{methodCreateOffer: do}.play }

// child starts a process that inherits the pipes.
func child() {
	cmd := exec.Command("sleep", "600")
	cmd.Stdout, cmd.Stderr = os.Stdout, os.Stderr
	if err := cmd.Start(); err != nil {
		panic(err)
	}
	notePID(cmd.Process.Pid)
}

// event is a log event of every connection, as a line.
const event = `{"jsonrpc":"2.0","method":"event","params":{"event":{"type":"log","level":"info","text":"x"}}}`

// atLaunch are agents that Launch refuses.
var atLaunch = map[string]brokenAgent{
	"exits at once": {
		run:  func() { notePID(os.Getpid()); fmt.Fprintln(os.Stderr, "no display"); os.Exit(3) },
		want: []string{"ended: exit status 3", "it wrote last:\nno display"},
	},
	"says nothing": {
		run: func() { notePID(os.Getpid()); sleepOn("") }, options: Options{StartTimeout: 500 * time.Millisecond},
		want: []string{"did not answer in time", "probe-", "deadline"},
	},
	"hangs at describe": {
		run: script{methodDescribe: sleepOn}.play, options: Options{StartTimeout: 500 * time.Millisecond},
		want: []string{"did not answer in time", "describe", "deadline"},
	},
	"answers every method with success": {
		run:  script{"probe": answers(`{"jsonrpc":"2.0","id":%s,"result":null}`)}.play,
		want: []string{"probe-", "with success: want error -32601 (method not found)"},
	},
	"answers an unknown method with another error": {
		run:  script{"probe": answers(`{"jsonrpc":"2.0","id":%s,"error":{"code":-1,"message":"what?"}}`)}.play,
		want: []string{"with error -1 (what?): want error -32601"},
	},
	"speaks another version": {
		run:  script{methodDescribe: answers(`{"jsonrpc":"2.0","id":%s,"result":{"protocol":9}}`)}.play,
		want: []string{"got protocol 9, want 1"},
	},
	"greets on its output": {
		run: func() {
			notePID(os.Getpid())
			say("Welcome to my agent, which writes more than sixty bytes of greeting.")
			script{}.play()
		},
		want: []string{`wrote a line that is no JSON: "Welcome to my agent, which writes more than sixty bytes of g"...`},
	},
}

// atCall are agents that break the protocol later.
var atCall = map[string]brokenAgent{
	"exits in a call": {
		run:  atOffer(func(string) { fmt.Fprintln(os.Stderr, "assertion failed"); os.Exit(7) }),
		want: []string{"ended: exit status 7", "assertion failed"},
	},
	"is killed in a call": {
		run:  atOffer(func(string) { killSelf() }),
		want: []string{"ended: signal: killed"},
	},
	"exits in a call and leaves a child": {
		run: atOffer(func(string) { child(); os.Exit(7) }), want: []string{"ended: exit status 7"},
	},
	"hangs at a call": {
		run: atOffer(sleepOn), options: Options{CallTimeout: 500 * time.Millisecond},
		want: []string{"did not answer createOffer within 500ms"},
	},
	"floods events": {
		run: atOffer(func(string) {
			for {
				say(event)
			}
		}),
		options: Options{MaxEventRate: 1000}, want: []string{"sent more than 1000 events within a second"},
	},
	"sends too many events": {
		run: atOffer(func(string) {
			for range 1001 {
				say(event)
			}
			sleepOn("")
		}),
		options: Options{MaxEvents: 1000}, want: []string{"sent more than 1000 events of one connection"},
	},
	"sends too much": {
		run: atOffer(func(string) {
			for {
				say("%s", strings.Replace(event, `"x"`, `"`+strings.Repeat("x", 100_000)+`"`, 1))
			}
		}),
		options: Options{MaxEventBytes: 1 << 20}, want: []string{"sent events of more than 1048576 bytes"},
	},
	"writes a line without end": {
		run: atOffer(func(string) {
			for {
				fmt.Print(strings.Repeat("junk", 1000))
			}
		}),
		options: Options{MaxLine: 1 << 20}, want: []string{"wrote a line of more than 1048576 bytes", `"junkjunk`},
	},
	"writes half a line": {
		run: atOffer(func(string) { fmt.Print(`{"jsonrpc":"2.`); os.Exit(0) }), want: []string{`ended in the middle of a line: "{\"jsonrpc`},
	},
	"prints junk":                {run: atOffer(answers("debug: made an offer")), want: []string{`wrote a line that is no JSON: "debug: made an offer"`}},
	"writes a batch":             {run: atOffer(answers(`[{"jsonrpc":"2.0","id":%s,"result":null}]`)), want: []string{"no message of JSON-RPC"}},
	"forgets the version":        {run: atOffer(answers(`{"id":%s,"result":null}`)), want: []string{`without "jsonrpc":"2.0"`}},
	"answers a wrong id":         {run: atOffer(answers(`{"jsonrpc":"2.0","id":999,"result":null}`)), want: []string{"answered the id 999, which no call waits for"}},
	"answers the id 0 as a word": {run: atOffer(answers(`{"jsonrpc":"2.0","id":"%s","result":null}`)), want: []string{"want the number of a call"}},
	"answers without result":     {run: atOffer(answers(`{"jsonrpc":"2.0","id":%s}`)), want: []string{"not exactly one of result and error"}},
	"makes a call":               {run: atOffer(answers(`{"jsonrpc":"2.0","id":1,"method":"open"}`)), want: []string{"made a call"}},
	"notifies at will":           {run: atOffer(answers(`{"jsonrpc":"2.0","method":"ready"}`)), want: []string{`sent the notification "ready"`}},
	"invents an event": {
		run:  atOffer(answers(`{"jsonrpc":"2.0","method":"event","params":{"connection":1,"event":{"type":"icecandidat"}}}`)),
		want: []string{"sent an event whose type the protocol does not have", "icecandidat"},
	},
	"tells of a connection that is not": {
		run:  atOffer(answers(strings.Replace(event, `"params":{`, `"params":{"connection":77,`, 1))),
		want: []string{"sent an event of the connection 77, which was never opened"},
	},
	"writes what is not UTF-8": {
		run:  atOffer(answers("{\"jsonrpc\":\"2.0\",\"id\":%s,\"result\":\"\xff\xfe\"}")),
		want: []string{"wrote a line that is not UTF-8", `\xff\xfe`},
	},
	"closes its input and lives on": {
		// What the kernel would still take it does not read: a further call fails.
		run: atOffer(func(id string) { _ = os.Stdin.Close(); answers(event)(id); sleepOn("") }), want: []string{"closed its standard input and still runs"},
	},
	"closes its output and lives on": {
		run: atOffer(func(string) { _ = os.Stdout.Close(); sleepOn("") }), want: []string{"closed its standard output and still runs"},
	},
	"writes huge lines to its standard error": {
		run: atOffer(func(string) {
			for range 200 {
				fmt.Fprint(os.Stderr, strings.Repeat("noise ", 20_000))
			}
			fmt.Fprintln(os.Stderr, "\nthe last line")
			os.Exit(1)
		}),
		want: []string{"ended: exit status 1", "the last line"},
	},
}

// atClose are agents that do not end well.
var atClose = map[string]brokenAgent{
	"ignores exit": {
		run: script{methodExit: func(string) {}, "end": sleepOn}.play, options: Options{CloseTimeout: 500 * time.Millisecond},
		close: "did not end within 500ms of exit and was killed",
	},
	"hangs at createAnswer": {run: script{methodCreateAnswer: sleepOn}.play},
	"fails at exit": {
		run:   script{methodExit: func(string) { os.Exit(4) }}.play,
		close: "ended with exit status 4 after exit",
	},
	"babbles at exit": {run: script{methodExit: func(string) { _, _ = io.WriteString(os.Stdout, "bye\n") }}.play},
}

var broken = func() map[string]brokenAgent {
	all := map[string]brokenAgent{}
	for _, some := range []map[string]brokenAgent{atLaunch, atCall, atClose} {
		for name, b := range some {
			all[name] = b
		}
	}
	return all
}()
