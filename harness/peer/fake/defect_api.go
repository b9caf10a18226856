package fake

func apiDefects() []Defect { return nil }
