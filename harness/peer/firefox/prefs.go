package firefox

import (
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"
)

// basePrefs are the preferences of every browser that Start runs.
var basePrefs = map[string]any{
	// Nothing but the page.
	"browser.startup.page":                          0,
	"browser.startup.homepage":                      "about:blank",
	"browser.startup.homepage_override.mstone":      "ignore",
	"startup.homepage_welcome_url":                  "about:blank",
	"browser.newtabpage.enabled":                    false,
	"browser.shell.checkDefaultBrowser":             false,
	"browser.aboutwelcome.enabled":                  false,
	"browser.tabs.warnOnClose":                      false,
	"browser.sessionstore.resume_from_crash":        false,
	"browser.tabs.unloadOnLowMemory":                false,
	"datareporting.policy.dataSubmissionEnabled":    false,
	"toolkit.startup.max_resumed_crashes":           -1,
	"trailhead.firstrun.didSeeAboutWelcome":         true,
	"browser.uitour.enabled":                        false,
	"browser.download.panel.shown":                  true,
	"security.sandbox.warn_unprivileged_namespaces": false,

	// Nothing but the sessions goes to the network.
	"app.update.disabledForTesting":                              true,
	"app.update.auto":                                            false,
	"app.normandy.enabled":                                       false,
	"app.shield.optoutstudies.enabled":                           false,
	"browser.contentblocking.introCount":                         99,
	"browser.newtabpage.activity-stream.feeds.system.topstories": false,
	"browser.ping-centre.telemetry":                              false,
	"browser.region.network.url":                                 "",
	"browser.region.update.enabled":                              false,
	"browser.safebrowsing.blockedURIs.enabled":                   false,
	"browser.safebrowsing.downloads.enabled":                     false,
	"browser.safebrowsing.malware.enabled":                       false,
	"browser.safebrowsing.phishing.enabled":                      false,
	"browser.safebrowsing.update.enabled":                        false,
	"browser.search.update":                                      false,
	"browser.topsites.contile.enabled":                           false,
	"datareporting.healthreport.uploadEnabled":                   false,
	"dom.push.connection.enabled":                                false,
	"extensions.getAddons.cache.enabled":                         false,
	"extensions.systemAddon.update.enabled":                      false,
	"extensions.systemAddon.update.url":                          "",
	"extensions.update.enabled":                                  false,
	"media.gmp-manager.updateEnabled":                            false,
	"media.gmp-manager.url":                                      "data:text/xml,<updates></updates>",
	"network.captive-portal-service.enabled":                     false,
	"network.connectivity-service.enabled":                       false,
	"network.dns.disablePrefetch":                                true,
	"network.http.speculative-parallel-limit":                    0,
	"network.prefetch-next":                                      false,
	"network.trr.mode":                                           5,
	"security.remote_settings.crlite_filters.enabled":            false,
	"services.settings.server":                                   "data:,#remote-settings-dummy/v1",
	"toolkit.telemetry.enabled":                                  false,
	"toolkit.telemetry.server":                                   "data:,",
	"toolkit.telemetry.unified":                                  false,

	// Pages that nobody looks at run at full speed, and play without a click.
	"dom.min_background_timeout_value":           4,
	"dom.timeout.enable_budget_timer_throttling": false,
	"dom.max_script_run_time":                    0,
	"dom.ipc.reportProcessHangs":                 false,
	"media.autoplay.default":                     0,
	"media.autoplay.blocking_policy":             0,
	"media.volume_scale":                         "0.0",

	// One page is one process, made when it is wanted.
	"dom.ipc.processPrelaunch.enabled": false,
}

// addresses are the preferences that say which addresses a page is told. A page
// with the permission for microphone and camera is told those of all interfaces.
func addresses(mdns bool) map[string]any {
	if mdns {
		return map[string]any{"media.peerconnection.ice.obfuscate_host_addresses": true}
	}
	return map[string]any{
		"media.peerconnection.ice.obfuscate_host_addresses": false,
		"permissions.default.camera":                        1,
		"permissions.default.microphone":                    1,
	}
}

// preferences joins those of every browser, those of MDNS, and the user's own,
// each of which replaces what was before.
func preferences(o Options) (map[string]any, error) {
	all := maps.Clone(basePrefs)
	maps.Copy(all, addresses(o.MDNS))
	for name, value := range o.Prefs {
		switch value.(type) {
		case bool, int, string:
		default:
			return nil, fmt.Errorf("pref %s: got %T, want a bool, an int or a string", name, value)
		}
		if name == "" {
			return nil, fmt.Errorf("pref: got no name for the value %v", value)
		}
	}
	maps.Copy(all, o.Prefs)
	return all, nil
}

// userJS is the user.js of a profile with the preferences.
func userJS(prefs map[string]any) (string, error) {
	var text strings.Builder
	for _, name := range slices.Sorted(maps.Keys(prefs)) {
		key, err := json.Marshal(name)
		if err != nil {
			return "", err
		}
		value, err := json.Marshal(prefs[name])
		if err != nil {
			return "", err
		}
		fmt.Fprintf(&text, "user_pref(%s, %s);\n", key, value)
	}
	return text.String(), nil
}

// shown lists preferences as name=value.
func shown(prefs map[string]any) string {
	var all []string
	for _, name := range slices.Sorted(maps.Keys(prefs)) {
		all = append(all, fmt.Sprintf("%s=%v", name, prefs[name]))
	}
	return strings.Join(all, " ")
}
