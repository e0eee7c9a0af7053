# Builds, runs and compares the stages. `make` alone says how.

# A challenge is a line NAME = FLAGS of that file; a stage is a folder with a challenge's name. (All
# names here have an underscore or capitals, so none of them is a challenge's.)
challenges_file := workbench/challenges.mk
include $(challenges_file)
challenge_names := $(shell sed -n 's/^\([a-z][a-z0-9-]*\) *=.*/\1/p' $(challenges_file))
stage_names := $(strip $(foreach name,$(challenge_names),$(if $(wildcard $(name)/Cargo.toml),$(name))))
more_challenges := $(strip $(filter-out $(stage_names),$(challenge_names)))
# A reader's own: the line refers to the stage that it began as, my-stage = $(broadcast-3c).
own_stages := $(strip $(foreach name,$(stage_names),$(if $(findstring $$,$(value $(name))),$(name))))

# What each target lets you set. Anything else is refused: a variable without effect would mislead.
run_takes := MODULE WORKLOAD SEED FLAGS SCENARIO BIN BENCH MAELSTROM
simulate_takes := MODULE WORKLOAD SEED FLAGS SCENARIO
sweep_takes := MODULE WORKLOAD SEED SEEDS FLAGS SCENARIO
shrink_takes := MODULE WORKLOAD SEED FLAGS SCENARIO
watch_takes := MODULE WORKLOAD SEED SEEDS FLAGS PORT
diff_takes := MODULE FROM
compare_takes := MODULE FROM WORKLOAD SEED SEEDS FLAGS
new_takes := MODULE FROM WORKLOAD
remove_takes := MODULE
prune_takes := KEEP
test_takes := MODULE
test-browser_takes := CHROMIUM
book-serve_takes := PORT
fuzz_takes := FUZZ_SECONDS FUZZ_TARGETS
soak_takes := SEEDS
takes := $(foreach goal,$(MAKECMDGOALS),$($(goal)_takes))
given := $(foreach name,$(.VARIABLES),$(if $(filter command,$(origin $(name))),$(name)))
$(foreach name,$(filter-out $(takes) CARGO% RUST% INSTA_% PROPTEST_% MAKE% NO_COLOR,$(given)),\
	$(error $(name)= has no effect on `make$(MAKECMDGOALS:%= %)`, which takes $(or $(takes:%=%=),no variables)))

BENCH ?= workbench
MAELSTROM ?= $(or $(wildcard maelstrom/maelstrom),maelstrom)
SEEDS ?= 1000
KEEP ?= 20
PORT ?= 3000
CARGO ?= cargo
FUZZ_SECONDS ?= 60
FUZZ_TARGETS ?= wire node stdout

# The shell completes a folder's name with a slash: broadcast-3c/ is meant as broadcast-3c.
module_name := $(MODULE:/=)
workload_name := $(or $(WORKLOAD:/=),$(module_name))
from_name := $(FROM:/=)

# $(call need,VARIABLE,VALUE,NAMES): nothing, or an error if the value is none of the names.
need = $(if $(filter $(2),$(3)),,$(error $(1)=$(2): $(if $(2),there is no such $(4),name a $(4)). \
	$(if $(3),There are: $(3),There are none)))
need_module = $(call need,MODULE,$(module_name),$(stage_names),stage)
need_workload = $(call need,WORKLOAD,$(workload_name),$(challenge_names),challenge)

# The flags of the challenge and, of the workbench alone, its targets. A line may refer to another one, and add
# flags to it.
referred_to = $(patsubst $$(%),%,$(filter $$(%),$(value $(1))))
# (Expanding $($(1)) first makes a line that refers to itself an error, not an endless loop.)
flags_of = $(if $(and $($(1)),$(call referred_to,$(1))),$(call flags_of,$(call referred_to,$(1))) \
	$(filter-out $$(%),$(value $(1))),$($(1))) $($(1)_targets)
challenge_flags = $(call flags_of,$(workload_name))

# A scenario says what happens instead of the challenge, and names its own workload.
case_flags = $(if $(SCENARIO),--scenario $(call quoted,$(SCENARIO)),$(challenge_flags))
need_case = $(if $(SCENARIO),$(if $(WORKLOAD),$(error WORKLOAD= has no effect with SCENARIO=: the scenario names its workload)),$(need_workload))

# $(call quoted,PATH): for the shell, with quotes only where a space asks for them.
quoted = $(if $(word 2,$(1)),"$(1)",$(1))

target_folder := $(or $(CARGO_TARGET_DIR),target)
workbench_program := $(call quoted,$(target_folder)/debug/workbench)
build_workbench = @$(CARGO) build --package workbench --bins
# Cargo.lock lists stages, too. Where nothing new has to be downloaded, that needs no network.
update_lock = @$(CARGO) update --workspace --offline --quiet 2>/dev/null || $(CARGO) update --workspace --quiet

# A relative BIN is the caller's. Under `make -C` that is PWD, as the caller's shell left it.
bin_folder := $(if $(wildcard $(PWD)/$(BIN)),$(PWD),$(CURDIR))
node_program := $(if $(BIN),$(if $(filter /%,$(BIN)),$(BIN),$(bin_folder)/$(BIN)),$(target_folder)/debug/$(module_name))
# $(call typed,GOAL,STAGE): what to type, but for the seed, for a run of that stage, quoted for the shell.
typed = '$(subst ','\'',$(strip make $(1) $(if $(BIN),BIN=$(call quoted,$(BIN)),MODULE=$(2)) \
	$(if $(filter-out $(2),$(workload_name)),WORKLOAD=$(workload_name)) $(if $(SCENARIO),SCENARIO=$(call quoted,$(SCENARIO))) \
	$(if $(FLAGS),FLAGS="$(FLAGS)")))'
# $(call reproduce,GOAL): tells the workbench what was typed, so that it can say how to reproduce a run.
reproduce = --reproduce-with $(call typed,$(1),$(module_name))
# The flags of a run come last: after -- they are the node's.
run_flags = $(if $(SEED),--seed $(SEED)) $(FLAGS)
chromium = $(or $(CHROMIUM),$(shell command -v chromium || command -v chromium-browser || command -v google-chrome))

define help_text
make run MODULE=broadcast-3c          run a stage for real, and judge it
make simulate MODULE=broadcast-3c     the same in virtual time: milliseconds
make sweep MODULE=broadcast-3c        simulate many seeds: SEEDS=1000
make shrink MODULE=broadcast-3b       find the smallest run that fails
make watch MODULE=broadcast-3c        after every save, sweep and show a run
make report                           open the report of the last run
make diff MODULE=broadcast-3c         what a stage adds to the one before it
make compare MODULE=broadcast-3c      what that buys, and costs, in 200 runs
make new MODULE=mine FROM=echo        begin a stage of your own, a copy of echo
make new MODULE=mine WORKLOAD=echo    or from scratch: it answers init alone
make remove MODULE=mine               remove it
make test                             run all tests; MODULE=mine: only its tests
make book                             build the book
make help                             list all other commands and variables

run, simulate, sweep, compare, shrink and watch also take
  WORKLOAD=broadcast-3c               another challenge than the stage's own
  SEED=1                              the seed of a run that you have seen
  FLAGS="--latency 100"               more flags; FLAGS=--help lists them

Stages: $(stage_names)$(if $(more_challenges),
Challenges that have no stage yet: $(more_challenges))
endef
define more_help

run, simulate, sweep and shrink also take
  SCENARIO=scenario.toml              what happens, step by step, in a file;
                                      each run leaves one in its folder

run also takes
  BIN=./node.py WORKLOAD=echo         a program in any language, not a stage;
                                      its own arguments follow -- in FLAGS=
  BENCH=maelstrom                     the real Maelstrom, not the workbench

make diff MODULE=… FROM=…             compare the code of any two stages
make compare MODULE=… FROM=…          compare their runs; SEEDS=200
make prune                            keep the newest KEEP=20 runs in store/
make build                            build the stages and the workbench
make book-serve                       serve the book at http://127.0.0.1:3000;
                                      it follows your changes; PORT=3000
make test INSTA_UPDATE=always         accept changed snapshots
make test-browser                     test reports and book in a real Chromium
make lint                             check format, lints and documentation
make bench                            measure the speed of nodes and workbench
make fuzz                             feed them malformed input, FUZZ_SECONDS=60
make soak                             test for hours: SEEDS=100000, every fault
make maelstrom                        download the real Maelstrom
make clean                            delete what was built, but not store/
endef

.PHONY: short_help help run simulate sweep shrink watch report diff compare new remove prune build test test-browser bench \
	fuzz soak lint book book-serve clean maelstrom

short_help:
	$(info $(help_text))@:

help:
	$(info $(help_text))$(info $(more_help))@:

run:
	$(if $(BIN),$(if $(MODULE),$(error BIN= takes the place of MODULE=: set one of them)),$(need_module))$(need_case)
ifeq ($(BENCH),maelstrom)
	$(if $(SEED),$(error SEED= has no effect with BENCH=maelstrom: Maelstrom has no seeds))
	$(if $(SCENARIO),$(error SCENARIO= has no effect with BENCH=maelstrom: Maelstrom has no scenarios))
	$(if $(shell command -v "$(MAELSTROM)" 2>/dev/null),,$(error there is no program $(MAELSTROM). `make maelstrom` \
		downloads it; it needs Java 11 or later, and gnuplot. If you have it elsewhere: MAELSTROM=/path/to/maelstrom))
	$(if $(BIN),,$(CARGO) build --package $(module_name) --bins)
	$(call quoted,$(MAELSTROM)) test $($(workload_name)) --bin $(call quoted,$(node_program)) $(FLAGS)
else
	$(call need,BENCH,$(BENCH),workbench maelstrom,bench)
	$(CARGO) build --package workbench $(if $(BIN),,--package $(module_name)) --bins
	@$(workbench_program) test $(case_flags) --bin $(call quoted,$(node_program)) $(call reproduce,run) $(run_flags)
endif

simulation_simulate := test
simulation_sweep = sweep --seeds $(SEEDS)
simulate sweep shrink:
	$(need_module)$(need_case)
	$(CARGO) build --package $(module_name) --example simulate-$(module_name)
	@$(call quoted,$(target_folder)/debug/examples/simulate-$(module_name)) \
		$(or $(simulation_$@),$@) $(case_flags) $(call reproduce,simulate) $(run_flags)

watch: SEEDS = 100
watch: PORT = 3001
watch:
	$(need_module)$(need_workload)
	$(build_workbench)
	@$(workbench_program) watch $(module_name) --seeds $(SEEDS) --port $(PORT) \
		--simulate $(call quoted,$(target_folder)/debug/examples/simulate-$(module_name)) \
		-- $(challenge_flags) $(call reproduce,simulate) $(run_flags)

report:
	@test -f store/latest/report.html || { echo "There is no report yet: make run and make simulate write one." >&2; exit 1; }
	@opener=$$(command -v xdg-open || command -v open) && "$$opener" store/latest/report.html 2>/dev/null || \
		echo "Open file://$(CURDIR)/store/latest/report.html in a browser."
	@test ! -f store/index.html || echo "All runs: file://$(CURDIR)/store/index.html"

# The stage before: the one whose challenge a reader's own faces, or else the one on the line above.
challenge_of_own = $(call referred_to,$(module_name))
stage_above = $(lastword $(filter-out $(module_name),$(filter $(stage_names),\
	$(shell sed -n '1,/^$(module_name) *=/s/^\([a-z][a-z0-9-]*\) *=.*/\1/p' $(challenges_file)))))
before_stage = $(if $(challenge_of_own),$(filter $(stage_names),$(challenge_of_own)),$(stage_above))
diff_from = $(or $(from_name),$(before_stage),$(error $(module_name) \
	$(if $(challenge_of_own),faces $(challenge_of_own) and no stage here does,is the first stage): say with FROM= what to compare it with))
diff:
	$(need_module)$(call need,FROM,$(diff_from),$(stage_names),stage)
	@git --no-pager diff --no-index $(diff_from)/src/lib.rs $(module_name)/src/lib.rs; test $$? -le 1
	@printf '%s' "$(diff_from) -> $(module_name):"
	@git diff --no-index --shortstat $(diff_from)/src/lib.rs $(module_name)/src/lib.rs && echo " no difference" || test $$? -le 1

simulator = $(call quoted,$(target_folder)/debug/examples/simulate-$(1))
compared_stages = $(sort $(diff_from) $(module_name))
compare: SEEDS = 200
compare:
	$(need_module)$(need_workload)$(call need,FROM,$(diff_from),$(stage_names),stage)
	$(build_workbench)
	$(CARGO) build $(compared_stages:%=--package %) $(compared_stages:%=--example simulate-%)
	@$(workbench_program) compare --seeds $(SEEDS) \
		--reproduce-with $(call typed,simulate,$(diff_from)) $(call typed,simulate,$(module_name)) \
		$(call simulator,$(diff_from)) $(call simulator,$(module_name)) $(challenge_flags) $(run_flags)

new:
	$(if $(FROM)$(WORKLOAD),,$(error name a stage to copy with FROM=, or a challenge with WORKLOAD= to begin from scratch. \
		Stages: $(stage_names). Challenges: $(challenge_names)))
	$(if $(WORKLOAD),$(need_workload))$(if $(FROM),$(call need,FROM,$(from_name),$(stage_names),stage))
	$(build_workbench)
	@$(workbench_program) new "$(module_name)" $(if $(FROM),--from $(from_name)) $(if $(WORKLOAD),--workload $(workload_name))
	$(update_lock)

remove:
	$(call need,MODULE,$(module_name),$(own_stages),stage of your own)
	$(build_workbench)
	@$(workbench_program) remove $(module_name)
	$(update_lock)

prune:
	$(build_workbench)
	@$(workbench_program) prune --keep $(KEEP)

build:
	$(CARGO) build

# Readers' own stages are tested one at a time: one that does not compile yet must not stop the others.
tested_packages = $(if $(MODULE),--package $(module_name),--workspace --exclude browser-tests $(own_stages:%=--exclude %))
test:
	$(if $(MODULE),$(need_module))
	$(CARGO) test --no-fail-fast --lib --test '*' $(tested_packages)
	$(if $(MODULE),,$(CARGO) test --no-fail-fast --doc $(tested_packages))
	$(if $(MODULE),,@echo "Not tested here: how pages look in a browser. \`make test-browser\` does that.")

test-browser: book
	$(if $(chromium),,$(error there is no Chromium. Install it (on Debian and Ubuntu: sudo apt-get install chromium), \
		or say where it is: CHROMIUM=/path/to/chromium))
	$(CARGO) build --workspace --exclude browser-tests --bins --examples
	$(CARGO) test --package browser-tests

bench:
	$(CARGO) bench --package common --bench message
	$(CARGO) bench --package echo --bench node
	$(CARGO) bench --profile dev --package workbench --bench simulation

# libFuzzer needs compiler flags that stable Rust keeps for itself, hence RUSTC_BOOTSTRAP. What it
# finds beyond the committed corpus stays in fuzz/found.
fuzz:
	$(if $(shell $(CARGO) fuzz --version 2>/dev/null),,$(error there is no cargo-fuzz. `cargo install cargo-fuzz` \
		installs it; it needs a C++ compiler))
	$(foreach fuzzed,$(FUZZ_TARGETS),mkdir -p fuzz/found/$(fuzzed) && \
		RUSTC_BOOTSTRAP=1 $(CARGO) fuzz run $(fuzzed) fuzz/found/$(fuzzed) fuzz/corpus/$(fuzzed) -- \
		-max_total_time=$(FUZZ_SECONDS) &&) true

# Fails if a single run is not valid.
last_stage = $(lastword $(filter-out $(own_stages),$(stage_names)))
soak: SEEDS = 100000
soak:
	$(CARGO) test --package workbench --test processes -- --ignored
	@$(MAKE) --no-print-directory sweep MODULE=$(last_stage) SEEDS=$(SEEDS) \
		FLAGS="--loss 0.2 --duplicate 0.2 --latency 50 --latency-dist exponential"

lint:
	$(CARGO) fmt --all --check
	$(CARGO) clippy --workspace --all-targets -- -D warnings
	RUSTDOCFLAGS="-D warnings" $(CARGO) doc --workspace --no-deps

book:
	@$(CARGO) run --package book-builder -- build book

book-serve:
	@$(CARGO) run --package book-builder -- serve book $(PORT)

clean:
	$(CARGO) clean

maelstrom:
	@sh workbench/scripts/fetch-maelstrom.sh
