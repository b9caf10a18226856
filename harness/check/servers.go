package check

func serverChecks() []Check { return nil }
