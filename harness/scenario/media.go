package scenario

// mediaScenarios are the scenarios of family media that this file has the acts of.
func mediaScenarios() []Scenario { return nil }

func mediaActs() map[Course]act { return nil }
