package serve

import (
	"fmt"
	"net"
	"net/http"
	"net/url"
	"slices"
	"strings"
)

// policy is what a page may do that nobody gave more.
const policy = "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"

// guard answers only to requests that this server's own pages, or the person at this
// machine, can have made.
func (s *Server) guard(next http.Handler) http.Handler {
	hosts := s.hosts()
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		h := w.Header()
		h.Set("Content-Security-Policy", policy)
		h.Set("X-Content-Type-Options", "nosniff")
		h.Set("Referrer-Policy", "no-referrer")
		h.Set("Cross-Origin-Resource-Policy", "same-origin")
		h.Set("Cross-Origin-Opener-Policy", "same-origin")
		h.Set("Cache-Control", "no-store")
		if code, why := refusal(r, hosts); code != 0 {
			if code == http.StatusMethodNotAllowed {
				h.Set("Allow", "GET, HEAD")
			}
			http.Error(w, "refused: "+why, code)
			return
		}
		next.ServeHTTP(w, r)
	})
}

// hosts are the names that this server answers to, with the port as a browser sends it.
func (s *Server) hosts() []string {
	own, _, _ := net.SplitHostPort(s.listener.Addr().String()) // a listener has one
	var hosts []string
	for _, name := range []string{own, "127.0.0.1", "::1", "localhost"} {
		host := net.JoinHostPort(name, s.ports)
		if slices.Contains(hosts, host) {
			continue
		}
		hosts = append(hosts, host)
		if s.ports == "80" { // which browsers leave out
			hosts = append(hosts, strings.TrimSuffix(host, ":80"))
		}
	}
	return hosts
}

// refusal says why a request gets no answer, and with which status; 0: it gets one.
func refusal(r *http.Request, hosts []string) (code int, why string) {
	if r.Method != http.MethodGet && r.Method != http.MethodHead {
		return http.StatusMethodNotAllowed, fmt.Sprintf("the method is %.20q; want GET or HEAD: this server only shows", r.Method)
	}
	if host := strings.ToLower(r.Host); !slices.Contains(hosts, host) {
		return http.StatusForbidden, fmt.Sprintf("the Host is %.100q; want %s: another name that leads here may be somebody else's page (DNS rebinding)",
			r.Host, strings.Join(hosts, ", "))
	}
	for _, origin := range r.Header.Values("Origin") {
		at, err := url.Parse(origin)
		if err != nil || at.Scheme != "http" || !strings.EqualFold(at.Host, r.Host) {
			return http.StatusForbidden, fmt.Sprintf("the Origin is %.100q; want http://%s: pages of others may not read reports", origin, r.Host)
		}
	}
	site, mode := r.Header.Get("Sec-Fetch-Site"), r.Header.Get("Sec-Fetch-Mode")
	// From another port of this machine a person may follow a link, and a page may not read.
	if site == "cross-site" || site == "same-site" && mode != "navigate" {
		return http.StatusForbidden, fmt.Sprintf("the request comes from another site (Sec-Fetch-Site is %.20q): open the address by itself", site)
	}
	return 0, ""
}
