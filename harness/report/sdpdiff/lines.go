package sdpdiff

import "strings"

// Line is a line of one or both texts.
type Line struct {
	Class Class // Same, OnlyA or OnlyB
	A, B  int   // number of the line, from 1; 0 where it is not
	Text  string
}

// lines compares two texts by line, as far as MaxLines.
func lines(a, b string) (out []Line, more int) {
	x, moreX := split(a)
	y, moreY := split(b)
	for i, j := 0, 0; i < len(x) || j < len(y); {
		// What begins and ends alike needs no table.
		if i < len(x) && j < len(y) && x[i] == y[j] {
			out = append(out, Line{Same, i + 1, j + 1, cut(x[i])})
			i, j = i+1, j+1
			continue
		}
		endX, endY := len(x), len(y)
		for endX > i && endY > j && x[endX-1] == y[endY-1] {
			endX, endY = endX-1, endY-1
		}
		out = append(out, middle(x[i:endX], y[j:endY], i, j)...)
		i, j = endX, endY
	}
	return out, max(moreX, moreY)
}

// split takes the lines apart, at most MaxLines.
func split(s string) (list []string, more int) {
	if s == "" {
		return nil, 0
	}
	s = strings.TrimSuffix(s, "\n")
	list = strings.SplitN(s, "\n", MaxLines+1)
	if len(list) > MaxLines {
		more = 1 + strings.Count(list[MaxLines], "\n")
		list = list[:MaxLines]
	}
	for i := range list {
		list[i] = strings.TrimSuffix(list[i], "\r")
	}
	return list, more
}

// middle is a longest common subsequence of x and y with what is around it. The
// numbers of their first lines are i+1 and j+1.
func middle(x, y []string, i, j int) []Line {
	table := make([][]int16, len(x)+1) // length of the longest one from here on
	for a := range table {
		table[a] = make([]int16, len(y)+1)
	}
	for a := len(x) - 1; a >= 0; a-- {
		for b := len(y) - 1; b >= 0; b-- {
			if x[a] == y[b] {
				table[a][b] = table[a+1][b+1] + 1
			} else {
				table[a][b] = max(table[a+1][b], table[a][b+1])
			}
		}
	}
	var out []Line
	a, b := 0, 0
	for a < len(x) || b < len(y) {
		switch {
		case a < len(x) && b < len(y) && x[a] == y[b]:
			out = append(out, Line{Same, i + a + 1, j + b + 1, cut(x[a])})
			a, b = a+1, b+1
		case b == len(y) || a < len(x) && table[a+1][b] >= table[a][b+1]:
			out = append(out, Line{OnlyA, i + a + 1, 0, cut(x[a])})
			a++
		default:
			out = append(out, Line{OnlyB, 0, j + b + 1, cut(y[b])})
			b++
		}
	}
	return out
}
