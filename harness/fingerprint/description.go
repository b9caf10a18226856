package fingerprint

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/webrtc-rink/rink/harness/peer"
	"github.com/webrtc-rink/rink/harness/trace"
	"github.com/webrtc-rink/rink/harness/wire"
)

// ordinals name the descriptions of one type in a session.
var ordinals = []string{"", "second ", "third "}

// descriptions reads every offer and answer as it was created, and what gathering
// made of the last one: Diff says of that only what is new.
func (f facts) descriptions() {
	for _, typ := range []string{"offer", "answer"} {
		method := "createOffer"
		if typ == "answer" {
			method = "createAnswer"
		}
		n := 0
		for _, c := range f.view.Calls(f.side, method) {
			if !c.OK() || c.Return.Description == nil || n >= len(ordinals) {
				continue
			}
			at := ordinals[n] + typ
			n++
			for object, value := range describe(*c.Return.Description) {
				f.set(at+"/"+object, value)
			}
		}
	}
	s, ok := f.view.Snapshot(f.side, trace.MomentFinal)
	if !ok || s.LocalDescription == nil || s.ICEGatheringState != "complete" {
		return // what it holds while gathering goes on depends on time
	}
	for object, value := range describe(*s.LocalDescription) {
		f.set(localArea+"/"+object, value)
	}
}

// localArea is the last local description, as it is in the end.
const localArea = "local description"

// described is a session description as objects and values.
type described map[string]string

// sectionsObject is there for every description that was made.
const sectionsObject = "sections"

// mediaObject is there for every section of a description.
const mediaObject = "m="

func describe(d peer.SessionDescription) described {
	parsed, err := wire.ParseDescription(d.SDP)
	if err != nil {
		return described{sectionsObject: "cannot be read"}
	}
	out := described{}
	var kinds []string
	out.lines("session", parsed.Session)
	for i, m := range parsed.Media {
		kinds = append(kinds, m.Kind)
		at := fmt.Sprintf("section %d (%s)", i, word(m.Kind))
		out[at+"/"+mediaObject] = portForm(m.Port) + " " + m.Proto
		out.lines(at, m.Lines)
		out.codecs(at, m)
	}
	out[sectionsObject] = "none"
	if len(kinds) > 0 {
		out[sectionsObject] = strings.Join(kinds, then)
	}
	return out
}

// portForm keeps the ports that mean something: 9 (nothing gathered yet, RFC 8840
// section 4.1.1) and 0 (refused or bundled).
func portForm(port int) string {
	if port == 0 || port == 9 {
		return strconv.Itoa(port)
	}
	return "a candidate's port"
}

// lines reads the lines of the session or a section, in any order: one object for
// each attribute name and each other type of line.
func (d described) lines(at string, lines []wire.Line) {
	values := map[string][]string{}
	spaced := map[string]bool{}
	for _, l := range lines {
		name := string(l.Type) + "="
		value := lineForm(l)
		if l.Type == 'a' {
			key, v, _ := strings.Cut(l.Value, ":")
			if strings.HasSuffix(v, " ") {
				spaced["a="+word(key)] = true
			}
			if codecAttributes[key] {
				continue
			}
			if directions[key] {
				key, v = "direction", key
			}
			name, value = "a="+word(key), attributeForm(key, v)
		}
		values[name] = append(values[name], value)
	}
	if len(spaced) > 0 {
		d[at+"/"+spacedObject] = join(sortedKeys(spaced))
	}
	for name, vs := range values {
		switch name {
		case "a=extmap":
			d.extensions(at, vs)
		case "a=ssrc":
			d[at+"/"+name] = sources(vs)
		case "v=":
		default:
			d[at+"/"+name] = join(vs)
		}
	}
}

// spacedObject lists the attributes with a space at the end of their line, which
// is told apart from what they say.
const spacedObject = "lines with a space at the end"

var directions = map[string]bool{"sendrecv": true, "sendonly": true, "recvonly": true, "inactive": true}

// lineForm is a line other than an attribute without what is drawn anew: the ids
// and times of o= (RFC 8866 section 5.2) and addresses.
func lineForm(l wire.Line) string {
	fields := strings.Split(l.Value, " ")
	switch {
	case l.Type == 'o' && len(fields) == 6:
		fields[1] = "id"
		if len(fields[2]) > 3 {
			fields[2] = "version"
		}
		fields[5] = addressForm(fields[5])
	case l.Type == 'c' && len(fields) == 3:
		fields[2] = addressForm(fields[2])
	}
	return strings.Join(fields, " ")
}

func addressForm(address string) string {
	if slices.Contains([]string{"0.0.0.0", "127.0.0.1", "::"}, address) {
		return address
	}
	return "address"
}

// extensions splits a=extmap (RFC 8285 section 8) into what is offered and the
// numbers that it has.
func (d described) extensions(at string, values []string) {
	var uris, numbers []string
	for _, v := range values {
		number, rest, _ := strings.Cut(v, " ")
		number, direction, directed := strings.Cut(number, "/")
		if directed {
			rest += " " + direction
		}
		uris = append(uris, rest)
		numbers = append(numbers, rest+named+number)
	}
	d[at+"/a=extmap"] = join(uris)
	d[at+"/extmap numbers"] = join(numbers)
}

// sources counts the sources of a=ssrc lines (RFC 5576 section 4.1) and lists what
// they say.
func sources(values []string) string {
	ids, says := map[string]bool{}, map[string]bool{}
	for _, v := range values {
		id, rest, _ := strings.Cut(v, " ")
		attribute, _, _ := strings.Cut(rest, ":")
		ids[id], says[attribute] = true, true
	}
	what := "source"
	if len(ids) > 1 {
		what = "sources"
	}
	return fmt.Sprintf("%d %s with %s", len(ids), what, strings.Join(sortedKeys(says), ", "))
}
