package fake

func mediaDefects() []Defect { return nil }
