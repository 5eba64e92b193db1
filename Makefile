# Everything that is done with this house is a goal here; `make help` lists them.
# Recipes use relative paths only, so that the house may stand below a path with spaces in it.

SHELL := /bin/bash
.SHELLFLAGS := -eu -o pipefail -c
.DEFAULT_GOAL := help
.PHONY: help setup swift fresh build demo test lint install uninstall bench worlds-bench failpoints-bench \
  messaging-bench text-bench checkpointing-bench causality-bench job-bench efficiency sanitize fuzz soak explore crash-matrix \
  checkpointing figures figures-check clean

SWIFT ?= swift
PREFIX ?= /usr/local
DESTDIR ?=
BROWSER ?=
# How often `make soak` runs the tests, and which.
SOAK ?= 20
SOAK_TESTS ?= JobTests|EndingTests|GivenServerTests|ThreadsTests|CampaignTests|ExplorationTests|DeploymentTests|ParityTests
# How many deployed runs it makes one after the other, once.
SOAK_RUNS ?= 200
# How many inputs `make fuzz` gives each decoder, and the seed that they follow from.
FUZZ_INPUTS ?= 10000000
FUZZ_SEED ?= 1
# How many the forms of lab 2 get, which are tested as a debug build.
FUZZ_FORMS ?= 1000000
# The runtime of Swift goes into the binary, so that it runs where there is no toolchain.
RELEASE := -c release --static-swift-stdlib
# Without it an empty run of XCTest comes before the tests, and leaks under the address sanitizer.
TEST := test --disable-xctest
WORDCOUNT := .build/release/wordcount
BINARIES := pingpong wordcount checkpointing vectorclocks timeline

help: ## list the goals
	@echo "Usage: make GOAL"
	@echo
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  %-17s %s\n", $$1, $$2 }' Makefile
	@echo
	@echo "Variables: PREFIX=$(PREFIX) DESTDIR=$(DESTDIR) SOAK=$(SOAK) \
	FUZZ_INPUTS=$(FUZZ_INPUTS) FUZZ_SEED=$(FUZZ_SEED)"

setup: ## install the Debian packages that are missing (with BROWSER=yes one to test pages in, too)
	@.ci/setup $(if $(BROWSER),--browser)

swift:
	@command -v "$(SWIFT)" >/dev/null || { \
	  echo "make: there is no swift on the PATH; install the Swift 6.3 toolchain from swift.org" >&2; \
	  exit 69; }

# These rooms are compiled into those that use them (`hot` in Package.swift), and the build system does
# not see that: when one of them has changed, all that was built from them is built again.
HOT := Sources/Chance Sources/Nodes Sources/Simulation Sources/Exploration Tests/ReferenceModels

fresh:
	@if [ ! -e .build/hot ] || [ -n "$$(find $(HOT) -newer .build/hot -print -quit)" ]; then \
	  rm -rf .build/release/*.build; fi
	@mkdir -p .build && touch .build/hot

build: swift fresh ## build the release binaries
	for binary in $(BINARIES); do "$(SWIFT)" build $(RELEASE) --product $$binary; done

demo: setup build ## count the sample corpus while workers and Redis fail
	$(WORDCOUNT) run --data assets/corpus --workers 4 --crash 1 --slow 1 \
	  --kill-redis 80% --checkpoint-interval 0.02 --verify

test: setup ## run all tests
	"$(SWIFT)" $(TEST)

lint: swift ## check the format, and that each import is declared
	"$(SWIFT)" format lint --strict --parallel --recursive Package.swift Sources Tests labs
	"$(SWIFT)" build --explicit-target-dependency-import-check error

install: ## put what `make build` has built into PREFIX/bin (below DESTDIR)
	@for binary in $(BINARIES); do [ -x .build/release/$$binary ]; done || { echo "make: nothing is built; run make build first" >&2; exit 66; }
	install -d "$(DESTDIR)$(PREFIX)/bin"
	for binary in $(BINARIES); do \
	  install -m 755 ".build/release/$$binary" "$(DESTDIR)$(PREFIX)/bin/$$binary"; done

uninstall: ## remove the binaries from PREFIX/bin
	for binary in $(BINARIES); do rm -f "$(DESTDIR)$(PREFIX)/bin/$$binary"; done

bench: setup build worlds-bench failpoints-bench messaging-bench text-bench checkpointing-bench causality-bench job-bench .bench/count .bench/read ## measure speed and memory, in ratios of one run
	python3 assets/bench/bench.py --counter "$$([ -x .bench/count ] && echo .bench/count)"
	python3 assets/bench/bench.py --redis
	@if [ -x .bench/read ]; then \
	  printf '\nreading 256 MB without counting, best of 5\n\n'; \
	  .bench/read .bench/corpus-256-300000-1/*; fi

worlds-bench: swift fresh ## measure the simulator and the explorer
	"$(SWIFT)" build $(RELEASE) --product worlds-bench
	.build/release/worlds-bench simulate
	.build/release/worlds-bench explore 2

failpoints-bench: swift ## measure what a pass of a failpoint costs
	"$(SWIFT)" build $(RELEASE) --product failpoints-bench
	.build/release/failpoints-bench

messaging-bench: swift ## measure streams and datagrams between two processes
	"$(SWIFT)" build $(RELEASE) --product messaging-bench
	.build/release/messaging-bench

text-bench: swift ## measure counting in steps, packing, merging and copying counts
	"$(SWIFT)" build $(RELEASE) --product text-bench
	.build/release/text-bench

checkpointing-bench: swift ## measure what bringing a state to rest and back takes
	"$(SWIFT)" build $(RELEASE) --product checkpointing-bench
	.build/release/checkpointing-bench

causality-bench: swift ## measure event logs and message graphs of a million events
	"$(SWIFT)" build $(RELEASE) --product causality-bench
	.build/release/causality-bench

job-bench: build ## measure jobs of lab 2: throughput, recovery, saving, simulation
	python3 assets/bench/job.py

efficiency: setup build ## measure efficiency, into .bench/efficiency.csv
	@mkdir -p .bench
	python3 assets/bench/bench.py --efficiency | tee .bench/efficiency.csv

.bench/%: assets/bench/%.c
	@mkdir -p .bench
	@if command -v cc >/dev/null; then cc -O2 -std=gnu11 -o $@ $<; \
	else echo "make: no C compiler here; $< is left out"; fi

sanitize: setup ## run all tests under the address and the thread sanitizer
	"$(SWIFT)" $(TEST) --sanitize=address --scratch-path .build-asan
	"$(SWIFT)" $(TEST) --sanitize=thread --scratch-path .build-tsan

fuzz: setup fresh ## give each decoder FUZZ_INPUTS inputs made from FUZZ_SEED
	"$(SWIFT)" build -c release --product wire-fuzz
	.build/release/wire-fuzz --inputs $(FUZZ_INPUTS) --seed $(FUZZ_SEED)
	LIGHTCONE_FUZZ=$(FUZZ_FORMS) "$(SWIFT)" $(TEST) --filter PipelineFormsTests

soak: setup ## run the tests of faults SOAK times, to the first failure
	"$(SWIFT)" build $(RELEASE) --product checkpointing
	"$(SWIFT)" build --build-tests
	LIGHTCONE_RUNS=$(SOAK_RUNS) "$(SWIFT)" $(TEST) --skip-build --filter DeployedTests
	LIGHTCONE_CHECKPOINTING="$$PWD/.build/release/checkpointing" LIGHTCONE_WORDS=1000000 \
	  "$(SWIFT)" $(TEST) --skip-build --filter DeployedFaultTests
	for turn in $$(seq $(SOAK)); do \
	  echo "soak: turn $$turn of $(SOAK)"; \
	  "$(SWIFT)" $(TEST) --skip-build --filter '$(SOAK_TESTS)'; done

# The programs that make figures.
FIGURE_BINARIES := pingpong checkpointing vectorclocks timeline

# Lab 2, two of each, with two files a mapper: every order of everything, with one death between any two effects.
# 51 million states: two minutes on two cores, 1.3 GB.
EXPLORE := --mappers 2 --reducers 2 --files 2 --words 1 --checkpoints-max 1 --no-heartbeats --terse \
  --drops 0 --crashes 1 --no-restart --states 200000000 --memory 14000
# The job of docs/crash-matrix.md: two of each, with checkpoints inside files, and two before the last.
MATRIX := --files 2 --words 2 --step-bytes 4 --checkpoint-interval 0.001 --checkpoints-max 2 \
  --faults 'slow Mapper_* by 8ms'

checkpointing: swift fresh
	"$(SWIFT)" build $(RELEASE) --product checkpointing

explore: checkpointing ## prove lab 2 right in all orders of a small job with a death, and time it
	time .build/release/checkpointing explore $(EXPLORE)

crash-matrix: checkpointing ## let workers of lab 2 die between any two effects, once and twice
	.build/release/checkpointing simulate $(MATRIX) --sweep --double --no-restart

figures: swift fresh ## make anew the figures that are pictures of runs
	for binary in $(FIGURE_BINARIES); do "$(SWIFT)" build $(RELEASE) --product $$binary; done
	assets/figures/make.sh .build/release

figures-check: ## compare the figures with what `make build` has built draws today
	@folder=$$(mktemp -d) && trap 'rm -rf "$$folder"' EXIT && \
	assets/figures/make.sh .build/release "$$folder" && \
	for figure in "$$folder"/*; do \
	  cmp "$$figure" "assets/figures/$${figure##*/}" || { \
	    echo "make: a figure is not that of today's run; run make figures, and look at it" >&2; \
	    exit 65; }; done

# Lab 3: ten thousand runs with two deaths each, the table of ten thousand seeds, and all orders of three processes
# and three messages with a death: some seconds each on two cores.
snapshots: swift fresh ## hold the snapshots of lab 3 against ten thousand seeds, and every order with a death
	"$(SWIFT)" build $(RELEASE) --product vectorclocks
	.build/release/vectorclocks snapshot --seeds 1...10000
	.build/release/vectorclocks snapshot --seeds 1...10000 --fifo
	.build/release/vectorclocks simulate --snapshots 5 --tweets 8 --at 0.003 --seeds 1...10000 \
	  --faults 'random kills=2 partitions=0'
	.build/release/vectorclocks explore --crashes 1

clean: ## remove everything that was built or measured here
	rm -rf .build .build-* .bench
