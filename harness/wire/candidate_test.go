package wire

import (
	"reflect"
	"strings"
	"testing"
)

func TestParseCandidateFields(t *testing.T) {
	tests := map[string]struct {
		line      string
		want      Candidate
		canonical string // "" when it is the line itself
	}{
		"host": {
			line: "candidate:4224149576 1 udp 2130706431 10.99.0.1 52720 typ host",
			want: Candidate{
				Foundation: "4224149576", Component: 1, Transport: "udp", Priority: 2130706431,
				Address: "10.99.0.1", Port: 52720, Type: "host",
			},
		},
		"relay without a related address to tell": {
			line: "candidate:299364787 1 udp 50339839 10.99.0.1 42537 typ relay raddr 0.0.0.0 rport 0 generation 0 ufrag 8fJM",
			want: Candidate{
				Foundation: "299364787", Component: 1, Transport: "udp", Priority: 50339839,
				Address: "10.99.0.1", Port: 42537, Type: "relay",
				RelatedAddress: "0.0.0.0", HasRelated: true,
				Extensions: []Extension{{"generation", "0"}, {"ufrag", "8fJM"}},
			},
		},
		"tcp in upper case": {
			line:      "CANDIDATE:1 2 TCP 2105524479 fe80::1 9 TYP SRFLX RADDR ::1 RPORT 7 TCPtype ACTIVE Generation 0",
			canonical: "candidate:1 2 tcp 2105524479 fe80::1 9 typ srflx raddr ::1 rport 7 TCPtype ACTIVE Generation 0",
			want: Candidate{
				Foundation: "1", Component: 2, Transport: "tcp", Priority: 2105524479,
				Address: "fe80::1", Port: 9, Type: "srflx",
				RelatedAddress: "::1", RelatedPort: 7, HasRelated: true, TCPType: "active",
				Extensions: []Extension{{"TCPtype", "ACTIVE"}, {"Generation", "0"}},
			},
		},
		"raddr alone": {
			line: "candidate:a+/ 1 udp 1 192.0.2.1 0 typ prflx raddr 192.0.2.2 x y",
			want: Candidate{
				Foundation: "a+/", Component: 1, Transport: "udp", Priority: 1, Address: "192.0.2.1", Type: "prflx",
				RelatedAddress: "192.0.2.2", RelatedPort: -1, HasRelated: true, Extensions: []Extension{{"x", "y"}},
			},
		},
		"rport alone, then raddr as an extension": {
			line: "candidate:1 1 udp 1 192.0.2.1 0 typ prflx rport 5 raddr 192.0.2.2",
			want: Candidate{
				Foundation: "1", Component: 1, Transport: "udp", Priority: 1, Address: "192.0.2.1", Type: "prflx",
				RelatedPort: 5, HasRelated: true, Extensions: []Extension{{"raddr", "192.0.2.2"}},
			},
		},
		"leading zeros, unknown tokens, name, empty value": {
			line:      "candidate:1 256 sctp 0000000001 host.example.com 00080 typ foo empty  tcptype so",
			canonical: "candidate:1 256 sctp 1 host.example.com 80 typ foo empty  tcptype so",
			want: Candidate{
				Foundation: "1", Component: 256, Transport: "sctp", Priority: 1,
				Address: "host.example.com", Port: 80, Type: "foo", TCPType: "so",
				Extensions: []Extension{{"empty", ""}, {"tcptype", "so"}},
			},
		},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			got, err := ParseCandidate(test.line)
			if err != nil || !reflect.DeepEqual(got, test.want) {
				t.Errorf("got %+v, %v\nwant %+v", got, err, test.want)
			}
			if test.canonical == "" {
				test.canonical = test.line
			}
			if got.String() != test.canonical {
				t.Errorf("String() got %q, want %q", got.String(), test.canonical)
			}
		})
	}
}

func TestParseCandidateErrorText(t *testing.T) {
	tests := map[string]string{
		"a=candidate:1": `candidate "a=candidate:1": prefix: got "a=candidat", want "candidate:"`,
		"":              `candidate "": prefix: got nothing, want "candidate:"`,
		"candidate:1 1 udp 1 192.0.2.1 99999 typ host": `candidate "candidate:1 1 udp 1 192.0.2.1 99999 typ host": ` +
			`port: got "99999", want 0 to 65535`,
		"candidate:1": `candidate "candidate:1": component: got nothing, want 1 to 256 in at most 3 digits`,
		"candidate:1 1 udp 1 192.0.2.1 9 typ host ufrag": `candidate "candidate:1 1 udp 1 192.0.2.1 9 typ host ufrag": ` +
			`extension value: got nothing, want a value after the name "ufrag"`,
		"candidate:1 1 udp 1 192.0.2.1 9 typ host x \xff": `candidate "candidate:1 1 udp 1 192.0.2.1 9 typ host x \xff": ` +
			`extension value: got "\xff", want visible ASCII`,
	}
	for line, want := range tests {
		if _, err := ParseCandidate(line); err == nil || err.Error() != want {
			t.Errorf("%q:\n got %v\nwant %s", line, err, want)
		}
	}
}

func TestParseCandidateBoundsItsErrors(t *testing.T) {
	for name, line := range map[string]string{
		"too long":        "candidate:1 1 udp 1 192.0.2.1 9 typ host x " + strings.Repeat("y", maxCandidate),
		"long foundation": "candidate:" + strings.Repeat("f", maxCandidate-10),
		"no prefix":       strings.Repeat("\xff", maxCandidate),
		"long value name": "candidate:1 1 udp 1 192.0.2.1 9 typ host " + strings.Repeat("n", maxCandidate-100),
	} {
		_, err := ParseCandidate(line)
		if err == nil || len(err.Error()) > 1000 {
			t.Errorf("%s: got %.200v, want an error of at most 1000 bytes", name, err)
		}
	}
}

func TestCandidateExtension(t *testing.T) {
	c := Candidate{Extensions: []Extension{{"ufrag", "first"}, {"Empty", ""}, {"UFRAG", "second"}}}
	for name, want := range map[string]struct {
		value string
		ok    bool
	}{"ufrag": {"first", true}, "uFrag": {"first", true}, "empty": {"", true}, "generation": {"", false}} {
		if v, ok := c.Extension(name); v != want.value || ok != want.ok {
			t.Errorf("Extension(%q): got %q, %t, want %q, %t", name, v, ok, want.value, want.ok)
		}
	}
}

func TestIsMDNS(t *testing.T) {
	for address, want := range map[string]bool{
		"9da25b7c-b1f6-433e-a1cf-c2398761eeb5.local": true,
		"PRINTER.LOCAL":     true,
		"host.local.":       true,
		".local":            false,
		"local":             false,
		"":                  false,
		"notlocal":          false,
		"x.local.example":   false,
		"192.0.2.1":         false,
		"fd99::1":           false,
		"host.example.com.": false,
	} {
		if got := IsMDNS(address); got != want {
			t.Errorf("IsMDNS(%q): got %t, want %t", address, got, want)
		}
	}
}
