package fake

func serverDefects() []Defect { return nil }
