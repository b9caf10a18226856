package check

func bundleChecks() []Check { return nil }
