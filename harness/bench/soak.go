package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"strconv"
	"strings"

	"github.com/webrtc-rink/rink/harness/peer/chrome"
	"github.com/webrtc-rink/rink/harness/run"
	"github.com/webrtc-rink/rink/harness/scenario"
	"github.com/webrtc-rink/rink/harness/trace"
)

// soak is what many sessions in one process leave behind. What only Linux tells
// is zero elsewhere.
type soak struct {
	Sessions int    `json:"sessions"`
	Failed   int    `json:"failed"` // did not complete
	Before   sample `json:"before"` // after the first few sessions
	Halfway  sample `json:"halfway"`
	After    sample `json:"after"`
}

// sample is what this process and its browser hold at a moment without sessions.
type sample struct {
	Goroutines         int   `json:"goroutines"`
	Descriptors        int   `json:"descriptors"`
	RSSBytes           int64 `json:"rssBytes"`
	BrowserDescriptors int   `json:"browserDescriptors"`
	BrowserRSSBytes    int64 `json:"browserRSSBytes"`
	BrowserProcesses   int   `json:"browserProcesses"`
	// UDPSockets of both: a connection that was not closed holds some.
	UDPSockets int `json:"udpSockets"`
}

func (s sample) String() string {
	const mib = 1 << 20
	return fmt.Sprintf("%d goroutines, %d descriptors, %d MiB; browser: %d processes, %d descriptors, %d MiB; %d UDP sockets",
		s.Goroutines, s.Descriptors, s.RSSBytes/mib, s.BrowserProcesses, s.BrowserDescriptors, s.BrowserRSSBytes/mib, s.UDPSockets)
}

// soakParallel is how many sessions of the soak go on at a time.
const soakParallel = 8

// soakFor runs sessions in both directions with one browser.
func soakFor(ctx context.Context, traces string, sessions int) (s soak, err error) {
	runner, closeRunner, err := newRunner(filepath.Join(traces, "soak"), chrome.Options{})
	if err != nil {
		return s, err
	}
	defer func() { err = errors.Join(err, closeRunner()) }()
	runner.TraceDir, runner.Parallel = "", soakParallel
	sc, ok := scenario.ByName(compared)
	if !ok {
		return s, fmt.Errorf("there is no scenario %s", compared)
	}
	batch := func(n int) error {
		var jobs []run.Job
		for i := range n {
			jobs = append(jobs, run.Job{Pair: run.DefaultPairs()[i%2], Scenario: sc})
		}
		return runner.Run(ctx, jobs, func(done run.Session) {
			if s.Sessions++; done.End.Result != trace.EndCompleted {
				s.Failed++
			}
		})
	}
	const first = 20
	for _, part := range []struct {
		sessions int
		sample   *sample
	}{{first, &s.Before}, {sessions/2 - first, &s.Halfway}, {sessions - sessions/2, &s.After}} {
		if err := batch(max(0, part.sessions)); err != nil {
			return s, err
		}
		*part.sample = measure()
	}
	return s, nil
}

// measure looks at this process and its descendants.
func measure() sample {
	runtime.GC()
	s := sample{Goroutines: runtime.NumGoroutine(), UDPSockets: sockets()}
	s.Descriptors, s.RSSBytes = process(os.Getpid())
	for _, pid := range descendants(os.Getpid()) {
		descriptors, rss := process(pid)
		s.BrowserProcesses++
		s.BrowserDescriptors += descriptors
		s.BrowserRSSBytes += rss
	}
	return s
}

// process counts the open descriptors of a process and its resident memory.
func process(pid int) (descriptors int, rss int64) {
	dir := filepath.Join("/proc", strconv.Itoa(pid))
	if entries, err := os.ReadDir(filepath.Join(dir, "fd")); err == nil {
		descriptors = len(entries)
	}
	if data, err := os.ReadFile(filepath.Join(dir, "statm")); err == nil {
		if fields := strings.Fields(string(data)); len(fields) > 1 {
			pages, _ := strconv.ParseInt(fields[1], 10, 64) // zero where it is no number
			rss = pages * int64(os.Getpagesize())
		}
	}
	return descriptors, rss
}

// descendants lists the processes below one.
func descendants(pid int) []int {
	children := map[int][]int{}
	entries, _ := filepath.Glob("/proc/[0-9]*/stat")
	for _, path := range entries {
		data, err := os.ReadFile(path)
		if err != nil {
			continue // it has ended
		}
		// pid (name) state parent ...; the name may hold anything.
		_, rest, ok := strings.Cut(string(data[strings.LastIndexByte(string(data), ')')+1:]), " ")
		fields := strings.Fields(rest)
		if !ok || len(fields) < 2 {
			continue
		}
		child, err1 := strconv.Atoi(filepath.Base(filepath.Dir(path)))
		parent, err2 := strconv.Atoi(fields[1])
		if err1 == nil && err2 == nil {
			children[parent] = append(children[parent], child)
		}
	}
	var all []int
	for todo := children[pid]; len(todo) > 0; todo = todo[1:] {
		all = append(all, todo[0])
		todo = append(todo, children[todo[0]]...)
	}
	return all
}

// sockets counts the UDP sockets of the network that this process is in.
func sockets() int {
	n := 0
	for _, name := range []string{"/proc/self/net/udp", "/proc/self/net/udp6"} {
		if data, err := os.ReadFile(name); err == nil {
			n += max(0, strings.Count(string(data), "\n")-1) // a heading
		}
	}
	return n
}
