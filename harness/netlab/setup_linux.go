package netlab

import (
	"errors"
	"fmt"
	"net"
	"os"
	"strings"

	"github.com/vishvananda/netlink"
	"github.com/vishvananda/netlink/nl"
	"golang.org/x/sys/unix"
)

// The LAN of a private network. All values are fixed, so that two runs differ in
// nothing that the harness chose.
const (
	// lanName is the interface that peers gather candidates on.
	lanName = "rink0"
	// farName is the other end of the cable: up, so that rink0 has a carrier,
	// and deaf, so that what rink0 sends ends there.
	farName = "rink1"

	// RFC 1918, out of the ranges that home routers and container engines
	// hand out, so that a stray host address in a report stands out.
	lanIPv4, gatewayIPv4 = "10.77.0.2/24", "10.77.0.1"
	// RFC 4193 unique local, since ICE leaves the old site-local range out
	// (RFC 8445 section 5.1.1.1). The prefix spells "rink".
	lanIPv6, gatewayIPv6 = "fd77:7269:6e6b::2/64", "fd77:7269:6e6b::1"

	// Locally administered; "rink" again. The link-local address is made of
	// the first in the way of RFC 4291 appendix A.
	lanMAC, farMAC = "02:72:69:6e:6b:00", "02:72:69:6e:6b:01"
	linkLocal      = "fe80::72:69ff:fe6e:6b00/64"
	// gatewayMAC belongs to nobody: frames to it are dropped at rink1, without
	// an ICMP error.
	gatewayMAC = "02:72:69:6e:6b:fe"
)

// Setup makes the private network in the network namespace that this process is
// in: loopback, rink0 with its addresses, default routes into the void. Init
// calls it; the namespace must be fresh, and one with an interface that is up is
// refused. A kernel without IPv6 gives IPv4 alone and a note. Errors match
// ErrUnsupported.
func Setup() (Info, error) {
	if err := refuseUsed(); err != nil {
		return Info{}, err
	}
	for _, conf := range []string{"all", "default"} {
		setIPv6Conf(conf, "disable_ipv6", "0")
	}
	step, err := addLinks()
	if err != nil {
		return Info{}, thisSystem().explain(step, err)
	}
	info := Describe()
	info.Network, info.Notes = Private, privateNotes()
	return info, nil
}

// refuseUsed keeps Setup from changing a network that is in use: every
// interface of a fresh namespace, loopback too, is down.
func refuseUsed() error {
	links, err := netlink.LinkList()
	if err != nil {
		return thisSystem().explain("list interfaces", err)
	}
	for _, link := range links {
		if link.Attrs().Flags&net.FlagUp != 0 {
			return fmt.Errorf("%w: interface %s is up: this is not a fresh network namespace", ErrUnsupported, link.Attrs().Name)
		}
	}
	return nil
}

// addLinks returns the step that failed with its error.
func addLinks() (step string, err error) {
	loopback, err := netlink.LinkByName("lo")
	if err == nil {
		err = netlink.LinkSetUp(loopback)
	}
	if err != nil {
		return "interface lo", err
	}
	attrs := netlink.NewLinkAttrs()
	attrs.Name, attrs.HardwareAddr = lanName, mac(lanMAC)
	veth := netlink.NewVeth(attrs)
	veth.PeerName, veth.PeerHardwareAddr = farName, mac(farMAC)
	if err := netlink.LinkAdd(veth); err != nil {
		return stepVeth, err
	}
	if err := raiseFar(); err != nil {
		return "interface " + farName, err
	}
	if err := raiseLAN(); err != nil {
		return "interface " + lanName, err
	}
	return "", nil
}

// raiseFar brings the far end up without addresses, multicast groups or IPv6: a
// peer finds nothing on it to gather, and mDNS is heard once, not twice.
func raiseFar() error {
	far, err := netlink.LinkByName(farName)
	if err != nil {
		return err
	}
	setIPv6Conf(farName, "disable_ipv6", "1")
	return errors.Join(noAutoAddress(far), netlink.LinkSetMulticastOff(far), netlink.LinkSetUp(far))
}

// raiseLAN brings rink0 up with its addresses and default routes.
func raiseLAN() error {
	lan, err := netlink.LinkByName(lanName)
	if err != nil {
		return err
	}
	setIPv6Conf(lanName, "accept_ra", "0") // no router solicitations, which nobody would answer
	if err := errors.Join(noAutoAddress(lan), netlink.LinkSetUp(lan)); err != nil {
		return err
	}
	if err := connect(lan, netlink.FAMILY_V4, gatewayIPv4, lanIPv4); err != nil || noIPv6() != "" {
		return err
	}
	return connect(lan, netlink.FAMILY_V6, gatewayIPv6, lanIPv6, linkLocal)
}

// connect gives the link its addresses of one family and a default route. There
// is no duplicate address detection, so that they can be used at once.
func connect(link netlink.Link, family int, gateway string, addresses ...string) error {
	for _, text := range addresses {
		address, err := netlink.ParseAddr(text)
		if err != nil {
			return err
		}
		if family == netlink.FAMILY_V6 {
			address.Flags = unix.IFA_F_NODAD
		}
		if err := netlink.AddrAdd(link, address); err != nil {
			return fmt.Errorf("address %s: %w", text, err)
		}
	}
	index, ip := link.Attrs().Index, net.ParseIP(gateway)
	if err := netlink.NeighSet(&netlink.Neigh{
		LinkIndex: index, Family: family, State: netlink.NUD_PERMANENT, IP: ip, HardwareAddr: mac(gatewayMAC),
	}); err != nil {
		return fmt.Errorf("neighbour %s: %w", gateway, err)
	}
	if err := netlink.RouteAdd(&netlink.Route{LinkIndex: index, Gw: ip}); err != nil {
		return fmt.Errorf("default route by %s: %w", gateway, err)
	}
	return nil
}

// noAutoAddress keeps the kernel from making a link-local address, which would
// be tentative for a second. It goes by netlink, since /proc/sys may be read
// only.
func noAutoAddress(link netlink.Link) error {
	if noIPv6() != "" {
		return nil
	}
	return netlink.LinkSetIP6AddrGenMode(link, nl.IN6_ADDR_GEN_MODE_NONE)
}

const ipv6Conf = "/proc/sys/net/ipv6/conf/"

// setIPv6Conf sets an IPv6 parameter of an interface. None is essential, and they
// cannot be set where /proc/sys is read only.
func setIPv6Conf(conf, name, value string) {
	_ = os.WriteFile(ipv6Conf+conf+"/"+name, []byte(value), 0)
}

// noIPv6 says why rink0 can have no IPv6 address; empty when it can.
func noIPv6() string {
	if _, err := os.Stat("/proc/net/if_inet6"); err != nil {
		return "IPv4 only: the kernel has IPv6 switched off"
	}
	name := ipv6Conf + lanName + "/disable_ipv6"
	value, err := os.ReadFile(name)
	if err == nil && strings.TrimSpace(string(value)) == "1" {
		return "IPv4 only: " + name + " is 1 and cannot be changed"
	}
	return ""
}

// privateNotes says what this private network lacks.
func privateNotes() []string {
	if note := noIPv6(); note != "" {
		return []string{note}
	}
	return nil
}

// mac parses a constant of this file.
func mac(text string) net.HardwareAddr {
	address, err := net.ParseMAC(text)
	if err != nil {
		panic(err)
	}
	return address
}
