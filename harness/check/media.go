package check

func mediaChecks() []Check { return nil }
