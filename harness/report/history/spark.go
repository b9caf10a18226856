package history

import (
	"math"
	"strings"
)

// What a sparkline measures, in pixels.
const (
	barWidth  = 12
	barGap    = 3
	barHeight = 20
)

// Spark is a row of bars, one for each version: met below, deviating above.
type Spark struct {
	Width, Height int
	Label         string // what the bars say, in words
	Bars          []Bar
}

// Bar is a part of a sparkline.
type Bar struct {
	Class               string // met, red, none
	X, Y, Width, Height int
}

func sparkOf(cells []Cell) Spark {
	s := Spark{Width: max(0, len(cells)*(barWidth+barGap)-barGap), Height: barHeight}
	var words []string
	for i, c := range cells {
		words = append(words, c.Version+": "+c.Word())
		x := i * (barWidth + barGap)
		if c.Met()+c.Red() == 0 {
			s.Bars = append(s.Bars, Bar{"none", x, barHeight - 2, barWidth, 2})
			continue
		}
		met := int(math.Round(c.Share() * barHeight))
		if c.Red() > 0 { // also what is rare has to be seen
			met = min(met, barHeight-2)
		}
		if c.Met() > 0 {
			met = max(met, 2)
			s.Bars = append(s.Bars, Bar{"met", x, barHeight - met, barWidth, met})
		}
		if c.Red() > 0 {
			s.Bars = append(s.Bars, Bar{"red", x, 0, barWidth, barHeight - met})
		}
	}
	s.Label = strings.Join(words, ", ")
	return s
}
