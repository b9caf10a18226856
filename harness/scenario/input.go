package scenario

// inputScenarios are the scenarios of family robustness that this file has the acts of.
func inputScenarios() []Scenario { return nil }

func inputActs() map[Course]act { return nil }
