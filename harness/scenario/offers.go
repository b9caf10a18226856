package scenario

// fieldScenarios are the scenarios of family candidates that this file has the acts of.
func fieldScenarios() []Scenario { return nil }

func fieldActs() map[Course]act { return nil }
