package trace

import (
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestStageTimesAddUpWhatWasEnteredAgain(t *testing.T) {
	stage := func(t float64, s Stage) Record { return Record{T: t, Kind: KindStage, Stage: s} }
	for name, tc := range map[string]struct {
		records []Record
		want    map[Stage]float64
	}{
		"again": {
			[]Record{{Kind: KindSession}, stage(1, StageSignal), stage(4, StageGather), {T: 5, Kind: KindLog}, stage(9, StageSignal), {T: 10.5, Kind: KindEnd}},
			map[Stage]float64{StageSignal: 4.5, StageGather: 5},
		},
		"cut off":            {[]Record{{Kind: KindSession}, stage(1, StageSignal), {T: 3, Kind: KindLog}}, map[Stage]float64{StageSignal: 2}},
		"backwards":          {[]Record{stage(5, StageSignal), stage(3, StageCheck), {T: 4, Kind: KindEnd}}, map[Stage]float64{StageSignal: 0, StageCheck: 1}},
		"no stages":          {[]Record{{Kind: KindSession}, {T: 3, Kind: KindEnd}}, map[Stage]float64{}},
		"no records":         {nil, map[Stage]float64{}},
		"a stage at the end": {[]Record{stage(1, StageLaunch), stage(2, StageClose)}, map[Stage]float64{StageLaunch: 1}},
	} {
		if diff := cmp.Diff(tc.want, StageTimes(tc.records)); diff != "" {
			t.Errorf("%s (-want +got):\n%s", name, diff)
		}
	}
}
