package scenario

// bundleScenarios are the scenarios of family bundle that this file has the acts of.
func bundleScenarios() []Scenario { return nil }

func bundleActs() map[Course]act { return nil }
