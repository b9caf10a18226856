package fake

func remoteDescriptionDefects() []Defect { return nil }
