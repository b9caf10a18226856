// Package offline makes traces of what people have at hand when there is no Rink in
// the middle: a dump of chrome://webrtc-internals, or an offer and an answer in two
// files. check.GradeTrace judges from these what can be judged, and says of the rest
// that it could not (trace.Header.Source).
package offline
