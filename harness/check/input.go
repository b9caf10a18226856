package check

func inputChecks() []Check { return nil }
