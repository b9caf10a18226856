package scenario

// lifecycleScenarios are the scenarios of family lifecycle that this file has the acts of.
func lifecycleScenarios() []Scenario { return nil }

func lifecycleActs() map[Course]act { return nil }
