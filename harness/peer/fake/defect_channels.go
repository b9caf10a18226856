package fake

func channelDefects() []Defect { return nil }
