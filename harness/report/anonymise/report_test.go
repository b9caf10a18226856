package anonymise_test

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/webrtc-rink/rink/harness/report/anonymise"
)

const somebodys = `{
  "run": {"command": ["rink", "run", "--peer", "mine=/home/jdoe/acme/agent --log 10.77.0.2:9", "--out=/data/acme/out"], "expectations": "/home/jdoe/expect",
    "filter": "--checks 'CAND-*'", "networkInfo": "buildbox has no namespaces", "ownPeers": {"mine": "/home/jdoe/acme/agent --log 10.77.0.2:9"}},
  "environment": {"kernel": "6.1.0-13-amd64", "cpus": 2, "interfaces": [{"name": "eth0", "addrs": ["127.0.0.1/8", "10.77.0.2/24", "fd77::2/64"]}]},
  "notes": ["peer mine was left behind: pid 12 on buildbox.acme-corp.de"],
  "peers": [{"id": "mine", "version": "1.2.3.4", "details": {"10.77.0.2": "", "type": "built by jdoe in /home/jdoe/src", "userAgent": "Chrome/156.0.0.0"}}],
  "checks": [{"id": "CAND-002", "title": "10.0.0.7 is an example", "statement": "one must", "refs": [{"title": "RFC 8445 section 5.1.1.1", "url": "https://acme-corp.de/x"}]}],
  "results": [{"check": "CAND-002", "outcome": "fail", "reason": "dial udp 10.77.0.2:5000: refused", "findings": [
    {"object": "candidate 10.77.0.2 5000", "got": "a=ice-ufrag:nO3S", "want": "another than nO3S", "where": [1, 2]}],
    "expectation": {"check": "CAND-002", "peer": "mine", "reason": "jdoe asked jdoe@acme-corp.de", "issue": "https://tracker.acme-corp.de/ACME-1", "file": "/home/jdoe/expect/mine.yaml:3"}}]
}`

func TestWhatAReportSaysOfAMachineIsReplaced(t *testing.T) {
	m := anonymise.New(anonymise.Options{Hosts: []string{"buildbox"}, Users: []string{"jdoe"}, Dirs: []string{"/home/jdoe"}})
	for _, data := range []string{offer, somebodys} {
		if _, err := m.Report([]byte(data)); err != nil {
			t.Fatal(err)
		}
	}
	m.Settle()
	mapped, err := m.Report([]byte(somebodys))
	if err != nil {
		t.Fatal(err)
	}
	var got, want any
	if err := json.Unmarshal(mapped, &got); err != nil {
		t.Fatal(err)
	}
	wanted := strings.NewReplacer(
		"10.77.0.2", "192.0.2.1", "/home/jdoe", "/path-1", "/data/acme/", "/path-2/", "fd77::2", "2001:db8:fd::1",
		"buildbox.acme-corp.de", "host-2.example", "buildbox", "host-1", "jdoe@acme-corp.de", "user-1@host-3.example", "built by jdoe", "built by user-1", "jdoe asked", "user-1 asked",
		"https://tracker.acme-corp.de/ACME-1", "https://host-4.example/…", "nO3S", "u001",
	).Replace(somebodys)
	if err := json.Unmarshal([]byte(wanted), &want); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

func TestWhatComesWithRinkStays(t *testing.T) {
	const text = `{"run": {"expectations": "built-in"}, "results": [{"expectation": {"reason": "gathers anew at 10.0.0.7", "issue": "https://wpt.fyi/x", "file": "fixtures/expectations/pion.yaml:3"}}]}`
	m := anonymise.New(anonymise.Options{})
	for range 2 {
		if got, err := m.Report([]byte(text)); err != nil || string(got) != text {
			t.Errorf("got %s, %v", got, err)
		}
		m.Settle()
	}
}
