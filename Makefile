# Everything a user or a contributor does is one of these. `make help` lists them.

GO   ?= go
RINK  = $(GO) run ./harness/cmd/rink
TOOL  = $(GO) tool -modfile=.ci/tools/go.mod

# What to add to rink run: make interop ARGS="--scenarios 'trickle-*'"
ARGS ?=
# The run or baseline to compare with: make interop AGAINST=reports/baseline/pion@v3.3.6.json
AGAINST ?=
# Who plays in make seed: make seed PEERS=aiortc,chrome
PEERS ?= all
# How long each fuzz target runs.
FUZZTIME ?= 30s
# The releases of pion that reports/baseline holds, and how often each is played: what
# flips with the load of the machine looks steady in three runs.
BASELINE ?= v3.2.40 v3.3.6 v4.2.26
RUNS     ?= 6
# Packages to test.
PKG ?= ./...

.DEFAULT_GOAL := help
.PHONY: help setup interop peers matrix seed test suites lint mutants bench fuzz report baseline upgrade-check clean

help: ## list the targets
	@grep -E '^[a-z%-]+:.*## ' $(MAKEFILE_LIST) | sed -e 's/:.*## /	/' | expand -t 12

setup: ## get what is missing: Go modules, a browser
	$(GO) mod download
	$(RINK) doctor --install

interop: setup ## run pion <-> Chrome, grade them, write reports/out/latest/ (AGAINST=FILE: what changed since)
	$(RINK) run $(AGAINST:%=--baseline %) $(ARGS)

peers: ## install the peers in other languages and versions, as far as it can be done
	@for install in fixtures/peers/*/install; do $$install || echo "$$install: left out" >&2; done
	@$(RINK) list peers

peer-%: ## install one of them: make peer-aiortc
	fixtures/peers/$*/install

matrix: setup ## run every peer that is installed with every one, both ways
	$(RINK) run --peers all $(AGAINST:%=--baseline %) $(ARGS)

# Of these packages' tests it is the suites alone; the others are in make test.
GINKGO = $(RINK) netns --or-host -- $(GO) tool ginkgo --fail-on-empty

seed: setup ## play the story of the README: no gathering awaited, candidates without mid and index (PEERS=all)
	@$(GINKGO) ./suites/seed -- -test.run='^TestSeed$$' -peers='$(PEERS)'

upgrade-check: setup ## what changes when pion changes: make upgrade-check FROM=v3.2.40 TO=v3.3.6
	@test -n "$(FROM)" && test -n "$(TO)" || { echo "make upgrade-check: say FROM= and TO=, such as FROM=v3.2.40 TO=v3.3.6" >&2; exit 2; }
	$(RINK) upgrade --from $(FROM) --to $(TO) $(ARGS)

# The tests run in a private network, as runs do; what they need from elsewhere
# is fetched and built before.
test: setup ## run all tests
	$(GO) vet ./...
	$(RINK) netns --or-host -- $(GO) test $(PKG)

suites: setup ## run the Ginkgo suites alone
	$(GINKGO) -p --randomize-all ./suites ./suites/seed -- -test.run='^Test(Suites|Seed)$$'

lint: ## go vet, staticcheck, gofumpt, ginkgolinter
	$(GO) vet ./...
	$(TOOL) staticcheck ./...
	$(TOOL) ginkgolinter ./...
	@unformatted=$$($(TOOL) gofumpt -l . ) && test -z "$$unformatted" || { echo "not formatted by gofumpt: $$unformatted"; exit 1; }

mutants: ## prove that every check can go red and none does without a cause
	$(RINK) mutants

bench: setup ## measure what a session costs, write reports/out/bench.json
	$(RINK) netns --or-host -- $(GO) run ./harness/bench

fuzz: ## fuzz every reader of untrusted input, FUZZTIME each
	@set -e; for at in $$(grep -rlE '^func Fuzz' --include='*_test.go' harness | xargs -n1 dirname | sort -u); do \
	  for target in $$(grep -ohE '^func Fuzz[A-Za-z0-9_]+' $$at/*_test.go | sed 's/func //'); do \
	    echo "$$at $$target"; $(GO) test ./$$at -run '^$$' -fuzz "^$$target$$" -fuzztime $(FUZZTIME) -fuzzminimizetime 20x; \
	  done; \
	done

report: ## write the views of the newest report again (AGAINST=FILE: with what changed since)
	$(RINK) report reports/out/latest $(AGAINST:%=--baseline %)

# go run says 1 whatever the program's exit code is, and only 1 (a peer deviates)
# is to be passed over here.
baseline: setup ## play the committed versions of pion with Chrome again, write reports/baseline/
	fixtures/peers/pion/install $(BASELINE)
	$(GO) build -o bin/rink ./harness/cmd/rink
	@set -e; for v in $(BASELINE); do \
	  out=reports/out/baseline/$$v; rm -rf $$out; \
	  for seed in $$(seq $(RUNS)); do \
	    bin/rink run --seed $$seed --pairs "pion@$$v->chrome,chrome->pion@$$v" --out $$out || test $$? -eq 1; \
	  done; \
	  bin/rink baseline --out reports/baseline/pion@$$v.json $$out/2*; \
	done
	bin/rink history reports/baseline

clean: ## remove what runs and builds left
	rm -rf reports/out bin
	$(GO) clean -testcache
