package fake

func inputDefects() []Defect { return nil }
