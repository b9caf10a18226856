package check

func remoteDescriptionChecks() []Check { return nil }
