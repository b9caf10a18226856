package scenario

// apiScenarios are the scenarios of family api that this file has the acts of.
func apiScenarios() []Scenario { return nil }

func apiActs() map[Course]act { return nil }
