# Builds, runs and compares the stages. `make` alone says how.
#
# No stage is named here. A stage is a folder whose Cargo.toml has [package.metadata.stage]:
# the stage before it, and the flags of its workload. A stage of your own is no different.

# What you may set, on the command line: MODULE and WORKLOAD (stages), SEED, FLAGS, BIN, FROM, and
MODULE ?= echo
WORKLOAD ?= $(MODULE)
BENCH ?= workbench
SEEDS ?= 1000
MAELSTROM ?= $(or $(wildcard maelstrom/maelstrom),maelstrom)
CARGO ?= cargo
FUZZ_SECONDS ?= 60
FUZZ_TARGETS ?= wire node stdout

# The stages, each after the one before it.
STAGES := $(shell awk -F'"' ' \
	FNR == 1 { split(FILENAME, path, "/") } \
	/^\[/ { inside = /^\[package\.metadata\.stage\]/; if (inside) previous[path[1]] = "" } \
	inside && /^previous *=/ { previous[path[1]] = $$2 } \
	END { for (stage in previous) { \
		before = previous[stage]; \
		if (!(before in previous)) before = stage; \
		print before, stage } } \
	' */Cargo.toml | tsort)

# $(call field,NAME,STAGE): what a stage says of itself, such as its flags.
field = $(shell sed -n '/^\[package\.metadata\.stage\]/,/^\[/s/^$(1) *= *"\(.*\)".*/\1/p' $(2)/Cargo.toml)

# $(call require,VARIABLE,STAGE): nothing, or an error if there is no such stage.
require = $(if $(filter $(2),$(STAGES)),,$(error $(1)=$(2): $(if $(2),there is no such stage,name a stage). There are: $(STAGES)))

# $(call quoted,PATH): for the shell, with quotes only where a space asks for them.
quoted = $(if $(word 2,$(1)),"$(1)",$(1))

# The page that shows the last run.
report := store/latest/report.html

# The shell completes a folder's name with a slash: broadcast-3c/ is meant as broadcast-3c.
module := $(MODULE:/=)
workload := $(WORKLOAD:/=)
from := $(FROM:/=)

target := $(or $(CARGO_TARGET_DIR),target)

# A relative BIN is the caller's. Under `make -C` that is PWD, as the caller's shell left it.
ifdef BIN
caller := $(if $(wildcard $(PWD)/$(BIN)),$(PWD),$(CURDIR))
bin := $(if $(filter /%,$(BIN)),$(BIN),$(caller)/$(BIN))
else
bin := $(target)/debug/$(module)
packages := $(module)
endif

ifeq ($(BENCH),maelstrom)
bench := $(call quoted,$(MAELSTROM))
bench_problem = $(if $(shell command -v "$(MAELSTROM)" 2>/dev/null),,$(error $(no_maelstrom)))
else
bench := $(call quoted,$(target)/debug/workbench)
packages += workbench
seed := $(if $(SEED), --seed $(SEED))
repeat = $(call repeat_as,run)
bench_problem = $(if $(filter workbench,$(BENCH)),,$(error BENCH=$(BENCH): it is either workbench or maelstrom))
endif

no_maelstrom = there is no program $(MAELSTROM). `make maelstrom` fetches Maelstrom, which needs \
	Java 11 or later and gnuplot. If you have it already, say where: MAELSTROM=/path/to/maelstrom

# The browser for test-browser, by any of its names.
chromium = $(or $(CHROMIUM),$(shell command -v chromium || command -v chromium-browser || command -v google-chrome))

# $(call repeat_as,TARGET): the flag by which a run says how it is repeated.
repeat_as = --repeat-as '$(subst ','\'',$(strip make $(1) $(if $(BIN),BIN=$(call quoted,$(BIN)),MODULE=$(module)) \
	$(if $(BIN)$(filter-out $(module),$(workload)),WORKLOAD=$(workload)) $(if $(FLAGS),FLAGS="$(FLAGS)")))'

# $(call simulated,COMMAND): the stage's simulation.
simulated = $(call quoted,$(target)/debug/examples/simulate-$(module)) $(1) \
	$(call field,flags,$(workload))$(if $(FLAGS), $(FLAGS)) $(call repeat_as,simulate)

define help
make run MODULE=broadcast-3c    build a stage and judge it; with any of:
  WORKLOAD=broadcast-3c           the conditions of another stage
  SEED=1                          the operations, partitions and latencies of it
  FLAGS="--latency 100"           more flags for the bench; FLAGS=--help lists
                                  them; after --, arguments for the node
  BIN=path/to/node                another program, in any language, in place of
                                  MODULE; say what is asked of it: WORKLOAD=echo
  BENCH=maelstrom                 the real Maelstrom instead of the workbench
make simulate MODULE=echo       the same in virtual time: over in a blink, and
                                the same to the byte for the same SEED=; takes
                                WORKLOAD= and FLAGS= too
make sweep MODULE=echo          the same for many seeds, on all cores: SEEDS=100
make report                     look at the last run in a browser: what
                                happened and why, replayed, in plots and tables
make diff MODULE=broadcast-3c   what changed since the stage before it, or FROM=
make new MODULE=my-stage FROM=broadcast-3c
                                begin a stage of your own: a copy, renamed
make build                      build everything
make book                       build the book; the last line says where it is
make book-serve                 serve it on http://127.0.0.1:3000, built again
                                with every change; PORT= is another port
make test                       run all tests; INSTA_UPDATE=always accepts
                                changed snapshots
make test-browser               test what is seen in a real browser, Chromium
make bench                      measure how fast nodes and the workbench are
make fuzz                       feed nodes and the workbench with broken input,
                                each target for FUZZ_SECONDS=60
make soak                       hours of it: 100,000 seeds of the last stage
                                with every fault, and the longest tests
make lint                       check format, lints and documentation
make clean                      remove what was built; store/, maelstrom/ stay
make maelstrom                  fetch the real Maelstrom into maelstrom/

Examples:
  make run MODULE=broadcast-3c SEED=1
  make run MODULE=broadcast-3b WORKLOAD=broadcast-3c
  make run WORKLOAD=echo BIN=./my-node.py

Stages:
endef

.PHONY: help run simulate sweep simulation report diff new build test test-browser bench fuzz soak \
	lint book book-serve clean maelstrom

help:
	$(info $(help))
	@awk -F'"' '/^description *=/ { split(FILENAME, path, "/"); printf "  %-15s %s\n", path[1], $$2 }' \
		$(STAGES:%=%/Cargo.toml)

run:
	$(if $(BIN),,$(call require,MODULE,$(module)))$(call require,WORKLOAD,$(workload))$(bench_problem)
	$(if $(packages),$(CARGO) build --locked --bins $(packages:%=--package %))
ifeq ($(BENCH),maelstrom)
	$(if $(SEED),@echo "Maelstrom has no seed: it runs without SEED=$(SEED).")
endif
	$(bench) test $(call field,flags,$(workload)) --bin $(call quoted,$(bin))$(seed)$(if $(repeat), $(repeat))$(if $(FLAGS), $(FLAGS))

simulate: simulation
	@$(call simulated,test)$(if $(SEED), --seed $(SEED))

sweep: simulation
	@$(call simulated,sweep) --seeds $(SEEDS)$(if $(SEED), --seed $(SEED))

simulation:
	$(call require,MODULE,$(module))$(call require,WORKLOAD,$(workload))
	$(CARGO) build --locked --package $(module) --example simulate-$(module)

report:
	@test -f $(report) || { echo "There is no $(report): make run and make simulate write it." >&2; exit 1; }
	@opener=$$(command -v xdg-open || command -v open) && "$$opener" $(report) 2>/dev/null || \
		echo "Open $(report) in a browser."

diff:
	$(call require,MODULE,$(module))$(if $(from),$(call require,FROM,$(from)))
	@sh workbench/scripts/diff-stages.sh "$(or $(from),$(call field,previous,$(module)))" "$(module)"

new:
	$(call require,FROM,$(from))
	@CARGO="$(CARGO)" sh workbench/scripts/new-stage.sh "$(module)" "$(from)"

build:
	$(CARGO) build --locked

test:
	$(CARGO) test --workspace --exclude browser-tests --locked
	@echo "Not tested here: pages in a real browser. For that, \`make test-browser\`, which needs Chromium."

test-browser: book
	@$(if $(chromium),,echo "There is no Chromium. Install it (on Debian and Ubuntu: sudo apt-get install chromium), \
	or say where it is: CHROMIUM=/path/to/chromium" >&2; exit 1)
	$(CARGO) build --locked --examples
	$(CARGO) test --locked --package browser-tests

bench:
	$(CARGO) bench --locked --package common --bench message
	$(CARGO) bench --locked --package echo --bench node
	$(CARGO) bench --profile dev --locked --package workbench --bench simulation

# libFuzzer needs compiler flags that stable Rust keeps for itself, hence the variable. What is
# found beyond the committed corpus stays in fuzz/found.
fuzz:
	$(if $(shell $(CARGO) fuzz --version 2>/dev/null),,$(error there is no cargo-fuzz. \
		`cargo install cargo-fuzz` installs it; it needs a C++ compiler to build targets))
	$(foreach fuzzed,$(FUZZ_TARGETS),mkdir -p fuzz/found/$(fuzzed) && \
		RUSTC_BOOTSTRAP=1 $(CARGO) fuzz run $(fuzzed) fuzz/found/$(fuzzed) fuzz/corpus/$(fuzzed) -- \
		-max_total_time=$(FUZZ_SECONDS) &&) true

# Fails if a single run is not valid.
soak: SEEDS = 100000
soak:
	$(CARGO) test --locked --package workbench --test processes -- --ignored
	@$(MAKE) --no-print-directory sweep MODULE=$(lastword $(STAGES)) SEEDS=$(SEEDS) \
		FLAGS="--loss 0.2 --duplicate 0.2 --latency 50 --latency-dist exponential"

lint:
	$(CARGO) fmt --all --check
	$(CARGO) clippy --workspace --all-targets --locked -- -D warnings
	RUSTDOCFLAGS="-D warnings" $(CARGO) doc --workspace --no-deps --locked

book:
	@$(CARGO) run --locked --package book-builder -- build book

book-serve:
	@$(CARGO) run --locked --package book-builder -- serve book $(or $(PORT),3000)

clean:
	$(CARGO) clean

maelstrom:
	@sh workbench/scripts/fetch-maelstrom.sh
