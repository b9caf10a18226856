package scenario

// serverScenarios are the scenarios of family servers that this file has the acts of.
func serverScenarios() []Scenario { return nil }

func serverActs() map[Course]act { return nil }
