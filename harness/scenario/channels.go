package scenario

// channelScenarios are the scenarios of family datachannel that this file has the acts of.
func channelScenarios() []Scenario { return nil }

func channelActs() map[Course]act { return nil }
