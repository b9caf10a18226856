package offline

import (
	"encoding/json"
	"strconv"
	"strings"

	"github.com/webrtc-rink/rink/harness/peer"
)

// objects are the last values of each object of getStats, by id and member.
func (c connection) objects() map[string]map[string]any {
	all := map[string]map[string]any{}
	for name, s := range c.Stats {
		cut := strings.LastIndexByte(name, '-')
		if cut < 0 {
			continue
		}
		var values []any
		if json.Unmarshal([]byte(s.Values), &values) != nil || len(values) == 0 {
			continue
		}
		id := name[:cut]
		if all[id] == nil {
			all[id] = map[string]any{"statsType": s.Type}
		}
		all[id][name[cut+1:]] = values[len(values)-1]
	}
	return all
}

// stats are those of the transports at the end of the dump.
func (c connection) stats() (peer.Stats, bool) {
	var s peer.Stats
	all := c.objects()
	for id, o := range all {
		if o["statsType"] != "transport" {
			continue
		}
		t := peer.TransportStats{
			ID: id, ICERole: word(o["iceRole"]), DTLSState: word(o["dtlsState"]), DTLSRole: word(o["dtlsRole"]),
			LocalUfrag: word(o["iceLocalUsernameFragment"]), ICEState: word(o["iceState"]),
		}
		if pair := all[word(o["selectedCandidatePairId"])]; pair != nil {
			nominated := pair["nominated"] == true
			t.Nominated, t.PairState = &nominated, word(pair["state"])
			t.Local, t.Remote = candidateStats(all[word(pair["localCandidateId"])]), candidateStats(all[word(pair["remoteCandidateId"])])
		}
		s.Transports = append(s.Transports, t)
	}
	return s, len(s.Transports) > 0
}

func candidateStats(o map[string]any) *peer.CandidateStats {
	if o == nil {
		return nil
	}
	port, _ := strconv.Atoi(word(o["port"]))
	return &peer.CandidateStats{
		Type: word(o["candidateType"]), Protocol: word(o["protocol"]), Address: word(o["address"]), Port: port, Foundation: word(o["foundation"]),
	}
}

// word is a value as text; a number as it is written.
func word(v any) string {
	switch v := v.(type) {
	case string:
		return v
	case float64:
		return strconv.FormatFloat(v, 'f', -1, 64)
	}
	return ""
}
