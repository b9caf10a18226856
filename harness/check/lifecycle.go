package check

func lifecycleChecks() []Check { return nil }
