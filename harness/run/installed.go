package run

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
)

// PeersDir is where the peers in other languages and other versions live,
// relative to the checkout.
const PeersDir = "fixtures/peers"

// manifest says how a peer is started and what there must be for that. {dir}
// stands for the manifest's folder.
type manifest struct {
	ID             string   `json:"id"`
	Implementation string   `json:"implementation"`
	Command        []string `json:"command"`
	// Install is the command that brings what is missing.
	Install []string `json:"install"`
	// Missing is a path, from the folder or with {dir}, without which the peer is
	// not installed.
	Missing string `json:"missing"`
}

// Agents returns the peers below a folder that speak the agent protocol, by id:
// one for each manifest, which is NAME/peer.json or NAME/bin/*.peer.json. A folder
// that does not exist has none. The error joins all that is wrong.
func Agents(dir string) (Roster, error) {
	var roster Roster
	var errs []error
	for _, pattern := range []string{filepath.Join("*", "peer.json"), filepath.Join("*", "bin", "*.peer.json")} {
		paths, err := filepath.Glob(filepath.Join(dir, pattern))
		if err != nil {
			return nil, fmt.Errorf("peers: %w", err)
		}
		for _, path := range paths {
			entry, err := readManifest(path)
			if err != nil {
				errs = append(errs, fmt.Errorf("%s: %w", path, err))
				continue
			}
			roster = append(roster, entry)
		}
	}
	slices.SortFunc(roster, func(a, b Entry) int { return strings.Compare(a.ID, b.ID) })
	for i := 1; i < len(roster); i++ {
		if roster[i].ID == roster[i-1].ID {
			errs = append(errs, fmt.Errorf("peer %q: two manifests below %s have this id", roster[i].ID, dir))
		}
	}
	return roster, errors.Join(errs...)
}

func readManifest(path string) (Entry, error) {
	data, err := os.ReadFile(path)
	if err != nil {
		return Entry{}, err
	}
	var m manifest
	dec := json.NewDecoder(bytes.NewReader(data))
	dec.DisallowUnknownFields()
	if err := dec.Decode(&m); err != nil {
		return Entry{}, err
	}
	if !agentName.MatchString(m.ID) || len(m.Command) == 0 {
		return Entry{}, fmt.Errorf("got id %q and command %q, want both", m.ID, m.Command)
	}
	dir, err := filepath.Abs(filepath.Dir(path))
	if err != nil {
		return Entry{}, err
	}
	command := make([]string, len(m.Command))
	for i, word := range m.Command {
		command[i] = strings.ReplaceAll(word, "{dir}", dir)
	}
	needed := strings.ReplaceAll(m.Missing, "{dir}", dir)
	if !filepath.IsAbs(needed) {
		needed = filepath.Join(dir, needed)
	}
	e := Agent(m.ID, command...)
	e.Implementation = m.Implementation
	e.Available = func() error {
		_, err := os.Stat(needed)
		if errors.Is(err, fs.ErrNotExist) {
			return fmt.Errorf("not installed: %s installs it", strings.Join(m.Install, " "))
		}
		return err
	}
	return e, nil
}
