# make demo      see Coffer work on a small web app, about a minute
# make test      all tests; those of the commands on the binaries of `make dist`
# make check     format, imports, and a build with warnings as errors
# make bench     what a launch and a write cost, side by side with their floors; it reports, and fails no run:
#                an aim that is missed is marked MISSED; with REPO="path …", what a scan of their histories costs
# make dist      dist/coffer and dist/coffer-scan, fully static; both with their pages in dist/coffer-VERSION-linux-MACHINE.tar.gz
#                and dist/coffer_VERSION_ARCHITECTURE.deb
# make man       docs/coffer.1 and docs/coffer-scan.1, from the commands' own help
# make install   into PREFIX (/usr/local), under DESTDIR if that is set
#
# Each installs the Debian packages it lacks. Full output is kept in .build/logs.

PREFIX ?= /usr/local
DESTDIR ?=
SWIFT ?= swift

bindir = $(DESTDIR)$(PREFIX)/bin
mandir = $(DESTDIR)$(PREFIX)/share/man/man1
logs = .build/logs
programs = coffer coffer-scan

# The libraries that are linked in; their dependencies bring what a static link needs besides.
libraries = libsodium-dev libsqlite3-dev libgit2-dev libvectorscan-dev libpcre2-dev libdeflate-dev
linked = $(libraries) libmbedtls-dev libhttp-parser-dev zlib1g-dev libc6-dev libstdc++6
build_packages = $(libraries) pkg-config binutils
demo_packages = python3 curl
test_packages = python3 python3-nacl sqlite3 strace util-linux curl git gcc libc6-dev zsh fish age
bench_packages = hyperfine time git gcc libc6-dev libsqlite3-dev python3

# One Swift build at a time: two would wait for each other's lock.
.NOTPARALLEL:
.PHONY: all build man demo test check bench dist install uninstall clean

all: build

# $(call need,PACKAGES): apt-get runs only when something is missing.
define need
@missing=; \
if command -v dpkg-query >/dev/null; then \
  for package in $(1); do \
    dpkg-query -W -f '$${Status}\n' $$package 2>/dev/null | grep -q '^install ok installed' || missing="$$missing $$package"; \
  done; \
else \
  echo "make: not a Debian system: make sure that these are installed: $(1)" >&2; \
fi; \
if [ -n "$$missing" ]; then \
  if [ "$$(id -u)" = 0 ]; then sudo=; \
  elif command -v sudo >/dev/null; then sudo=sudo; \
  else echo "make: run this as root first: apt-get install$$missing" >&2; exit 1; fi; \
  echo "installing$$missing"; mkdir -p $(logs); \
  { $$sudo apt-get update -qq && $$sudo env DEBIAN_FRONTEND=noninteractive apt-get install -qq -y --no-install-recommends $$missing; } \
    >$(logs)/apt.log 2>&1 || { tail -n 20 $(logs)/apt.log >&2; exit 1; }; \
fi
endef

# $(call quiet,NAME,COMMAND): a line when it starts; the errors and the end of its log only when it fails.
define quiet
@command -v $(SWIFT) >/dev/null || { echo "make: Swift 6.2 or newer is needed: https://www.swift.org/install/linux" >&2; exit 1; }
@mkdir -p $(logs); echo "$(1)"; \
$(2) >$(logs)/$(1).log 2>&1 || { status=$$?; \
  grep -E '(error|fatal): ' $(logs)/$(1).log | sort -u | head -n 20 >&2; \
  echo "--- the end of $(logs)/$(1).log" >&2; tail -n 30 $(logs)/$(1).log >&2; exit $$status; }
endef

build:
	$(call need,$(build_packages))
	$(call quiet,build,$(SWIFT) build)

# The linker warns of glibc calls that load libraries at run time (dlopen, getpwnam …), which nothing here makes: only the log has them.
static_build = $(SWIFT) build -c release --scratch-path .build/static --static-swift-stdlib -Xswiftc -static-executable
dist:
	$(call need,$(build_packages))
	$(call quiet,dist,{ $(static_build) --product coffer && $(static_build) --product coffer-scan; })
	@mkdir -p dist
	@built="$$($(SWIFT) build -c release --scratch-path .build/static --show-bin-path)"; \
	for program in $(programs); do \
	  strip -o dist/$$program.new "$$built/$$program" || exit 1; \
	  if readelf -l dist/$$program.new | grep -q INTERP; then \
	    echo "make: dist/$$program would need a loader: it is not static" >&2; exit 1; fi; \
	  mv dist/$$program.new dist/$$program || exit 1; \
	done
	$(call quiet,package,SWIFT="$(SWIFT)" MAKE="$(MAKE)" .packaging/package.sh dist $(linked))

demo: dist
	$(call need,$(demo_packages))
	@COFFER="$(CURDIR)/dist/coffer" examples/shop/demo.sh

# A run takes some ten minutes; one that hangs is ended, and says in what.
test_limit = 30m

# What the tests run is what is shipped: dist/coffer. Only what failed is shown, and the runner's closing line.
test: dist
	$(call need,$(test_packages))
	$(call quiet,build-tests,$(SWIFT) build --build-tests)
	@echo test; status=0; \
	COFFER_BIN="$(CURDIR)/dist/coffer" timeout --kill-after=10 $(test_limit) $(SWIFT) test --skip-build --disable-xctest >$(logs)/test.log 2>&1 || status=$$?; \
	if [ $$status != 0 ]; then awk '/^✘/ {on = 1} /^(◇|✔)/ {on = 0} on' $(logs)/test.log | cut -c1-400 | head -n 120 >&2; \
	  echo "make: all of it is in $(logs)/test.log" >&2; fi; \
	python3 Tests/Checks/skips.py $(logs)/test.log || status=1; \
	grep -E '^. Test run with' $(logs)/test.log || { tail -n 20 $(logs)/test.log >&2; echo "make: the test run did not finish" >&2; exit 1; }; \
	exit $$status

check:
	$(call need,$(build_packages) python3)
	$(call quiet,format,$(SWIFT) format lint --strict --parallel -r Sources Tests policies Package.swift)
	@echo imports; python3 Tests/Checks/imports.py --self-test; python3 Tests/Checks/imports.py
	@echo texts; python3 Tests/Checks/texts.py --self-test; python3 Tests/Checks/texts.py; python3 Tests/Checks/skips.py --self-test; python3 Tests/Checks/skips.py --conditions
	$(call quiet,build-tests,$(SWIFT) build --build-tests)

bench: dist
	$(call need,$(bench_packages))
	@command -v node >/dev/null || echo "node is not installed (apt-get install nodejs): its row is left out"
	@if [ -n "$(REPO)" ]; then COFFER="$(CURDIR)/dist/coffer" Tests/Bench/scan.sh $(REPO); \
	else COFFER="$(CURDIR)/dist/coffer" Tests/Bench/launch.sh; fi

# The man pages are made from the commands' own help, and committed; a test sees that it has them all.
man:
	$(call need,$(build_packages))
	$(call quiet,man,$(SWIFT) build && $(SWIFT) build --product generate-manual && \
	  folder="$$($(SWIFT) build --show-bin-path)" && \
	  for program in coffer coffer-scan; do "$$folder/generate-manual-tool" "$$folder/$$program" -o docs || exit 1; done)

install: dist
	@install -d "$(bindir)" "$(mandir)"
	@install -m 755 $(programs:%=dist/%) "$(bindir)/"
	@for page in docs/*.1; do [ ! -e "$$page" ] || install -m 644 "$$page" "$(mandir)/"; done
	@install -d "$(DESTDIR)$(PREFIX)/share/bash-completion/completions" \
	  "$(DESTDIR)$(PREFIX)/share/zsh/site-functions" "$(DESTDIR)$(PREFIX)/share/fish/vendor_completions.d"
	@dist/coffer completions bash >"$(DESTDIR)$(PREFIX)/share/bash-completion/completions/coffer"
	@dist/coffer completions zsh >"$(DESTDIR)$(PREFIX)/share/zsh/site-functions/_coffer"
	@dist/coffer completions fish >"$(DESTDIR)$(PREFIX)/share/fish/vendor_completions.d/coffer.fish"
	@for program in $(programs); do echo "installed $(bindir)/$$program"; done

uninstall:
	@rm -f $(programs:%="$(bindir)/%") "$(mandir)"/coffer*.1 \
	  "$(DESTDIR)$(PREFIX)/share/bash-completion/completions/coffer" \
	  "$(DESTDIR)$(PREFIX)/share/zsh/site-functions/_coffer" "$(DESTDIR)$(PREFIX)/share/fish/vendor_completions.d/coffer.fish"

clean:
	@rm -rf .build dist
