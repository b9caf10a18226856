package trace

import (
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/webrtc-rink/rink/harness/peer"
)

// A peer may say anything; a trace stays readable all the same.
const (
	maxText        = 16 << 10  // bytes of one log text
	maxMessage     = 1 << 10   // bytes of one message
	cutMessage     = 64        // bytes that are left of a longer binary one
	maxDescription = 256 << 10 // bytes of one SDP
	maxCandidate   = 16 << 10  // bytes of one candidate's JSON
)

// redactor replaces secrets. The replacement of an ICE password keeps length
// and character set and is the same for the same password within a session, so
// that checks on them still hold.
type redactor struct{ salt [16]byte }

func newRedactor() *redactor {
	var r redactor
	_, _ = rand.Read(r.salt[:]) // never fails, see crypto/rand
	return &r
}

var (
	icePwd    = regexp.MustCompile(`(?m)^(a=ice-pwd:)([^\r\n]*)`)
	cryptoKey = regexp.MustCompile(`(?m)^(a=crypto:\S+ \S+ inline:)([^\r\n]*)`)
)

// pseudonym returns ice-chars of the same length that depend on the secret.
func (r *redactor) pseudonym(secret string) string {
	var b strings.Builder
	for i := 0; b.Len() < len(secret); i++ {
		sum := sha256.Sum256(append(r.salt[:], fmt.Sprintf("%d/%s", i, secret)...))
		b.WriteString(hex.EncodeToString(sum[:]))
	}
	return b.String()[:len(secret)]
}

func (r *redactor) sdp(s string) string {
	s = shorten(s, maxDescription)
	for _, re := range []*regexp.Regexp{icePwd, cryptoKey} {
		s = re.ReplaceAllStringFunc(s, func(line string) string {
			m := re.FindStringSubmatch(line)
			return m[1] + r.pseudonym(m[2])
		})
	}
	return s
}

func (r *redactor) description(d *peer.SessionDescription) *peer.SessionDescription {
	if d == nil {
		return nil
	}
	return &peer.SessionDescription{Type: shorten(d.Type, maxWord), SDP: r.sdp(d.SDP)}
}

// record returns a copy of rec that can be written; the original is not
// changed.
func (r *redactor) record(rec Record) Record {
	if rec.Session != nil {
		h := header(*rec.Session)
		rec.Session = &h
	}
	if rec.Call != nil {
		c := *rec.Call
		c.Description, c.Candidate = r.description(c.Description), validJSON(c.Candidate)
		c.Text, c.Message = shorten(c.Text, maxText), message(c.Message)
		rec.Call = &c
	}
	if rec.Return != nil {
		c := *rec.Return
		c.Description = r.description(c.Description)
		c.Failure = shorten(c.Failure, maxText)
		bound(&c.Channel)
		if c.Error != nil {
			c.Error = &peer.Error{Name: shorten(c.Error.Name, maxText), Message: shorten(c.Error.Message, maxText)}
		}
		rec.Return = &c
	}
	if rec.Signal != nil {
		s := *rec.Signal
		s.Description, s.Candidate = r.description(s.Description), validJSON(s.Candidate)
		rec.Signal = &s
	}
	if rec.Event != nil {
		e := *rec.Event
		e.Candidate, e.Message = validJSON(e.Candidate), message(e.Message)
		e.Text, e.Label = shorten(e.Text, maxText), shorten(e.Label, maxText)
		boundEvent(&e)
		rec.Event = &e
	}
	rec.Log = shorten(rec.Log, maxText)
	return r.reading(rec)
}

// reading is record for what was read of a connection, and for the end.
func (r *redactor) reading(rec Record) Record {
	if rec.Snapshot != nil {
		s := *rec.Snapshot
		boundSnapshot(&s.Snapshot)
		s.LocalDescription, s.RemoteDescription = r.description(s.LocalDescription), r.description(s.RemoteDescription)
		rec.Snapshot = &s
	}
	if rec.Stats != nil {
		s := *rec.Stats
		s.Stats = boundStats(s.Stats)
		rec.Stats = &s
	}
	if rec.End != nil {
		e := *rec.End
		e.Reason = shorten(e.Reason, maxText)
		rec.End = &e
	}
	return rec
}

// header returns a copy without credentials.
func header(h Header) Header {
	h.Offerer, h.Answerer = described(h.Offerer), described(h.Answerer)
	h.Config = maps.Clone(h.Config)
	for side, setup := range h.Config {
		setup.Configuration.ICEServers = slices.Clone(setup.Configuration.ICEServers)
		for i, s := range setup.Configuration.ICEServers {
			if s.Credential != "" {
				setup.Configuration.ICEServers[i].Credential = "redacted"
			}
		}
		h.Config[side] = setup
	}
	return h
}

// message cuts what is long. The hash tells two long messages apart; of a binary one
// it is in Text, which is empty else.
func message(m *peer.Message) *peer.Message {
	if m == nil {
		return nil
	}
	c := *m
	c.Text = shorten(c.Text, maxMessage)
	if len(c.Bytes) > maxMessage {
		c.Text = fmt.Sprintf("… (%d bytes in all, sha256 %x)", len(c.Bytes), sha256.Sum256(c.Bytes))
		c.Bytes = slices.Clone(c.Bytes[:cutMessage])
	}
	return &c
}

// validJSON keeps what a peer gave when it is JSON of a sane size, and quotes it
// otherwise: a trace line must stay one line of JSON whatever a peer says.
func validJSON(raw json.RawMessage) json.RawMessage {
	if raw == nil || (len(raw) <= maxCandidate && json.Valid(raw)) {
		return raw
	}
	quoted, err := json.Marshal(shorten(string(raw), maxCandidate))
	if err != nil { // strings always marshal
		return json.RawMessage(`"unreadable"`)
	}
	return quoted
}

// shorten cuts s to about limit bytes and says what was cut; the hash tells two
// long texts apart.
func shorten(s string, limit int) string {
	if len(s) <= limit {
		return s
	}
	cut := limit
	for cut > 0 && !utf8.RuneStart(s[cut]) {
		cut--
	}
	sum := sha256.Sum256([]byte(s))
	return fmt.Sprintf("%s… (%d bytes in all, sha256 %x)", s[:cut], len(s), sum[:8])
}
