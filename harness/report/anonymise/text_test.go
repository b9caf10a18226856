package anonymise_test

import (
	"net/netip"
	"strings"
	"testing"

	"github.com/webrtc-rink/rink/harness/report/anonymise"
)

// learned is a Mapper that has seen the traces of a machine of somebody's.
func learned(t *testing.T, lines ...string) *anonymise.Mapper {
	t.Helper()
	m := anonymise.New(anonymise.Options{Hosts: []string{"buildbox"}, Users: []string{"jdoe"}, Dirs: []string{"/home/jdoe", "/srv/acme/rink"}})
	if _, err := m.Trace([]byte(strings.Join(lines, "\n") + "\n")); err != nil {
		t.Fatal(err)
	}
	m.Settle()
	return m
}

const (
	offer = `{"kind":"call","call":{"method":"setLocalDescription","description":{"type":"offer","sdp":"v=0\r\no=- 8701364935709558825 2 IN IP4 10.77.0.2\r\na=ice-ufrag:nO3S\r\na=ice-pwd:ba43d884743a5040a8f0349b\r\na=fingerprint:sha-256 DD:D6:51:91:62:C8:9A:AA:33:00:C1:32:A8:84:1D:21:BC:D1:9B:DA:B4:EF:6F:C8:B2:C3:A5:71:0E:70:E3:CA\r\na=ssrc:650482888 cname:8nrSci9th9UsS1kX\r\na=rtcp-fb:96 nack pli\r\n"}}}`
	words = `{"kind":"event","event":{"type":"icecandidate","candidate":{"candidate":"candidate:1785526713 1 udp 2130706431 10.77.0.2 59701 typ host ufrag host","sdpMid":"data","usernameFragment":"host"}}}`
	plain = `{"kind":"event","event":{"type":"log","text":"hello"},"local":{"address":"turn.acme-corp.de","foundation":"1785526713"}}`
)

func TestFreeTextIsReplaced(t *testing.T) {
	m := learned(t, offer, words, plain)
	for _, pair := range [][2]string{
		{"sent to 10.77.0.2:5000, then", "sent to 192.0.2.1:5000, then"},
		{"10.77.0.2,10.77.0.2 10.77.0.2.", "192.0.2.1,192.0.2.1 192.0.2.1."},
		{"[fd77::2]:5000 and fd77::2: refused", "[2001:db8:fd::1]:5000 and 2001:db8:fd::1: refused"},
		{"FD77::2 is fd77:0:0:0:0:0:0:2", "2001:DB8:FD::1 is 2001:db8:fd:0:0:0:0:1"},
		{"from:fd77::2", "from:2001:db8:fd::1"},
		{"::ffff:10.77.0.2", "::ffff:192.0.2.1"},
		{"fe80::a1b2:3ff:fe04:5%eth0", "fe80::1%eth0"},
		{"at 8.8.8.8 and 2a00:1450::5", "at 198.51.100.1 and 2001:db8::1"},
		{"127.0.0.1 ::1 0.0.0.0 :: 192.0.2.7 224.0.0.1", "127.0.0.1 ::1 0.0.0.0 :: 192.0.2.7 224.0.0.1"},
		{"Chrome/156.0.0.0 v1.2.3.4 at 12:34:56", "Chrome/156.0.0.0 v1.2.3.4 at 12:34:56"},
		{"std::vector of webrtc::Call", "std::vector of webrtc::Call"},
		{"00:1b:44:11:3a:b7", "00:00:5e:00:53:01"},
		{"/home/jdoe/agents/mine --x=/srv/acme/rink/y", "/path-1/agents/mine --x=/path-2/y"},
		{"file:///home/jdoe/a.html", "file:///path-1/a.html"},
		{"/opt/acme/bin/agent:12 in /usr/bin/chromium", "/path-3/agent:12 in /usr/bin/chromium"},
		{`C:\Users\Jane\agent.exe`, `/path-4\agent.exe`},
		{"turn:jdoe@turn.acme-corp.de:3478?transport=u", "turn:user-1@host-2.example:3478?transport=u"},
		{"stun.acme-corp.de refused buildbox", "host-3.example refused host-1"},
		{"https://www.w3.org/TR/webrtc/#x", "https://www.w3.org/TR/webrtc/#x"},
		{"https://tracker.acme-corp.de:8443/SECRET-1", "https://host-4.example:8443/…"},
		{"laptop.local, mail jdoe@acme-corp.de", "host-6.local, mail user-1@host-5.example"},
		{"the ufrag nO3S, nO3S:abcd", "the ufrag u001, u001:abcd"},
		{"xnO3S nO3Sx", "xnO3S nO3Sx"},
		{"expected(6e4f3353)", "expected(75303031)"}, // nO3S and u001
		{"SSRC 650482888 of 650482888", "SSRC 100000001 of 100000001"},
		{"DD:D6:51:91…", "FA:FA:FA:FA…"},
		{"RFC 8445 section 5.1.1.1, §7.2.5.1", "RFC 8445 section 5.1.1.1, §7.2.5.1"},
		{"typ host nack data udp", "typ host nack data udp"},
		{`"usernameFragment":"host" ufrag=host`, `"usernameFragment":"u002" ufrag=u002`},
		{"", ""},
	} {
		from, want := pair[0], pair[1]
		if got := m.Text(from); got != want {
			t.Errorf("%q\n got %q\nwant %q", from, got, want)
		}
	}
}

func TestCredentialsInFreeTextAreReplaced(t *testing.T) {
	const issued, other = "ghp_abcdEFGH1234abcdEFGH1234abcdEFGH1234", "s3cr3t-acme-value"
	text := "token=" + issued + " and " + issued + ", API_KEY: '" + other + "', Authorization: Bearer 0aB1cD2eF3gH4iJ5"
	m := anonymise.New(anonymise.Options{})
	m.Text(text)
	m.Settle()
	got := m.Text(text)
	for _, left := range []string{issued, "abcdEFGH1234", other, "acme", "0aB1cD2eF3gH4iJ5"} {
		if strings.Contains(got, left) {
			t.Errorf("%q is left in %q", left, got)
		}
	}
	for _, plain := range []string{"Unexpected token: identifierName", "a secret: none of these"} {
		if got := m.Text(plain); got != plain {
			t.Errorf("%q became %q", plain, got)
		}
	}
}

func TestACandidateIsReplacedFieldByField(t *testing.T) {
	m := learned(t, offer, words, plain)
	for from, want := range map[string]string{
		"candidate:1785526713 1 udp 2130706431 10.77.0.2 59701 typ host ufrag host":    "candidate:1000000001 1 udp 2130706431 192.0.2.1 59701 typ host ufrag u002",
		"a=candidate:1 1 UDP 5 8.8.8.8 9 typ srflx raddr 10.77.0.2 rport 9 generation": "a=candidate:1 1 UDP 5 198.51.100.1 9 typ srflx raddr 192.0.2.1 rport 9 generation",
		"candidate:1 1 udp 5 0a1b2c3d-1111-4222-8333-444455556666.local 9 typ host":    "candidate:1 1 udp 5 aaaaaaaa-0000-4000-8000-000000000001.local 9 typ host",
		"candidate:garbage": "candidate:f000001",
		"":                  "",
	} {
		if got := m.Candidate(from); got != want {
			t.Errorf("%q\n got %q\nwant %q", from, got, want)
		}
	}
}

func TestADescriptionKeepsItsForm(t *testing.T) {
	m := learned(t, offer, words, plain)
	from := "v=0\r\no=jdoe 8701364935709558825 2 IN IP4 10.77.0.2\r\ns=-\r\nc=IN IP6 fd77::2\r\nm=audio 9 RTP/AVP 0\n" +
		"a=ice-ufrag:nO3S\r\na=fingerprint:sha-256 dd:d6:51:91:62:c8:9a:aa:33:00:c1:32:a8:84:1d:21:bc:d1:9b:da:b4:ef:6f:c8:b2:c3:a5:71:0e:70:e3:ca\r\n" +
		"a=rtcp:9 IN IP4 10.77.0.2\r\na=rtcp-fb:96 nack pli\r\na=msid:- 0a1b2c3d-1111-4222-8333-444455556666\r\na=x:nO3S\r\na=tls-id:abcdefghij"
	want := "v=0\r\no=user-1 1000000000000000001 2 IN IP4 192.0.2.1\r\ns=-\r\nc=IN IP6 2001:db8:fd::1\r\nm=audio 9 RTP/AVP 0\n" +
		"a=ice-ufrag:u001\r\na=fingerprint:sha-256 fa:fa:fa:fa:00:00:00:00:00:00:00:00:00:00:00:00:00:00:00:00:00:00:00:00:00:00:00:00:00:00:00:01\r\n" +
		"a=rtcp:9 IN IP4 192.0.2.1\r\na=rtcp-fb:96 nack pli\r\na=msid:- aaaaaaaa-0000-4000-8000-000000000001\r\na=x:u001\r\na=tls-id:i000000001"
	if got := m.SDP(from); got != want {
		t.Errorf(" got %q\nwant %q", got, want)
	}
}

// TestHostileUfragsBreakNoWord: whatever word a peer takes for its ufrag, the words
// of the formats stay.
func TestHostileUfragsBreakNoWord(t *testing.T) {
	for _, ufrag := range []string{"host", "udp", "data", "typ", "nack", "candidate", "icecandidate", "text", "1", "9", "59701"} {
		line := strings.ReplaceAll(words, `ufrag host"`, `ufrag `+ufrag+`"`)
		line = strings.ReplaceAll(line, `"usernameFragment":"host"`, `"usernameFragment":"`+ufrag+`"`)
		m := learned(t, offer, line, plain)
		for _, s := range []string{"candidate:1 1 udp 9 192.0.2.9 59701 typ host", "a=rtcp-fb:96 nack pli", "the icecandidate event has data in its text, 59701"} {
			if got := m.Text(s); got != s {
				t.Errorf("ufrag %q: %q became %q", ufrag, s, got)
			}
		}
		mapped, err := m.Trace([]byte(line + "\n"))
		if err != nil {
			t.Fatal(err)
		}
		for _, want := range []string{`"kind":"event"`, `"type":"icecandidate"`, `"sdpMid":"data"`, " 59701 typ host ufrag "} {
			if !strings.Contains(string(mapped), want) {
				t.Errorf("ufrag %q: no %s in %s", ufrag, want, mapped)
			}
		}
		if strings.Contains(string(mapped), `"usernameFragment":"`+ufrag+`"`) {
			t.Errorf("ufrag %q is left: %s", ufrag, mapped)
		}
	}
}

func TestAddressesStayDistinctBeyondTheRangesOfDocuments(t *testing.T) {
	m := anonymise.New(anonymise.Options{})
	m.Settle()
	var text []string
	for a := netip.MustParseAddr("10.1.0.1"); len(text) < 70_000; a = a.Next() {
		if !strings.HasSuffix(a.String(), ".0.0.0") {
			text = append(text, a.String())
		}
	}
	seen := map[string]bool{}
	for to := range strings.FieldsSeq(m.Text(strings.Join(text, " "))) {
		if parsed, err := netip.ParseAddr(to); err != nil || !parsed.Is4() || seen[to] || strings.HasPrefix(to, "10.") {
			t.Fatalf("got %q, for the second time: %v", to, seen[to])
		}
		seen[to] = true
	}
	if len(seen) != len(text) {
		t.Errorf("%d addresses became %d", len(text), len(seen))
	}
}

func TestNoValueBecomesOneThatIsThereAlready(t *testing.T) {
	m := learned(t, strings.ReplaceAll(offer, "10.77.0.2", "192.0.2.1"), strings.ReplaceAll(words, "host\"", "u001\""))
	if got := m.Text("10.77.0.2"); got != "192.0.2.2" {
		t.Errorf("got %s", got)
	}
	if got := m.SDP("a=ice-ufrag:nO3S"); got == "a=ice-ufrag:u001" {
		t.Errorf("got %s", got)
	}
}

func TestTheOrderOfTheFilesAloneTellsTheReplacements(t *testing.T) {
	one, other := learned(t, offer, words, plain), learned(t, offer, words, plain)
	for _, s := range []string{offer, words, plain} {
		a, errA := one.Trace([]byte(s + "\n"))
		b, errB := other.Trace([]byte(s + "\n"))
		if errA != nil || errB != nil || string(a) != string(b) {
			t.Errorf("%s\n%s", a, b)
		}
	}
}

func TestWhatIsAnonymisedTwiceHasNothingNew(t *testing.T) {
	m := learned(t, offer, words, plain)
	first, err := m.Trace([]byte(offer + "\n" + words + "\n" + plain + "\n"))
	if err != nil {
		t.Fatal(err)
	}
	again := learned(t, strings.Split(strings.TrimSpace(string(first)), "\n")...)
	second, err := again.Trace(first)
	if err != nil {
		t.Fatal(err)
	}
	for _, left := range []string{"10.77", "nO3S", "DD:D6", "acme", "650482888", "8nrSci9th9UsS1kX", "ba43d884"} {
		if strings.Contains(string(first), left) || strings.Contains(string(second), left) {
			t.Errorf("%s is left", left)
		}
	}
	if !strings.Contains(string(second), "192.0.2.1 ") {
		t.Errorf("an address of documents was replaced: %s", second)
	}
}

func FuzzTheMappingIsAFunction(f *testing.F) {
	for _, seed := range []string{"10.77.0.2:5000", "[fd77::2]:5", "a=ice-ufrag:nO3S", words, offer, "::1:", "turn:a:b@c", "/home/a/b", "\xff:1::2", "6e4f3353"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, s string) {
		m := anonymise.New(anonymise.Options{Hosts: []string{"buildbox"}, Users: []string{"jdoe"}, Dirs: []string{"/home/jdoe"}})
		for range 2 {
			m.Text(s)
			m.SDP(s)
			m.Candidate(s)
			_, _ = m.Trace([]byte(s + "\n")) // most are no JSON
			_, _ = m.Report([]byte(s))
			m.Settle()
		}
		for name, change := range map[string]func(string) string{"text": m.Text, "description": m.SDP, "candidate": m.Candidate} {
			if once, twice := change(s), change(s); once != twice {
				t.Errorf("%s %q: %q, then %q", name, s, once, twice)
			}
			if strings.Count(change(s), "\n") != strings.Count(s, "\n") {
				t.Errorf("%s %q has other lines: %q", name, s, change(s))
			}
		}
	})
}
