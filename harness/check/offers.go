package check

func fieldChecks() []Check { return nil }
