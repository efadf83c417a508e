# Every task of the project. `make` alone lists them.
# The scripts in .ci do what needs more than a line; they run alone as well.

SHELL := bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help
MAKEFLAGS += --no-print-directory

GO ?= go
# PACKAGES narrows a run: make test-go PACKAGES=./store
PACKAGES ?= ./...
# ARGS reaches the program: make run ARGS="--addr localhost:9000"
ARGS ?=
# The packages whose tests talk to a database.
PG_PACKAGES ?= ./store/... ./cmd/...
# SPECS narrows the browser tests: make test-browser SPECS=journey.test.mjs
SPECS ?= *.test.mjs

.PHONY: help
help: ## list the targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  %-14s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

.PHONY: run
run: ## start the portal on http://localhost:8080 with its data in ./data
	@$(GO) run ./cmd/guesthouse serve $(ARGS)

.PHONY: build
build: ## build the one static binary, bin/guesthouse
	CGO_ENABLED=0 $(GO) build -trimpath -ldflags '-s -w' -o bin/guesthouse ./cmd/guesthouse

.PHONY: test
test: test-go test-pg test-browser ## run every test, setting up what is missing

# One after the other, also under -j: each uses the whole machine.
.NOTPARALLEL:

.PHONY: test-go
test-go: ## Go tests, on SQLite (where CI is set: under the race detector, SEC-R10)
	@.ci/section 'Go tests on SQLite'
ifdef CI
# SQLite is Go here, and the detector makes it ten times slower: the store's own
# tests run under it on PostgreSQL. What is particular to SQLite, web's tests run,
# but for the crawl for what is hidden, which asks one thing at a time.
	$(GO) test -timeout 40m ./store/...
	$(GO) test -timeout 40m -run Hidden ./web
	$(GO) test -race -timeout 40m -skip Hidden $$($(GO) list ./... | grep -v '/store\(/\|$$\)')
else
	$(GO) test -timeout 40m $(PACKAGES)
endif

.PHONY: test-pg
test-pg: ## the store's tests on a PostgreSQL that is made for them (or on TEST_DSN)
	@.ci/section 'Store tests on PostgreSQL'
	.ci/postgres $(GO) test $(if $(CI),-race) -count=1 -timeout 40m $(PG_PACKAGES)

.PHONY: test-browser
test-browser: web/browsertest/node_modules/.installed ## walk the pages in Chromium, with and without JavaScript, under axe
	@.ci/section 'Browser tests'
	@.ci/need chromium
	cd web/browsertest && node --test --test-reporter=spec $(SPECS)

web/browsertest/node_modules/.installed: web/browsertest/package.json web/browsertest/package-lock.json
	@.ci/need node npm
	cd web/browsertest && npm ci --no-audit --no-fund
	@touch $@

.PHONY: screens
screens: web/browsertest/node_modules/.installed ## take the pictures in docs/screens
	@.ci/need chromium
	cd web/browsertest && node screens.mjs

# FUZZTIME is for how long make fuzz looks at each target.
FUZZTIME ?= 10m

.PHONY: fuzz
fuzz: ## send the REST API what nobody thought of (FUZZTIME=10m, for each of two targets)
	$(GO) test -run '^$$' -fuzz '^FuzzParams$$' -fuzztime $(FUZZTIME) -fuzzminimizetime 2s ./web/api
	$(GO) test -run '^$$' -fuzz '^FuzzCalls$$' -fuzztime $(FUZZTIME) -fuzzminimizetime 2s ./web/api

.PHONY: race
race: ## Go tests under the race detector
	$(GO) test -race -timeout 40m $(PACKAGES)

.PHONY: golden
golden: ## write the golden files of mails and pages again, to be read in review
	UPDATE_GOLDEN=1 $(GO) test -count=1 $(PACKAGES)

.PHONY: preview
preview: ## show every page with sample data on http://localhost:8090
	PREVIEW_ADDR=localhost:8090 $(GO) test -count=1 -timeout 0 -run '^TestServe$$' ./views/preview

.PHONY: bench
bench: ## measure what docs/performance.md promises, and write it (BENCH_GUESTS=1000000 for more, BENCH_ONLY="all guests" or "big space" for some rows)
	BENCH=1 $(GO) test -count=1 -timeout 0 -run TestReport -v ./web/benchmark

.PHONY: generate
generate: ## make the Go files of the pages and mails
	$(GO) tool templ generate

.PHONY: fmt
fmt: ## format Go and templ files
	gofmt -w .
	$(GO) tool templ fmt .

.PHONY: check
check: ## formatting, vet, generated files and go.mod are current
	.ci/check

.PHONY: lint
lint: ## check, golangci-lint and govulncheck
	.ci/lint
