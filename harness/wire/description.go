package wire

import (
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
)

// Limits on the size of a description. Real ones have some thousand lines at
// most; the limits keep a broken peer from filling the memory.
const (
	MaxDescriptionBytes = 4 << 20
	MaxDescriptionLines = 100_000
)

// Line is one line of a description: "a=mid:0" is 'a' and "mid:0".
type Line struct {
	Type  byte
	Value string
}

// Description is a session description: the session's lines, "v=" first, and
// the media sections.
type Description struct {
	Session []Line
	Media   []*Media
}

// Media is a media section: its m= line taken apart (RFC 8866 section 5.14) and
// the lines after it.
type Media struct {
	Kind      string // audio, video, application
	Port      int    // 0 to 65535
	PortCount int    // n of "port/n"; 0 when it is not written
	Proto     string // UDP/TLS/RTP/SAVPF, UDP/DTLS/SCTP
	Formats   []string
	Lines     []Line
}

// ParseDescription reads a session description. It is strict about structure:
// "v=0" first, every line of the form "x=" with no NUL or stray CR, m= lines as
// in RFC 8866 section 9. It takes CRLF and LF, lines of unknown type, and any
// order and content of the other lines. The error is a SyntaxError that names the
// line, except for text that is too long or empty.
func ParseDescription(s string) (*Description, error) {
	if len(s) > MaxDescriptionBytes {
		return nil, fmt.Errorf("description: got %d bytes, want at most %d", len(s), MaxDescriptionBytes)
	}
	d := &Description{}
	for number := 1; s != ""; number++ {
		text, rest, _ := strings.Cut(s, "\n")
		s = rest
		if number > MaxDescriptionLines {
			return nil, fmt.Errorf("description: got more than %d lines", MaxDescriptionLines)
		}
		text = strings.TrimSuffix(text, "\r")
		if err := d.add(text); err != nil {
			err.Text, err.Line = shorten(text), number
			return nil, err
		}
	}
	if len(d.Session) == 0 {
		return nil, errors.New(`description: got nothing, want "v=0" first`)
	}
	return d, nil
}

// add appends one line, without its line end.
func (d *Description) add(text string) *SyntaxError {
	if len(text) < 2 || text[1] != '=' || !isLetter(text[0]) {
		return wrong("line", text, `a letter, then "="`)
	}
	if i := strings.IndexAny(text, "\r\x00"); i >= 0 {
		return wrong("line", text[i:i+1], "no CR or NUL in it")
	}
	l := Line{Type: text[0], Value: text[2:]}
	switch {
	case len(d.Session) == 0 && text != "v=0":
		return wrong("version", text, `"v=0" first`)
	case l.Type == 'm':
		m, err := parseMedia(l.Value)
		if err != nil {
			return err
		}
		d.Media = append(d.Media, m)
	case len(d.Media) > 0:
		m := d.Media[len(d.Media)-1]
		m.Lines = append(m.Lines, l)
	default:
		d.Session = append(d.Session, l)
	}
	return nil
}

// parseMedia reads the value of an m= line.
func parseMedia(s string) (*Media, *SyntaxError) {
	fields := strings.Split(s, " ")
	if len(fields) < 4 {
		return nil, wrong("m= line", s, "media, port, proto and at least one format")
	}
	m := &Media{Kind: fields[0], Proto: fields[2], Formats: fields[3:]}
	if !isToken(m.Kind) {
		return nil, wrong("media", m.Kind, "a token")
	}
	port, count, hasCount := strings.Cut(fields[1], "/")
	n, err := strconv.ParseUint(port, 10, 16)
	if err != nil {
		return nil, wrong("port", port, "0 to 65535")
	}
	m.Port = int(n)
	if hasCount {
		n, err = strconv.ParseUint(count, 10, 16)
		if err != nil || n == 0 {
			return nil, wrong("port count", count, "1 to 65535")
		}
		m.PortCount = int(n)
	}
	for part := range strings.SplitSeq(m.Proto, "/") {
		if !isToken(part) {
			return nil, wrong("proto", m.Proto, `tokens joined by "/"`)
		}
	}
	for _, f := range m.Formats {
		if !isToken(f) {
			return nil, wrong("format", f, "a token")
		}
	}
	return m, nil
}

// wrong makes the error of a line; the caller adds which line.
func wrong(field, got, want string) *SyntaxError {
	return &SyntaxError{Field: field, Got: shorten(got), Want: want}
}

// String writes d with CRLF line ends. For a parsed description that is the
// text that was read, but for its line ends and for leading zeros of ports.
func (d *Description) String() string {
	var b strings.Builder
	for _, l := range d.Session {
		l.write(&b)
	}
	for _, m := range d.Media {
		Line{'m', m.head()}.write(&b)
		for _, l := range m.Lines {
			l.write(&b)
		}
	}
	return b.String()
}

// head is the value of the m= line.
func (m *Media) head() string {
	port := strconv.Itoa(m.Port)
	if m.PortCount > 0 {
		port += "/" + strconv.Itoa(m.PortCount)
	}
	return m.Kind + " " + port + " " + m.Proto + " " + strings.Join(m.Formats, " ")
}

func (l Line) write(b *strings.Builder) {
	b.WriteByte(l.Type)
	b.WriteByte('=')
	b.WriteString(l.Value)
	b.WriteString("\r\n")
}

// Clone returns a copy that shares nothing with d.
func (d *Description) Clone() *Description {
	c := &Description{Session: slices.Clone(d.Session)}
	for _, m := range d.Media {
		n := *m
		n.Formats, n.Lines = slices.Clone(m.Formats), slices.Clone(m.Lines)
		c.Media = append(c.Media, &n)
	}
	return c
}
