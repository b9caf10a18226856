package fake

func lifecycleDefects() []Defect { return nil }
