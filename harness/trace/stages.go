package trace

// StageTimes returns how long a session was in each stage, in milliseconds. A
// stage that was entered again counts with all its time; the last one lasts until
// the last record.
func StageTimes(records []Record) map[Stage]float64 {
	times := map[Stage]float64{}
	var stage Stage
	var since float64
	for i, r := range records {
		if r.Kind != KindStage && i < len(records)-1 {
			continue
		}
		if stage != "" {
			times[stage] += max(0, r.T-since) // a trace from elsewhere may run backwards
		}
		if r.Kind == KindStage {
			stage, since = r.Stage, r.T
		}
	}
	return times
}
