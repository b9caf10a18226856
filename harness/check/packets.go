package check

func packetChecks() []Check { return nil }
