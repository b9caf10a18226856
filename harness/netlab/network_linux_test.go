package netlab

import (
	"encoding/json"
	"os"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
)

var sorted = cmpopts.SortSlices(strings.Compare)

// the interfaces of a private network, with and without IPv6
var (
	wantInterfaces = []Interface{
		{"lo", []string{"127.0.0.1/8", "::1/128"}},
		{lanName, []string{lanIPv4, lanIPv6, linkLocal}},
		{farName, []string{}},
	}
	wantIPv4Only = []Interface{
		{"lo", []string{"127.0.0.1/8"}},
		{lanName, []string{lanIPv4}},
		{farName, []string{}},
	}
)

func checkInterfaces(t *testing.T, got Info, want []Interface) {
	t.Helper()
	byName := cmpopts.SortSlices(func(a, b Interface) int { return strings.Compare(a.Name, b.Name) })
	if diff := cmp.Diff(want, got.Interfaces, sorted, byName); diff != "" {
		t.Errorf("interfaces (- want, + got):\n%s", diff)
	}
	if got.Network != Private {
		t.Errorf("network: got %q, want %q", got.Network, Private)
	}
}

func checkView(t *testing.T, v view) {
	t.Helper()
	checkInterfaces(t, v.Info, wantInterfaces)
	if len(v.Info.Notes) > 0 {
		t.Errorf("notes: got %q, want none", v.Info.Notes)
	}
	if !v.Inside {
		t.Error("inside: got false, want true")
	}
	if diff := cmp.Diff([]string{gatewayIPv4, gatewayIPv6}, v.Gateways, sorted); diff != "" {
		t.Errorf("default routes (- want, + got):\n%s", diff)
	}
	if len(v.Tentative) > 0 {
		t.Errorf("tentative addresses: got %q, want none", v.Tentative)
	}
	if host, err := namespaceID(); err != nil || v.Namespace == host {
		t.Errorf("namespace: got the host's, %s (%v)", host, err)
	}
}

func TestPrivateNetwork(t *testing.T) {
	v := decode[view](t, inside(t, helper("view")))
	checkView(t, v)
	if v.UID != os.Getuid() {
		t.Errorf("user id: got %d, want %d", v.UID, os.Getuid())
	}
}

func TestPrivateNetworkWithoutPrivileges(t *testing.T) {
	v := decode[view](t, asNobody(t, helper("view")))
	checkView(t, v)
	if v.UID != nobody || v.GID != nobody {
		t.Errorf("ids: got %d:%d, want %d:%d", v.UID, v.GID, nobody, nobody)
	}
	if v.Effective|v.Permitted|v.Inherited != 0 {
		t.Errorf("capabilities: got effective %#x, permitted %#x, inheritable %#x, want none", v.Effective, v.Permitted, v.Inherited)
	}
}

func TestUDPToItself(t *testing.T) {
	want := "127.0.0.1\n::1\n10.77.0.2\nfd77:7269:6e6b::2\nfe80::72:69ff:fe6e:6b00\n"
	for name, run := range map[string]func(*testing.T, []string) string{"root": inside, "nobody": asNobody} {
		t.Run(name, func(t *testing.T) {
			if got := run(t, helper("udp")); got != want {
				t.Errorf("answered: got %q, want %q", got, want)
			}
		})
	}
}

func TestMulticast(t *testing.T) {
	want := "224.0.0.251:5353\n[ff02::fb%rink0]:5353\n"
	if got := inside(t, helper("multicast")); got != want {
		t.Errorf("groups heard: got %q, want %q", got, want)
	}
}

func TestPacketsToElsewhereVanish(t *testing.T) {
	got := inside(t, helper("void"))
	// The kernel may add some of its own, such as multicast reports.
	if n, err := strconv.Atoi(got); err != nil || n < 6 {
		t.Errorf("packets sent by %s: got %s, want the 6 of the test", lanName, got)
	}
}

func TestNestedNetworksDiffer(t *testing.T) {
	outer := decode[view](t, inside(t, helper("view")))
	inner := decode[view](t, inside(t, append(helper("run"), helper("view")...)))
	checkView(t, inner)
	if inner.Namespace == outer.Namespace {
		t.Errorf("namespace: got %s twice", inner.Namespace)
	}
}

func TestSetupRefusesUsedNetwork(t *testing.T) {
	want := "no private network: interface lo is up: this is not a fresh network namespace"
	if got := inside(t, helper("again")); got != want {
		t.Errorf("error: got %q, want %q", got, want)
	}
}

func TestReadOnlyProcSys(t *testing.T) {
	needRoot(t)
	host, err := namespaceID()
	if err != nil {
		t.Fatal(err)
	}
	for _, test := range []struct {
		name, ipv6 string
		want       []Interface
		notes      []string
	}{
		{"IPv6 enabled", "keep", wantInterfaces, nil},
		{"IPv6 disabled", "disable", wantIPv4Only, []string{"IPv4 only: /proc/sys/net/ipv6/conf/rink0/disable_ipv6 is 1 and cannot be changed"}},
	} {
		t.Run(test.name, func(t *testing.T) {
			attr := &syscall.SysProcAttr{Cloneflags: syscall.CLONE_NEWNET, Unshareflags: syscall.CLONE_NEWNS}
			out, err := process(needPrivate(t), attr, helper("setup", host, test.ipv6)).Output()
			if err != nil {
				t.Fatal(withStderr(err))
			}
			info := decode[Info](t, string(out))
			checkInterfaces(t, info, test.want)
			if !slices.Equal(info.Notes, test.notes) {
				t.Errorf("notes: got %q, want %q", info.Notes, test.notes)
			}
		})
	}
}

func TestDescribeHost(t *testing.T) {
	t.Setenv(Env, "net:[1]") // carried here from elsewhere
	info := Describe()
	if Inside() || info.Network != Host {
		t.Errorf("network: got %q, inside %v, want %q", info.Network, Inside(), Host)
	}
	raw, err := json.Marshal(info)
	if err != nil || !strings.Contains(string(raw), `"interfaces":[`) || !strings.Contains(string(raw), `"addresses":[`) {
		t.Errorf("report: got %s (%v), want a list of interfaces with addresses", raw, err)
	}
}
