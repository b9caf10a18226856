// Package badge writes badge.json, which shields.io's endpoint badge reads
// (https://shields.io/badges/endpoint-badge), and badge.svg, the same as a picture.
package badge

import (
	"encoding/json"
	"fmt"

	"github.com/webrtc-rink/rink/harness/report"
)

type endpoint struct {
	SchemaVersion int    `json:"schemaVersion"`
	Label         string `json:"label"`
	Message       string `json:"message"`
	Color         string `json:"color"`
}

// Render returns badge.json.
func Render(r *report.Report) ([]byte, error) {
	out, err := json.MarshalIndent(endpointOf(r), "", "  ")
	if err != nil {
		return nil, fmt.Errorf("badge.json: %w", err)
	}
	return append(out, '\n'), nil
}

func endpointOf(r *report.Report) endpoint {
	b := endpoint{SchemaVersion: 1, Label: "WebRTC interop"}
	q := r.Summary.Requirements
	partial := r.Run.Since != nil && r.Run.Since.LeftOut > 0
	switch code := report.ExitCode(r); {
	case code == report.ExitOK && r.Run.Shard != nil:
		b.Message, b.Color = fmt.Sprintf("%s: %d known", r.Run.Shard, r.Summary.Deviations.Known), "green"
	case code == report.ExitOK && partial:
		b.Message, b.Color = fmt.Sprintf("%s left out as green before", report.Plural(r.Run.Since.LeftOut, "session")), "green"
	case code == report.ExitOK:
		b.Message, b.Color = fmt.Sprintf("%d of %d met, %d known", q.Met, q.Total, r.Summary.Deviations.Known), "brightgreen"
	case code == report.ExitFailed:
		b.Message, b.Color = report.Plural(r.Summary.Deviations.Unexpected+r.Summary.Deviations.Stale+len(r.Unused), "finding"), "red"
	case code == report.ExitNothing:
		b.Message, b.Color = "nothing judged", "lightgrey"
	default:
		b.Message, b.Color = "error", "lightgrey"
	}
	return b
}
