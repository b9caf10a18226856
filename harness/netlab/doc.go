// Package netlab gives a run a network of its own.
//
// A private network is one fresh Linux network namespace with loopback and one
// LAN interface, rink0, that has an IPv4, an IPv6 and a link-local address and
// default routes into the void: nothing leaves the machine, the host's
// interfaces do not colour the result, and what is sent elsewhere vanishes as
// on a network that drops packets. Multicast works, so mDNS names resolve
// between processes inside. Root needs no more; other users get the namespace
// through an unprivileged user namespace, in which they keep their user id.
//
// The commands run and netns of harness/cmd/rink call it. A program that wants
// to use Run calls Init first thing in main (or TestMain):
//
//	func main() {
//		netlab.Init()
//		if err := netlab.Available(); err == nil && !netlab.Inside() {
//			code, err := netlab.Run(ctx, os.Args, netlab.RunOptions{})
//			...
//		}
//	}
//
// Run starts the running executable again in the new namespaces; there Init
// calls Setup, gives its privileges up and becomes the command by exec. So the
// command is Run's direct child, and the namespace, which never gets a name,
// goes with its last process.
//
// Only the network is private: files, processes and /sys (which goes on
// listing the host's interfaces) are the host's, and so is /etc/resolv.conf,
// whose servers do not answer inside.
//
// Where no private network can be made (another system, a refusal by the
// kernel) errors match ErrUnsupported and say what is missing; the caller
// decides to use the host's network, and says so.
//
// Hosts, NATs, STUN and TURN servers in namespaces of their own come later.
package netlab
