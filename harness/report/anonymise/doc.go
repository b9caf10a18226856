// Package anonymise replaces what is private in a report and its traces, so that
// they can be shown to everybody: the same value by the same replacement in every
// file, one of the same form, so that the traces are graded as before.
//
// A Mapper reads all files twice. It first learns which values there are, and
// then writes them anew. Values are numbered in the order of their first
// appearance; nothing of a value is left in its replacement but its form, so that
// there is nothing to be guessed from a small space by trying.
//
//	addresses       192.0.2.0/24 for those of private networks, 198.51.100.0/24 and
//	                203.0.113.0/24 for others (RFC 5737); when they are used up
//	                198.18.0.0/15 (RFC 2544), then 240.0.0.0/4; 2001:db8::/32 (RFC 3849),
//	                2001:db8:fd::/48 of it for unique local ones. Link-local and the
//	                deprecated classes of IPv6 stay in their class.
//	names           host-1.example, host-1.local; user-1; /path-1 for a home directory
//	identifiers     UUIDs aaaaaaaa-0000-4000-8000-000000000001, <that>.local for a name of mDNS
//	credentials     ufrag and pwd, ids of media, session ids, foundations (which
//	                are hashes of addresses in most implementations): other
//	                characters of the same kind and number; fingerprints likewise
//
// What says nothing of anybody stays: loopback, unspecified, multicast and
// documentation addresses, ports, versions, interface names, times.
package anonymise
