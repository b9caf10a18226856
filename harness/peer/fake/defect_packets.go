package fake

func packetDefects() []Defect { return nil }
