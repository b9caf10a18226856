package trace

// TraitProbedOffers: each end makes offers and answers by itself, on the further
// connections that the constants below name.
const TraitProbedOffers Trait = "probed-offers"

// The further connections of TraitProbedOffers. Each answers an offer of the same end
// in which one thing was altered, but for the first three, which offer.
const (
	ConnOfferNothing      = "nothing-to-gather" // sets an offer without a section
	ConnOfferGathered     = "gathered"          // offers again once it has gathered
	ConnOfferCredentials  = "credentials-"      // and a number: one offer each
	ConnOfferNoOptions    = "no-ice-options"    // no a=ice-options
	ConnOfferICE2         = "with-ice2"         // a=ice-options:trickle ice2
	ConnOfferLegacyRTP    = "legacy-rtp"        // RTP/SAVPF instead of UDP/TLS/RTP/SAVPF
	ConnOfferLegacyData   = "legacy-data"       // DTLS/SCTP with a=sctpmap instead of UDP/DTLS/SCTP with a=sctp-port
	ConnOfferRTCP         = "with-rtcp"         // a=rtcp:9 IN IP4 0.0.0.0 in each RTP section
	ConnOfferNoRTCP       = "without-rtcp"      // no a=rtcp
	ConnOfferNoTLSID      = "without-tls-id"    // no a=tls-id
	ConnOfferCryptoBeside = "crypto-beside"     // a=crypto beside a=fingerprint
	ConnOfferCryptoAlone  = "crypto-alone"      // a=crypto and no a=fingerprint: ProbeSDES
)

// ProbeSDES marks setRemoteDescription of an offer with keys of SDES and no fingerprint.
const ProbeSDES = "sdes"
