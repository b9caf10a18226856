package scenario

// descriptionScenarios are the scenarios of family robustness that this file has the acts of.
func descriptionScenarios() []Scenario { return nil }

func descriptionActs() map[Course]act { return nil }
