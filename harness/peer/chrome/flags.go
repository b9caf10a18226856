package chrome

import (
	"fmt"
	"slices"
	"strings"

	"github.com/chromedp/chromedp"
)

// silenced are the hosts that Chromium calls by itself even with background
// networking off. ICE servers are not among them.
const silenced = "MAP accounts.google.com ~NOTFOUND, MAP clients*.google.com ~NOTFOUND, MAP *.googleapis.com ~NOTFOUND"

// baseFlags are the flags of every browser that Start runs.
var baseFlags = []string{
	"--headless",
	"--no-first-run",
	"--no-default-browser-check",
	"--no-startup-window", // the pages are made by us
	"--enable-automation",

	// Nothing but the sessions goes to the network.
	"--disable-background-networking",
	"--disable-client-side-phishing-detection",
	"--disable-component-update",
	"--disable-default-apps",
	"--disable-domain-reliability",
	"--disable-extensions",
	"--disable-sync",
	"--disable-quic",
	"--metrics-recording-only",
	"--no-pings",
	"--host-resolver-rules=" + silenced,
	"--disable-features=Translate,OptimizationHints,MediaRouter,DialMediaRouteProvider,AutofillServerCommunication,CertificateTransparencyComponentUpdater",

	// Pages that nobody looks at run at full speed.
	"--disable-background-timer-throttling",
	"--disable-backgrounding-occluded-windows",
	"--disable-renderer-backgrounding",
	"--disable-hang-monitor",
	"--disable-ipc-flooding-protection",

	"--autoplay-policy=no-user-gesture-required",
	"--mute-audio",
	"--hide-scrollbars",
	"--disable-gpu",
	"--disable-dev-shm-usage",
	"--disable-breakpad",
	"--password-store=basic",
	"--use-mock-keychain",
}

// commandLine joins the flags of every browser and the user's own. A flag of the
// user's replaces the same one of ours, except that lists of features add up.
func commandLine(extra []string, root bool) ([]string, error) {
	flags := slices.Clone(baseFlags)
	if root {
		flags = append(flags, "--no-sandbox")
	}
	for _, f := range extra {
		name, value, _ := strings.Cut(f, "=")
		switch {
		case !strings.HasPrefix(name, "--") || name == "--":
			return nil, fmt.Errorf("flag: got %q, want --name or --name=value", f)
		case name == "--no-sandbox" && !root:
			return nil, fmt.Errorf("flag: got %q, want the sandbox: only root runs without it", f)
		case name == "--user-data-dir":
			return nil, fmt.Errorf("flag: got %q, want no profile of your own: every browser gets a fresh one", f)
		}
		at := slices.IndexFunc(flags, func(old string) bool {
			return old == name || strings.HasPrefix(old, name+"=")
		})
		switch {
		case at < 0:
			flags = append(flags, f)
		case name == "--disable-features" || name == "--enable-features":
			flags[at] += "," + value
		default:
			flags[at] = f
		}
	}
	return flags, nil
}

// allocatorFlags turns a command line into chromedp's options.
func allocatorFlags(flags []string) []chromedp.ExecAllocatorOption {
	// chromedp would add it by itself for root.
	options := []chromedp.ExecAllocatorOption{chromedp.Flag("no-sandbox", false)}
	for _, f := range flags {
		name, value, hasValue := strings.Cut(strings.TrimPrefix(f, "--"), "=")
		if hasValue {
			options = append(options, chromedp.Flag(name, value))
		} else {
			options = append(options, chromedp.Flag(name, true))
		}
	}
	return options
}
