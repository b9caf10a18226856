package netlab

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net"
	"net/netip"
	"os"
	"os/signal"
	"syscall"
	"time"

	"github.com/vishvananda/netlink"
	"golang.org/x/sys/unix"
)

func init() {
	helpers = map[string]func([]string) error{
		"run":       helpRun,
		"available": helpAvailable,
		"view":      helpView,
		"wait":      helpWait,
		"udp":       helpUDP,
		"multicast": helpMulticast,
		"void":      helpVoid,
		"again":     helpAgain,
		"setup":     helpSetup,
		"limit":     helpLimit,
	}
}

// helpRun runs args in a private network and ends with its exit code.
func helpRun(args []string) error {
	code, err := Run(context.Background(), args, RunOptions{})
	if err != nil {
		return err
	}
	os.Exit(code)
	return nil
}

// helpAvailable prints why there is no private network.
func helpAvailable([]string) error {
	if err := Available(); err != nil {
		if !errors.Is(err, ErrUnsupported) {
			return err
		}
		fmt.Print(err)
	}
	return nil
}

// view is what a process sees of the private network, and of itself.
type view struct {
	Info                            Info
	Inside                          bool
	Namespace                       string
	UID, GID                        int
	Effective, Permitted, Inherited uint32
	Gateways                        []string // of the default routes
	Tentative                       []string // addresses that cannot be used yet
}

func helpView([]string) error {
	v := view{Info: Describe(), Inside: Inside(), UID: os.Getuid(), GID: os.Getgid()}
	var err error
	if v.Namespace, err = namespaceID(); err != nil {
		return err
	}
	_, sets, err := capabilities()
	if err != nil {
		return err
	}
	v.Effective, v.Permitted, v.Inherited = sets[0].Effective, sets[0].Permitted, sets[0].Inheritable
	routes, err := netlink.RouteList(nil, netlink.FAMILY_ALL)
	if err != nil {
		return err
	}
	for _, r := range routes {
		if ones := -1; r.Gw != nil {
			if r.Dst != nil {
				ones, _ = r.Dst.Mask.Size()
			}
			if ones <= 0 {
				v.Gateways = append(v.Gateways, r.Gw.String())
			}
		}
	}
	addresses, err := netlink.AddrList(nil, netlink.FAMILY_ALL)
	if err != nil {
		return err
	}
	for _, a := range addresses {
		if a.Flags&unix.IFA_F_TENTATIVE != 0 {
			v.Tentative = append(v.Tentative, a.IPNet.String())
		}
	}
	return json.NewEncoder(os.Stdout).Encode(v)
}

// helpWait prints "ready", its process and namespace, then every signal it
// gets; SIGTERM ends it with exit code 7.
func helpWait([]string) error {
	signals := make(chan os.Signal, 8)
	signal.Notify(signals, syscall.SIGINT, syscall.SIGTERM)
	id, err := namespaceID()
	if err != nil {
		return err
	}
	fmt.Println("ready", os.Getpid(), id)
	for sig := range signals {
		fmt.Println("got", sig)
		if sig == syscall.SIGTERM {
			os.Exit(7)
		}
	}
	return nil
}

// helpUDP sends itself a datagram by each address of the namespace.
func helpUDP([]string) error {
	for _, text := range []string{"127.0.0.1", "::1", lanIPv4, lanIPv6, linkLocal} {
		ip, err := netip.ParseAddr(text)
		if prefix, e := netip.ParsePrefix(text); e == nil {
			ip, err = prefix.Addr(), nil
		}
		if err == nil {
			err = echo(ip)
		}
		if err != nil {
			return fmt.Errorf("%s: %w", text, err)
		}
		fmt.Println(ip)
	}
	return nil
}

func echo(ip netip.Addr) error {
	if ip.IsLinkLocalUnicast() {
		ip = ip.WithZone(lanName)
	}
	conn, err := net.ListenUDP("udp", net.UDPAddrFromAddrPort(netip.AddrPortFrom(ip, 0)))
	if err != nil {
		return err
	}
	defer conn.Close()
	if _, err := conn.WriteTo([]byte("hello"), conn.LocalAddr()); err != nil {
		return err
	}
	_, from, err := receive(conn)
	if err == nil && from.String() != conn.LocalAddr().String() {
		err = fmt.Errorf("source: got %s, want %s", from, conn.LocalAddr())
	}
	return err
}

func receive(conn net.PacketConn) (text string, from net.Addr, err error) {
	buffer := make([]byte, 100)
	if err := conn.SetReadDeadline(time.Now().Add(patience)); err != nil {
		return "", nil, err
	}
	n, from, err := conn.ReadFrom(buffer)
	return string(buffer[:n]), from, err
}

// helpMulticast sends to the mDNS groups by no interface in particular and
// expects to hear it on rink0.
func helpMulticast([]string) error {
	lan, err := net.InterfaceByName(lanName)
	if err != nil {
		return err
	}
	for _, group := range []string{"224.0.0.251:5353", "[ff02::fb%" + lanName + "]:5353"} {
		address, err := net.ResolveUDPAddr("udp", group)
		if err != nil {
			return err
		}
		listener, err := net.ListenMulticastUDP("udp", lan, address)
		if err != nil {
			return err
		}
		defer listener.Close()
		sender, err := net.DialUDP("udp", nil, address)
		if err != nil {
			return err
		}
		defer sender.Close()
		if _, err := sender.Write([]byte(group)); err != nil {
			return err
		}
		text, _, err := receive(listener)
		if err != nil || text != group {
			return fmt.Errorf("group %s: got %q, error %w", group, text, err)
		}
		fmt.Println(group)
	}
	far, err := net.InterfaceByName(farName)
	if err == nil && far.Flags&net.FlagMulticast != 0 {
		err = errors.New(farName + " does multicast too")
	}
	return err
}

// helpVoid sends datagrams to documentation addresses (RFC 5737, RFC 3849) and
// prints how many packets left by rink0.
func helpVoid([]string) error {
	if !Inside() {
		return errors.New("not in a private network")
	}
	before, err := sent()
	if err != nil {
		return err
	}
	for _, to := range []string{"198.51.100.1:9", "[2001:db8::1]:9"} {
		conn, err := net.Dial("udp", to)
		if err != nil {
			return err
		}
		defer conn.Close()
		// An ICMP error would be reported by a later call on the socket.
		for range 3 {
			if _, err := conn.Write([]byte("hello")); err != nil {
				return err
			}
			if err := echo(netip.MustParsePrefix(lanIPv4).Addr()); err != nil {
				return err
			}
		}
		raw, err := conn.(*net.UDPConn).SyscallConn()
		if err != nil {
			return err
		}
		var pending int
		if e := raw.Control(func(fd uintptr) {
			pending, err = unix.GetsockoptInt(int(fd), unix.SOL_SOCKET, unix.SO_ERROR)
		}); e != nil || err != nil || pending != 0 {
			return fmt.Errorf("%s: pending error %d: %w", to, pending, errors.Join(e, err))
		}
	}
	after, err := sent()
	fmt.Print(after - before)
	return err
}

func sent() (uint64, error) {
	lan, err := netlink.LinkByName(lanName)
	if err != nil {
		return 0, err
	}
	return lan.Attrs().Statistics.TxPackets, nil
}

// helpAgain calls Setup where it was called before, and prints its error.
func helpAgain([]string) error {
	if !Inside() {
		return errors.New("not in a private network")
	}
	_, err := Setup()
	fmt.Print(err)
	return nil
}

// helpSetup prints what Setup makes of the namespace that this process was
// started in (not the one named by the first argument) once /proc/sys is read
// only, with IPv6 disabled if the second argument says so.
func helpSetup(args []string) error {
	id, err := namespaceID()
	if err != nil || id == args[0] {
		return fmt.Errorf("not in a fresh namespace: %w", err)
	}
	if args[1] == "disable" {
		for _, conf := range []string{"all", "default"} {
			setIPv6Conf(conf, "disable_ipv6", "1")
		}
	}
	if err := unix.Mount("/proc/sys", "/proc/sys", "", unix.MS_BIND, ""); err != nil {
		return err
	}
	if err := unix.Mount("", "/proc/sys", "", unix.MS_REMOUNT|unix.MS_BIND|unix.MS_RDONLY, ""); err != nil {
		return err
	}
	info, err := Setup()
	if err != nil {
		return err
	}
	return json.NewEncoder(os.Stdout).Encode(info)
}

// helpLimit forbids network namespaces in the user namespace that this process
// was started in, then prints why there is no private network.
func helpLimit([]string) error {
	if err := os.WriteFile("/proc/sys/user/max_net_namespaces", []byte("0"), 0); err != nil {
		return err
	}
	return helpAvailable(nil)
}
