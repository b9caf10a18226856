package check

func apiChecks() []Check { return nil }
