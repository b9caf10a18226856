package netlab

import (
	"bytes"
	"context"
	"errors"
	"os"
	"os/exec"
	"strings"
	"syscall"
	"testing"
	"testing/fstest"

	"golang.org/x/sys/unix"
)

func TestExplain(t *testing.T) {
	const clone, apparmor = "proc/sys/kernel/unprivileged_userns_clone", "proc/sys/kernel/apparmor_restrict_unprivileged_userns"
	const space = "new namespace"
	user, root, weak := system{uid: 1000}, system{privileged: true}, system{}
	for _, test := range []struct {
		name  string
		who   system
		files map[string]string
		step  string
		errno unix.Errno
		want  string
	}{
		{
			"user, Debian", user,
			map[string]string{clone: "0\n"},
			space, unix.EPERM,
			"kernel.unprivileged_userns_clone is 0: run 'sysctl -w kernel.unprivileged_userns_clone=1' as root, or run as root; or use the host network",
		},
		{
			"user, Ubuntu", user,
			map[string]string{clone: "1\n", apparmor: "1\n"},
			stepVeth, unix.EPERM,
			"kernel.apparmor_restrict_unprivileged_userns is 1: run 'sysctl -w kernel.apparmor_restrict_unprivileged_userns=0' as root, or run as root; or use the host network",
		},
		{
			"user, unknown", user,
			map[string]string{clone: "1\n", apparmor: "0\n"},
			space, unix.EPERM,
			"unprivileged user namespaces are forbidden here: run as root; or use the host network",
		},
		{"user, Docker", user, map[string]string{".dockerenv": ""}, space, unix.EPERM, "--cap-add SYS_ADMIN"},
		{"root, Podman", weak, map[string]string{"run/.containerenv": ""}, space, unix.EPERM, "--cap-add SYS_ADMIN"},
		{"root, capabilities dropped", weak, nil, space, unix.EPERM, "this root has neither CAP_SYS_ADMIN and CAP_NET_ADMIN"},
		{
			"user, limit", user,
			map[string]string{"proc/sys/user/max_user_namespaces": "0\n", "proc/sys/user/max_net_namespaces": "9\n"},
			space, unix.ENOSPC,
			"user.max_net_namespaces is 9, user.max_user_namespaces is 0",
		},
		{"root, limit", root, nil, space, unix.ENOSPC, "user.max_net_namespaces is unknown: raise it"},
		{"kernel without namespaces", root, nil, space, unix.EINVAL, "CONFIG_NET_NS"},
		{"kernel without veth", root, nil, stepVeth, unix.EOPNOTSUPP, "veth pair: operation not supported: this kernel has no veth (CONFIG_VETH)"},
		{"no proc", root, nil, space, unix.ENOENT, "mount /proc"},
		{"no advice", root, nil, space, unix.ENOMEM, "new namespace: cannot allocate memory"},
	} {
		t.Run(test.name, func(t *testing.T) {
			files := fstest.MapFS{}
			for name, content := range test.files {
				files[name] = &fstest.MapFile{Data: []byte(content)}
			}
			test.who.root = files
			err := test.who.explain(test.step, test.errno)
			checkError(t, err, test.want)
			if !errors.Is(err, ErrUnsupported) || !errors.Is(err, test.errno) {
				t.Errorf("error: got %v, want one that matches ErrUnsupported and %v", err, test.errno)
			}
		})
	}
}

// TestKernelRefuses has the kernel refuse in earnest.
func TestKernelRefuses(t *testing.T) {
	needRoot(t)
	one := []syscall.SysProcIDMap{{Size: 1}}
	for _, test := range []struct {
		name, helper string
		attr         *syscall.SysProcAttr
		want         []string
	}{
		// In a user namespace where the user has no id nothing may be made.
		{
			"forbidden", "available", &syscall.SysProcAttr{Cloneflags: syscall.CLONE_NEWUSER},
			[]string{"no private network: new namespace: operation not permitted: ", "; or use the host network"},
		},
		{
			"limit", "limit", &syscall.SysProcAttr{Cloneflags: syscall.CLONE_NEWUSER, UidMappings: one, GidMappings: one},
			[]string{"no private network: new namespace: no space left on device: the limit is reached: user.max_net_namespaces is 0"},
		},
	} {
		t.Run(test.name, func(t *testing.T) {
			out, err := process(needPrivate(t), test.attr, helper(test.helper)).Output()
			if err != nil {
				t.Fatal(withStderr(err))
			}
			for _, want := range test.want {
				if !strings.Contains(string(out), want) {
					t.Errorf("error: got %q, want %q in it", out, want)
				}
			}
		})
	}
}

func TestRunNeedsInit(t *testing.T) {
	initCalled.Store(false)
	defer initCalled.Store(true)
	code, err := Run(t.Context(), []string{"true"}, RunOptions{})
	if code != exitFailed {
		t.Errorf("exit code: got %d, want %d", code, exitFailed)
	}
	checkError(t, err, "does not call netlab.Init")
}

func TestInitRefusesForeignVariable(t *testing.T) {
	ctx, cancel := context.WithTimeout(t.Context(), patience)
	defer cancel()
	cmd := process(ctx, nil, helper("view"))
	cmd.Env = append(os.Environ(), Env+"="+phaseSetup)
	var errs bytes.Buffer
	cmd.Stderr = &errs
	err := cmd.Run()
	var exit *exec.ExitError
	if !errors.As(err, &exit) || exit.ExitCode() != exitFailed {
		t.Errorf("exit: got %v, want code %d", err, exitFailed)
	}
	if want := "RINK_NETWORK_NAMESPACE=setup was not set by Rink: unset it\n"; errs.String() != want {
		t.Errorf("standard error: got %q, want %q", errs.String(), want)
	}
}
