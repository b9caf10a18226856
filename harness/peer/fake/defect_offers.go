package fake

func fieldDefects() []Defect { return nil }
