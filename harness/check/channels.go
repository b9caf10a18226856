package check

func channelChecks() []Check { return nil }
