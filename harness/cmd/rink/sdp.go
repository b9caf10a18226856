package main

import (
	"bytes"
	"errors"
	"fmt"
	"os"

	"github.com/webrtc-rink/rink/harness/offline"
	"github.com/webrtc-rink/rink/harness/report/evidence"
	"github.com/webrtc-rink/rink/harness/report/sdpdiff"
	"github.com/webrtc-rink/rink/harness/trace"
)

type sdpCmd struct {
	A        string `arg:"" help:"A session description (an SDP file), or a trace."`
	B        string `arg:"" help:"The other one."`
	Versions bool   `xor:"mode" help:"The two are the same description by two versions, peers or runs (the default)."`
	Answer   bool   `xor:"mode" help:"B is the answer to the offer A."`
	Of       string `enum:"offer,answer," default:"" placeholder:"TYPE" help:"Which description of a trace: offer or answer (default: offer)."`
	Nth      int    `default:"1" placeholder:"N" help:"Which exchange of a trace, from 1."`
	All      bool   `short:"a" help:"Show, too, what is the same, has to differ, or is left to the answer."`
}

// Help is what `rink sdp --help` says beyond the flags.
func (sdpCmd) Help() string {
	return `Compares what two session descriptions mean, by media section (found by mid) and attribute; codecs by name and
parameters, whatever their numbers. It is an aid for readers and judges nothing: "rink check OFFER ANSWER" does.

  =  same                   the same in both
  ~  as it must             differs, as it has to: credentials, ports, setup actpass and active, sendonly and recvonly
  ≠  changed                differs
  −  only in A, + only in B
  ⇅  order                  only order, repetition or level differ
  ✗  conflict               the answer contradicts the offer; the clause is named

Exit codes: 0 nothing to look at: same, as it must, or left to the answer; 1 they differ, or one of them cannot be read
(the lines are compared then); 64 what was given on the command line cannot be used.`
}

// Run implements the command.
func (c *sdpCmd) Run(s streams) error {
	if c.Answer && c.Of != "" {
		return usage(errors.New("--of: with --answer, A gives its offer and B its answer"))
	}
	if c.Nth < 1 {
		return usage(fmt.Errorf("--nth %d: want 1 or more", c.Nth))
	}
	ofA, ofB := c.Of, c.Of
	if c.Answer {
		ofA, ofB = "offer", "answer"
	}
	a, errA := c.read(c.A, ofA)
	b, errB := c.read(c.B, ofB)
	if err := errors.Join(errA, errB); err != nil {
		return usage(err)
	}
	compare := sdpdiff.Versions
	if c.Answer {
		compare = sdpdiff.OfferAnswer
	}
	d := compare(a, b)
	for _, of := range []struct{ path, err *string }{{&c.A, &d.ErrA}, {&c.B, &d.ErrB}} {
		if *of.err != "" {
			*of.err = *of.path + ": " + *of.err
		}
	}
	text := d.Text(c.All)
	if _, err := fmt.Fprintf(s.out, "A is %s, B is %s\n%s%s\n", c.A, c.B, text, d.Summary()); err != nil {
		return err
	}
	if d.Differs() || d.Broken() {
		return exit{code: 1}
	}
	return nil
}

// read takes the description out of a file.
func (c *sdpCmd) read(path, of string) (string, error) {
	head, err := beginning(path)
	if err != nil {
		return "", err
	}
	if offline.IsSDP(head) {
		return offline.ReadSDP(path)
	}
	records, err := trace.ReadFile(path)
	if err != nil {
		if !bytes.HasPrefix(bytes.TrimSpace(head), []byte("{")) && !bytes.HasPrefix(head, []byte{0x1f, 0x8b}) {
			return "", fmt.Errorf("%s:1: got %.40q, want a session description, which begins with \"v=0\", or a trace", path, beginsWith(head))
		}
		return "", fmt.Errorf("%w (and it is no session description, which begins with \"v=0\")", err)
	}
	all := evidence.Exchanges(records)
	if c.Nth > len(all) {
		return "", fmt.Errorf("%s: --nth %d: the trace has %d offers", path, c.Nth, len(all))
	}
	x := all[c.Nth-1]
	if c.Answer && of == "offer" { // the answer is to what arrived
		return x.Offer.Arrived(), nil
	}
	if of != "answer" {
		return x.Offer.Text, nil
	}
	if x.Answer == nil {
		return "", fmt.Errorf("%s: offer %d of the trace (record %d) has no answer", path, c.Nth, x.Offer.N)
	}
	return x.Answer.Text, nil
}

func beginsWith(head []byte) []byte {
	line, _, _ := bytes.Cut(head, []byte("\n"))
	return bytes.TrimRight(line, "\r")
}

// beginning is how a file begins.
func beginning(path string) ([]byte, error) {
	info, err := os.Stat(path)
	if err != nil {
		return nil, err
	}
	if info.IsDir() {
		return nil, fmt.Errorf("%s: is a folder, want a file", path)
	}
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	head := make([]byte, 64)
	n, _ := f.Read(head) // an empty file is told by who reads it
	return head[:n], f.Close()
}
