package upgrade

import (
	"debug/buildinfo"
	"fmt"

	"github.com/webrtc-rink/rink/harness/peer/pionbuild"
)

// ModulesOf lists what an agent was built from: a version, or the folder that stands
// in its place, by module path.
func ModulesOf(agent string) (map[string]string, error) {
	info, err := buildinfo.ReadFile(agent)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", agent, err)
	}
	modules := map[string]string{}
	for _, m := range info.Deps {
		switch {
		case m.Replace != nil && pionbuild.IsFolder(m.Replace.Path):
			modules[m.Path] = m.Replace.Path
		case m.Replace != nil:
			modules[m.Path] = m.Replace.Version
		default:
			modules[m.Path] = m.Version
		}
	}
	return modules, nil
}
