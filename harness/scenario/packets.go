package scenario

// packetScenarios are the scenarios of family packets that this file has the acts of.
func packetScenarios() []Scenario { return nil }

func packetActs() map[Course]act { return nil }
