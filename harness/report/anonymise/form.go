package anonymise

import (
	"math/big"
	"slices"
	"strconv"
	"strings"
)

// secretSpace is that of all values without a meaning of their own: the same
// characters are replaced alike, whatever they were used for.
const secretSpace = "secret"

// minNumber is how many digits an id has at least that is worth a replacement:
// "0" and "1" tell nothing.
const minNumber = 5

// secret replaces a value that has no meaning.
func (m *Mapper) secret(kind Kind, v string) string {
	if strings.TrimSpace(v) == "" {
		return v
	}
	if kind != Ufrag && kind != Pwd && len(v) < minNumber && isNumber(v) {
		return v
	}
	return m.replace(kind, secretSpace, v, func(n int) string { return secretForm(v, kind, n) })
}

// findable lets a secret be found in free text.
func (m *Mapper) findable(from, to string) {
	m.secrets[from] = to
	if strings.IndexFunc(from, func(r rune) bool { return !isICE(r) }) >= 0 && len(from) >= minOdd {
		at, _ := slices.BinarySearchFunc(m.odd, from, func(a, b string) int { return len(b) - len(a) })
		m.odd = slices.Insert(m.odd, at, from)
	}
}

// minOdd is how long a secret with other characters is at least that is looked for.
const minOdd = 6

// secretForm returns the n-th value of the form of v: the same length, ice-chars
// where it has them, a number where it is one, and below 2^32, 2^63 and 2^64 where
// it is below. Empty: there is none.
func secretForm(v string, kind Kind, n int) string {
	if isNumber(v) {
		return numberForm(v, n)
	}
	digits, base := strconv.FormatInt(int64(n), 36), ""
	room := 0
	for _, r := range v {
		if isICE(r) {
			room++
		}
	}
	switch first := strings.ToLower(lastWord(string(kind)))[:1]; {
	case room == 0:
		return ""
	case len(digits) < room:
		base = first + strings.Repeat("0", room-1-len(digits)) + digits
	case len(digits) == room:
		base = digits
	default:
		return ""
	}
	var b strings.Builder
	for _, r := range v {
		if isICE(r) {
			b.WriteByte(base[0])
			base = base[1:]
		} else {
			b.WriteRune(r)
		}
	}
	return b.String()
}

func lastWord(s string) string { return s[strings.LastIndexByte(s, ' ')+1:] }

// limits are what a number must not cross.
var limits = [3]*big.Int{
	new(big.Int).Lsh(big.NewInt(1), 32), new(big.Int).Lsh(big.NewInt(1), 63), new(big.Int).Lsh(big.NewInt(1), 64),
}

func numberForm(v string, n int) string {
	digits := strconv.Itoa(n)
	for _, lead := range []string{"1", "98"} {
		if v[0] == '0' {
			lead = "0"
		}
		fill := len(v) - len(lead) - len(digits)
		if fill < 0 {
			return ""
		}
		to := lead + strings.Repeat("0", fill) + digits
		if sameClass(v, to) {
			return to
		}
	}
	return ""
}

// sameClass reports whether two numbers are on the same side of every limit.
func sameClass(a, b string) bool {
	x, _ := new(big.Int).SetString(a, 10)
	y, _ := new(big.Int).SetString(b, 10)
	return !slices.ContainsFunc(limits[:], func(l *big.Int) bool { return (x.Cmp(l) < 0) != (y.Cmp(l) < 0) })
}

func isNumber(s string) bool {
	return s != "" && len(s) <= 64 && strings.Trim(s, "0123456789") == ""
}

// print replaces the hexadecimal digits of a fingerprint; what is between them
// stays, and so does the case. One fingerprint in two spellings is still one.
func (m *Mapper) print(v string) string {
	canonical := hexOf(v)
	if canonical == "" {
		return m.secret(Fingerprint, v)
	}
	to := m.replace(Fingerprint, "fingerprint", canonical, func(n int) string { return hexForm(len(canonical), n) })
	return inHexOf(v, to)
}

// hexForm returns n as that many upper-case digits; the leading ones are letters
// too, so that the case of a spelling stays to be seen.
func hexForm(length, n int) string {
	digits := strings.ToUpper(strconv.FormatInt(int64(n), 16))
	fill := length - len(digits)
	if fill < 0 {
		return ""
	}
	return strings.Repeat("FA", fill/2+1)[:min(fill, 8)] + strings.Repeat("0", max(0, fill-8)) + digits
}

func isHex(r rune) bool { return r >= '0' && r <= '9' || r|0x20 >= 'a' && r|0x20 <= 'f' }

// hexOf returns the digits of a fingerprint in upper case.
func hexOf(v string) string {
	return strings.ToUpper(strings.Map(func(r rune) rune {
		if isHex(r) {
			return r
		}
		return -1
	}, v))
}

// inHexOf writes digits in the places and the case of v.
func inHexOf(v, digits string) string {
	lower, upper := strings.ContainsAny(v, "abcdef"), strings.ContainsAny(v, "ABCDEF")
	var b strings.Builder
	for _, r := range v {
		if !isHex(r) {
			b.WriteRune(r)
			continue
		}
		if digits == "" {
			break
		}
		c := digits[:1]
		if lower && (!upper || b.Len()%2 == 1) {
			c = strings.ToLower(c)
		}
		b.WriteString(c)
		digits = digits[1:]
	}
	return b.String() + digits
}

// keptUUID begins the UUIDs that are replacements themselves.
const keptUUID = "aaaaaaaa-0000-"

// uuid replaces a UUID; its version and variant stay.
func (m *Mapper) uuid(v string) string {
	canonical := strings.ToLower(v)
	if strings.HasPrefix(canonical, keptUUID) {
		return m.keep(v)
	}
	to := m.replace(UUID, "uuid", canonical, func(n int) string {
		return keptUUID + canonical[14:15] + "000-" + canonical[19:20] + "000-" + leftPad(strconv.FormatInt(int64(n), 16), 12)
	})
	if strings.ToUpper(v) == v && canonical != v {
		return strings.ToUpper(to)
	}
	return to
}

func leftPad(s string, n int) string { return strings.Repeat("0", max(0, n-len(s))) + s }
