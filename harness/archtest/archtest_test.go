// Package archtest holds the rules of the house that a compiler does not know: who
// imports whom, how long a file may be, what must be documented, and that go.mod
// leaves the subject of the tests alone.
package archtest

import (
	"encoding/json"
	"go/ast"
	"go/parser"
	"go/token"
	"io"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

const module = "github.com/webrtc-rink/rink"

// root of the checkout, seen from here.
const root = "../.."

// pkg is what go list says of a package.
type pkg struct {
	ImportPath   string
	Dir          string
	Standard     bool
	GoFiles      []string
	TestGoFiles  []string
	XTestGoFiles []string
	Imports      []string
	TestImports  []string
	XTestImports []string
}

func packages(t *testing.T) []pkg {
	t.Helper()
	cmd := exec.Command("go", "list", "-json", "./...")
	cmd.Dir, cmd.Stderr = root, os.Stderr
	out, err := cmd.Output()
	if err != nil {
		t.Fatal(err)
	}
	var all []pkg
	for dec := json.NewDecoder(strings.NewReader(string(out))); ; {
		var p pkg
		if err := dec.Decode(&p); err == io.EOF {
			return all
		} else if err != nil {
			t.Fatal(err)
		}
		all = append(all, p)
	}
}

// within reports whether a path is the package or below it; both are relative to
// the module.
func within(path, dir string) bool { return path == dir || strings.HasPrefix(path, dir+"/") }

func withinAny(path string, dirs ...string) bool {
	return slices.ContainsFunc(dirs, func(d string) bool { return within(path, d) })
}

// TestImports: data goes one way, and each implementation has one door.
func TestImports(t *testing.T) {
	pure := []string{"harness/wire", "harness/trace", "harness/check", "harness/expect", "harness/report", "harness/peer", "harness/compare", "harness/fingerprint"}
	doors := []string{
		"harness/peer/pion", "harness/peer/chrome", "harness/peer/firefox", "harness/peer/page", "harness/peer/agent", "harness/peer/program",
		"harness/peer/fake", "harness/peer/peertest",
	}
	allowed := map[string][]string{ // outside module -> who may import it
		"github.com/pion/":                      {"harness/peer/pion", "harness/bench"}, // the bench compares with it
		"github.com/chromedp/":                  {"harness/peer/chrome", "harness/bench", "harness/report/html"},
		"golang.org/x/net/websocket":            {"harness/peer/firefox"},
		"github.com/onsi/":                      {"harness/icematch", "suites"},
		"github.com/vishvananda/":               {"harness/netlab"},
		"github.com/alecthomas/kong":            {"harness/cmd"},
		"github.com/santhosh-tekuri/jsonschema": {"harness/report/schema"},
		"go.yaml.in/yaml":                       {"harness/expect", "harness/cmd"}, // the command's test plays the manifests of fixtures/ci
		"github.com/Masterminds/semver":         {"harness/expect"},
		"golang.org/x/perf/":                    {"harness/compare"},
		"github.com/aclements/":                 {"harness/compare"},
		"github.com/stretchr/":                  nil,
		"gopkg.in/yaml":                         nil,
	}
	for _, p := range packages(t) {
		self := strings.TrimPrefix(strings.TrimPrefix(p.ImportPath, module), "/")
		for _, path := range slices.Concat(p.Imports, p.TestImports, p.XTestImports) {
			for prefix, who := range allowed {
				if strings.HasPrefix(path, prefix) && !withinAny(self, who...) && !example(self, p, path) {
					t.Errorf("%s imports %s: only %v may", self, path, who)
				}
			}
		}
		for _, path := range p.Imports {
			ours, ok := strings.CutPrefix(path, module+"/")
			if host, _, _ := strings.Cut(path, "/"); !ok && self == "harness/peer/agent" && strings.Contains(host, ".") {
				t.Errorf("%s imports %s: an agent of somebody else's brings only the contract", self, path)
			}
			if !ok {
				continue
			}
			if withinAny(self, pure...) && !withinAny(self, doors...) && !withinAny(ours, pure...) {
				t.Errorf("%s imports %s: judging knows nothing of sessions", self, ours)
			}
			if within(self, "harness") && within(ours, "suites") {
				t.Errorf("%s imports %s: the library does not know its front ends", self, ours)
			}
			if self == "harness/peer" {
				t.Errorf("%s imports %s: the contract stands alone", self, ours)
			}
			if self == "harness/peer/agent" && ours != "harness/peer" && ours != "harness/peer/program" {
				t.Errorf("%s imports %s: an agent of somebody else's brings only the contract", self, ours)
			}
		}
	}
}

// example lets the examples of how to bring a peer of one's own use pion, as
// their readers will.
func example(self string, p pkg, path string) bool {
	return (self == "harness" || self == "suites") && !slices.Contains(p.Imports, path)
}

// TestFiles: short files, short functions, docs on what others use.
func TestFiles(t *testing.T) {
	const maxLines, maxFunc = 400, 60
	for _, p := range packages(t) {
		documented := false
		files := slices.Concat(p.GoFiles, p.TestGoFiles, p.XTestGoFiles)
		for _, name := range files {
			path := filepath.Join(p.Dir, name)
			set := token.NewFileSet()
			file, err := parser.ParseFile(set, path, nil, parser.ParseComments)
			if err != nil {
				t.Fatal(err)
			}
			documented = documented || file.Doc != nil
			if n := set.Position(file.FileEnd).Line; n > maxLines {
				t.Errorf("%s: %d lines, want at most %d", path, n, maxLines)
			}
			ast.Inspect(file, func(n ast.Node) bool {
				if f, ok := n.(*ast.FuncDecl); ok {
					if lines := lines(set, f) - tables(set, f); lines > maxFunc {
						t.Errorf("%s: %s has %d lines, want at most %d", set.Position(f.Pos()), f.Name.Name, lines, maxFunc)
					}
				}
				return true
			})
			if !strings.HasSuffix(name, "_test.go") {
				undocumented(t, set, file)
			}
		}
		if len(p.GoFiles) > 0 && !documented {
			t.Errorf("%s: no package comment", p.ImportPath)
		}
		if base := filepath.Base(p.ImportPath); slices.Contains([]string{"util", "utils", "common", "helpers", "misc"}, base) {
			t.Errorf("%s: a package is named for what it is about", p.ImportPath)
		}
	}
}

func lines(set *token.FileSet, n ast.Node) int {
	return set.Position(n.End()).Line - set.Position(n.Pos()).Line + 1
}

// tables counts the lines of a function that are data: a table of cases is read
// row by row.
func tables(set *token.FileSet, f *ast.FuncDecl) int {
	n := 0
	ast.Inspect(f, func(at ast.Node) bool {
		literal, ok := at.(*ast.CompositeLit)
		if ok {
			n += lines(set, literal) - 1
		}
		return !ok
	})
	return n
}

// undocumented finds exported names without a comment.
func undocumented(t *testing.T, set *token.FileSet, file *ast.File) {
	t.Helper()
	missing := func(pos token.Pos, name string) { t.Errorf("%s: %s has no comment", set.Position(pos), name) }
	for _, decl := range file.Decls {
		switch d := decl.(type) {
		case *ast.FuncDecl:
			if d.Name.IsExported() && d.Doc == nil && (d.Recv == nil || exportedReceiver(d)) {
				missing(d.Pos(), d.Name.Name)
			}
		case *ast.GenDecl:
			for _, spec := range d.Specs {
				switch s := spec.(type) {
				case *ast.TypeSpec:
					if s.Name.IsExported() && d.Doc == nil && s.Doc == nil {
						missing(s.Pos(), s.Name.Name)
					}
				case *ast.ValueSpec:
					if s.Names[0].IsExported() && d.Doc == nil && s.Doc == nil && s.Comment == nil {
						missing(s.Pos(), s.Names[0].Name)
					}
				}
			}
		}
	}
}

func exportedReceiver(d *ast.FuncDecl) bool {
	expr := d.Recv.List[0].Type
	if star, ok := expr.(*ast.StarExpr); ok {
		expr = star.X
	}
	name, ok := expr.(*ast.Ident)
	return ok && name.IsExported()
}

// TestTopLevel: the top of the checkout is fixed.
func TestTopLevel(t *testing.T) {
	want := []string{
		"suites", "harness", "fixtures", "reports", "go.mod", "go.sum", "Makefile",
		"README.md", "CHANGELOG.md", "CONTRIBUTING.md", "LICENSE",
	}
	entries, err := os.ReadDir(root)
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range entries {
		if name := e.Name(); !strings.HasPrefix(name, ".") && name != "bin" && !slices.Contains(want, name) {
			t.Errorf("%s: not one of the entries of the top level", name)
		}
	}
	for _, name := range want {
		if _, err := os.Stat(filepath.Join(root, name)); err != nil {
			t.Error(err)
		}
	}
}

// TestReportsHoldsNoCode: reports is what comes out, data only.
func TestReportsHoldsNoCode(t *testing.T) {
	err := filepath.WalkDir(filepath.Join(root, "reports"), func(path string, d fs.DirEntry, err error) error {
		if err == nil && !d.IsDir() && strings.HasSuffix(path, ".go") {
			t.Errorf("%s: reports holds data only", path)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
}
