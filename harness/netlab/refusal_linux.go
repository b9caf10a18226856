package netlab

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"strings"

	"golang.org/x/sys/unix"
)

// system is what decides whether the kernel lets this process make a private
// network.
type system struct {
	root       fs.FS // the file system, for the kernel's parameters
	uid        int
	privileged bool // needs no user namespace
}

func thisSystem() system {
	s := system{root: os.DirFS("/"), uid: os.Geteuid()}
	_, sets, err := capabilities()
	const needed = 1<<unix.CAP_SYS_ADMIN | 1<<unix.CAP_NET_ADMIN
	s.privileged = s.uid == 0 && err == nil && sets[0].Effective&needed == needed
	return s
}

// stepVeth is the step that fails in a kernel without veth.
const stepVeth = "veth pair"

// explain turns the kernel's refusal of step into an error that matches
// ErrUnsupported and says why, where that can be known, and what to do.
func (s system) explain(step string, err error) error {
	why := s.reason(step, err)
	if why == "" {
		return fmt.Errorf("%w: %s: %w", ErrUnsupported, step, err)
	}
	return fmt.Errorf("%w: %s: %w: %s; or use the host network", ErrUnsupported, step, err, why)
}

// reason is empty when the error says all there is.
func (s system) reason(step string, err error) string {
	switch {
	case step == stepVeth && errors.Is(err, unix.EOPNOTSUPP):
		return "this kernel has no veth (CONFIG_VETH): load it with 'modprobe veth' as root"
	case errors.Is(err, fs.ErrNotExist):
		return selfExe + " is not there: mount /proc"
	case errors.Is(err, unix.EPERM), errors.Is(err, unix.EACCES):
		return s.forbidden()
	case errors.Is(err, unix.ENOSPC), errors.Is(err, unix.EUSERS):
		return s.exhausted()
	case errors.Is(err, unix.EINVAL), errors.Is(err, unix.ENOSYS):
		return "this kernel has no network or user namespaces (CONFIG_NET_NS, CONFIG_USER_NS): run as root on another kernel"
	}
	return ""
}

// forbidden looks for who says no.
func (s system) forbidden() string {
	for _, p := range []struct{ name, forbids, allows string }{
		{"kernel.unprivileged_userns_clone", "0", "1"},
		{"kernel.apparmor_restrict_unprivileged_userns", "1", "0"},
	} {
		if !s.privileged && s.sysctl(p.name) == p.forbids {
			return fmt.Sprintf("%s is %s: run 'sysctl -w %s=%s' as root, or run as root", p.name, p.forbids, p.name, p.allows)
		}
	}
	switch {
	case s.inContainer():
		return "this container may not make namespaces: start it with '--cap-add SYS_ADMIN --cap-add NET_ADMIN', or with '--privileged'"
	case s.uid == 0:
		return "this root has neither CAP_SYS_ADMIN and CAP_NET_ADMIN nor the right to make user namespaces: grant one of the two"
	}
	return "unprivileged user namespaces are forbidden here: run as root"
}

// exhausted names the limits on the number of namespaces.
func (s system) exhausted() string {
	names := []string{"user.max_net_namespaces"}
	if !s.privileged {
		names = append(names, "user.max_user_namespaces")
	}
	limits := make([]string, len(names))
	for i, name := range names {
		limits[i] = name + " is " + s.sysctl(name)
	}
	return "the limit is reached: " + strings.Join(limits, ", ") + ": raise it with sysctl -w as root"
}

// sysctl reads a kernel parameter; "unknown" when there is none of that name.
func (s system) sysctl(name string) string {
	value, err := fs.ReadFile(s.root, "proc/sys/"+strings.ReplaceAll(name, ".", "/"))
	if err != nil {
		return "unknown"
	}
	return strings.TrimSpace(string(value))
}

// inContainer looks for the marks that Docker and Podman leave.
func (s system) inContainer() bool {
	for _, mark := range []string{".dockerenv", "run/.containerenv"} {
		if _, err := fs.Stat(s.root, mark); err == nil {
			return true
		}
	}
	return false
}
