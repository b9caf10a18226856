package fake

func bundleDefects() []Defect { return nil }
