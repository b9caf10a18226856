// Package fake is a peer without a network: a scripted implementation that
// conforms to the contract and to the requirements that Rink checks, and that
// can be given one named Defect. It proves that checks can go red, and lets
// tests run sessions in microseconds.
//
// Fakes of one Network find each other by the ice-ufrag of their descriptions.
// What they do of ICE is what a trace shows: they gather host candidates from
// the documentation range 192.0.2.0/24, surface them, learn the other's from
// descriptions, addIceCandidate and checks, and connect once they know one. A
// connection that nobody answers fails a second after no candidate is to come.
package fake
