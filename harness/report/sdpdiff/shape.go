package sdpdiff

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/webrtc-rink/rink/harness/wire"
)

// maxKinds is how many kinds of something a shape names.
const maxKinds = 12

// joinFeedback lists the feedback of one codec, as it is and as a set.
func joinFeedback(values []value) (text, norm string) {
	var all []string
	for _, v := range values {
		all = append(all, strings.Join(strings.Fields(v.text), " "))
	}
	set := slices.Clone(all)
	slices.Sort(set)
	return strings.Join(all, "; "), strings.Join(slices.Compact(set), "; ")
}

func joinTexts(values []value) string {
	var all []string
	for _, v := range values {
		all = append(all, v.text)
	}
	return strings.Join(all, "; ")
}

// shapeOfCandidates says what candidates there are without what is drawn or found
// anew: "host udp IPv4 ×2, srflx udp IPv4".
func shapeOfCandidates(values []value) string {
	return count(values, func(v value) string {
		c, err := wire.ParseCandidate("candidate:" + v.text)
		if err != nil {
			return "not readable"
		}
		family := "name"
		switch {
		case strings.Contains(c.Address, ":"):
			family = "IPv6"
		case !strings.HasSuffix(c.Address, ".local") && strings.Trim(c.Address, "0123456789.") == "":
			family = "IPv4"
		}
		kind := strings.Join([]string{cut(c.Type), strings.ToLower(cut(c.Transport)), family}, " ")
		if c.Component != 1 {
			kind += fmt.Sprintf(" component %d", c.Component)
		}
		return kind
	})
}

// shapeOfSources counts the sources of a=ssrc (RFC 5576 section 4.1) and lists what
// is said of them.
func shapeOfSources(values []value) string {
	ids, says := map[string]bool{}, map[string]bool{}
	for _, v := range values {
		id, rest, _ := strings.Cut(v.text, " ")
		attribute, _, _ := strings.Cut(rest, ":")
		ids[id], says[cut(attribute)] = true, true
	}
	what := "source"
	if len(ids) != 1 {
		what = "sources"
	}
	names := slices.Sorted(maps.Keys(says))
	if len(names) > maxKinds {
		names = append(names[:maxKinds:maxKinds], "…")
	}
	return fmt.Sprintf("%d %s with %s", len(ids), what, strings.Join(names, ", "))
}

func shapeOfGroups(values []value) string {
	return count(values, func(v value) string {
		fields := strings.Fields(v.text)
		if len(fields) == 0 {
			return "empty"
		}
		return fmt.Sprintf("%s of %d", cut(fields[0]), len(fields)-1)
	})
}

// count lists kinds with how many there are, in the order of the alphabet.
func count(values []value, kind func(value) string) string {
	n := map[string]int{}
	for _, v := range values {
		n[kind(v)]++
	}
	var parts []string
	for _, k := range slices.Sorted(maps.Keys(n)) {
		if len(parts) == maxKinds {
			parts = append(parts, "…")
			break
		}
		if n[k] > 1 {
			k = fmt.Sprintf("%s ×%d", k, n[k])
		}
		parts = append(parts, k)
	}
	return strings.Join(parts, ", ")
}
