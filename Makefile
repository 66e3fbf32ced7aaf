# Entry points for people, packagers and continuous integration; each calls one command or a few.
#
#   make deps                 install the Debian packages that building and testing need
#   make build                release programs in .build/release
#   make test [BASE=trixie]   all tests; those on the test machine on another Debian than this one
#   make test-programs [BASE=trixie]   after make test: only that generated units of real programs start and serve
#   make lint                 format, layers, shell scripts, unit files
#   make demo, make bench     see it work; measure it
#   make fuzz [FUZZ_SECONDS=60]   random input for all that reads and writes unit files
#   make install [PREFIX=/usr] [DESTDIR=...]; make uninstall; make clean

VERSION = 0.1.0

PREFIX ?= /usr/local
DESTDIR ?=
bindir = $(PREFIX)/bin
mandir = $(PREFIX)/share/man
unitdir = $(PREFIX)/lib/systemd/system
bashdir = $(PREFIX)/share/bash-completion/completions
zshdir = $(PREFIX)/share/zsh/vendor-completions
fishdir = $(PREFIX)/share/fish/vendor_completions.d
catalogdir = $(PREFIX)/lib/systemd/catalog
docdir = $(PREFIX)/share/doc/upkeep
INSTALL ?= install

SCRATCH ?= .build
RELEASE = $(abspath $(SCRATCH))/release
PROGRAMS = upkeep-run upkeep
SWIFT_OPTIONS = --scratch-path $(SCRATCH) --explicit-target-dependency-import-check error --disable-local-rpath
# The release programs carry the Swift and C++ runtimes and share libsystemd and libc with everybody else: a fresh
# process then has fewer libraries to bind. A folder that holds nothing but the archives makes the linker take
# them. The functions that upkeep-run executes lie side by side, which keeps the rest of the runtime out of memory.
ARCHIVES = $(abspath $(SCRATCH))/archives
RELEASE_OPTIONS = $(SWIFT_OPTIONS) -c release --static-swift-stdlib -Xswiftc -use-ld=lld -Xlinker -L$(ARCHIVES) \
  -Xlinker --symbol-ordering-file=$(abspath packaging/upkeep-run.order) -Xlinker --no-warn-symbol-ordering
TEST_OPTIONS ?=

# Facts for --version. The date is the commit's, not the clock's: the same commit gives the same programs,
# and nothing is compiled again because time went by. A tarball has neither commit nor date.
export UPKEEP_VERSION := $(VERSION)
export UPKEEP_COMMIT := $(shell git describe --always --dirty --abbrev=12 --exclude '*' 2>/dev/null)
export UPKEEP_DATE := $(shell date -u -d "@$${SOURCE_DATE_EPOCH:-$$(git log -1 --format=%ct 2>/dev/null)}" \
  +%Y-%m-%dT%H:%M:%SZ 2>/dev/null)

MANPAGES = $(wildcard packaging/man/*.[1-8])
EXAMPLES = $(wildcard units/*-example.*)
UNITS = $(filter-out $(EXAMPLES),$(wildcard \
  units/*.service units/*.socket units/*.timer units/*.target units/*.path))
CHECKED_UNITS = $(strip $(UNITS) $(EXAMPLES) $(wildcard Tests/Machine/*.service))
COMPLETIONS = packaging/completions
SCRIPTS = $(shell grep -rlIE --exclude-dir=.build --exclude-dir=.git '^\#!(/usr)?/bin/(env )?(ba)?sh' . \
  | xargs -r awk 'FNR == 1 && /^\#!.*sh/ { print FILENAME }')

# Prerequisites run in the order in which they stand: first what has to be installed, then the build.
.NOTPARALLEL:
.PHONY: all deps toolchain build test test-programs lint bench fuzz demo link-order install uninstall clean
all: build

deps:
	@.ci/deps

toolchain:
	@command -v swift >/dev/null || { echo "There is no Swift toolchain in PATH:" \
	  "install Swift 6.3 or newer, then run make again." >&2; exit 1; }

build: toolchain
	@mkdir -p $(ARCHIVES)
	@ln -sf "$$(g++ -print-file-name=libstdc++.a)" $(ARCHIVES)/libstdc++.a
	@ln -sf "$$(g++ -print-file-name=libgcc_eh.a)" $(ARCHIVES)/libgcc_s.a
	for program in $(PROGRAMS); do swift build $(RELEASE_OPTIONS) --product $$program || exit; done
	.ci/check-programs $(RELEASE)/upkeep-run

# Debug tests; what runs on the test machine are the release programs. Those tests have a process of their own: they
# start many programs through Foundation, the others fill their process with children, descriptors and signals.
# Those of upkeep-run go first and alone: their services have time-outs, and thirty suites at once leave no processor.
# Six tests at once keep it busy; without a bound all suites begin at once, and a test of 6 s takes a minute.
test test-programs: export SWT_EXPERIMENTAL_MAXIMUM_PARALLELIZATION_WIDTH ?= 6
RUNNER_TESTS = ^MachineTests\.(BackOff|Repair|FullSandbox|Hostile|Readiness|Recovery|Regression|Stop|Reload|Event|Process)Tests
test: deps build
	swift build $(SWIFT_OPTIONS) --build-tests
	swift test $(SWIFT_OPTIONS) --skip-build --skip '^MachineTests\.' $(TEST_OPTIONS)
	@# Where they cannot be had, the tests with real programs are skipped, and say why.
	@UPKEEP_MACHINE_BASE=$(BASE) Tests/Machine/machine layer programs >/dev/null || :
	UPKEEP_BIN=$(RELEASE) UPKEEP_MACHINE_BASE=$(BASE) \
	  swift test $(SWIFT_OPTIONS) --skip-build --filter '$(RUNNER_TESTS)' $(TEST_OPTIONS)
	UPKEEP_BIN=$(RELEASE) UPKEEP_MACHINE_BASE=$(BASE) \
	  swift test $(SWIFT_OPTIONS) --skip-build --filter '^MachineTests\.' --skip '$(RUNNER_TESTS)' $(TEST_OPTIONS)

test-programs:
	@UPKEEP_MACHINE_BASE=$(BASE) Tests/Machine/machine layer programs >/dev/null || :
	UPKEEP_BIN=$(RELEASE) UPKEEP_MACHINE_BASE=$(BASE) \
	  swift test $(SWIFT_OPTIONS) --skip-build --filter '^MachineTests\.RealProgram' $(TEST_OPTIONS)

lint: deps toolchain
	swift format lint --strict --parallel --recursive Sources Tests Package.swift
	.ci/check-layers
	.ci/check-docs
	shellcheck $(SCRIPTS)
	$(if $(CHECKED_UNITS),.ci/check-units $(CHECKED_UNITS))

demo: deps build
	@UPKEEP_BIN=$(RELEASE) Tests/Machine/demo

bench: deps build
	@UPKEEP_BIN=$(RELEASE) Benchmarks/run
	@UPKEEP_BIN=$(RELEASE) Benchmarks/designs.py

# Outside of the ordinary build and tests: it needs libFuzzer, and it takes as long as it is given.
FUZZ_SECONDS ?= 60
fuzz: toolchain
	@Tests/Fuzz/fuzz $(abspath $(SCRATCH))/fuzz $(FUZZ_SECONDS)

# The list of functions for the linker, made anew from a run of the program.
link-order: build
	packaging/make-link-order $(RELEASE)/upkeep-run >packaging/upkeep-run.order.new
	mv packaging/upkeep-run.order.new packaging/upkeep-run.order

# Installs what is built, so that root needs no toolchain: make && sudo make install.
install:
	@for program in $(PROGRAMS); do [ -x $(RELEASE)/$$program ] || \
	  { echo "$$program is not built yet: run make first." >&2; exit 1; }; done
	$(INSTALL) -d $(DESTDIR)$(bindir)
	$(INSTALL) -m 755 $(PROGRAMS:%=$(RELEASE)/%) $(DESTDIR)$(bindir)
	@for page in $(MANPAGES); do \
	  $(INSTALL) -D -m 644 -t $(DESTDIR)$(mandir)/man$${page##*.} $$page || exit; done
	@for unit in $(UNITS); do $(INSTALL) -D -m 644 -t $(DESTDIR)$(unitdir) $$unit || exit; done
	$(INSTALL) -D -m 644 -t $(DESTDIR)$(docdir) README.md CHANGELOG.md $(EXAMPLES)
	$(INSTALL) -D -m 644 -t $(DESTDIR)$(docdir)/docs docs/*.md
	$(INSTALL) -D -m 644 -t $(DESTDIR)$(catalogdir) packaging/upkeep.catalog
	@# A package's own scripts do this on the machine that it is installed on.
	@[ -n "$(DESTDIR)" ] || [ ! -w /var/lib/systemd/catalog ] || journalctl --update-catalog
	@for shell in bash:$(bashdir) zsh:$(zshdir) fish:$(fishdir); do \
	  for file in $(COMPLETIONS)/$${shell%%:*}/*; do [ ! -e $$file ] || \
	    $(INSTALL) -D -m 644 -t $(DESTDIR)$${shell#*:} $$file || exit; done; done

uninstall:
	rm -f $(PROGRAMS:%=$(DESTDIR)$(bindir)/%)
	@for page in $(notdir $(MANPAGES)); do rm -f $(DESTDIR)$(mandir)/man$${page##*.}/$$page; done
	@for unit in $(notdir $(UNITS)); do rm -f $(DESTDIR)$(unitdir)/$$unit; done
	rm -rf $(DESTDIR)$(docdir)
	rm -f $(DESTDIR)$(catalogdir)/upkeep.catalog
	@[ -n "$(DESTDIR)" ] || [ ! -w /var/lib/systemd/catalog ] || journalctl --update-catalog
	@for shell in bash:$(bashdir) zsh:$(zshdir) fish:$(fishdir); do \
	  for file in $(COMPLETIONS)/$${shell%%:*}/*; do \
	    rm -f $(DESTDIR)$${shell#*:}/$${file##*/}; done; done

clean:
	rm -rf $(SCRATCH)
