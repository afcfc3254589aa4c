# SPDX-License-Identifier: Apache-2.0
# A thin front to meson, ninja and the scripts; each target first installs the Debian packages that
# it needs, by name, and says so.

PREFIX ?= /usr/local
DESTDIR ?=
# bpftool is in /usr/sbin on Debian, and not everybody's PATH has it.
export PATH := $(PATH):/usr/sbin:/sbin

help: ## print this list
	@echo "make TARGET, as root where packages are to be installed or the kernel is to be traced:"
	@sed -n 's/^\([a-z-]*\):.*## \(.*\)/  \1|\2/p' Makefile | awk -F'|' '{ printf "%-12s %s\n", $$1, $$2 }'

build: ## build/src/cli/syscull
	@tools/install-packages.sh build
	@tools/build.sh build -Dtests=disabled

demo: build ## record a program and a container, cull, run them under their profiles
	@tools/install-packages.sh demo
	@tools/demo.sh

test: ## all tests; the last line says how many passed, failed and were skipped
	@tools/install-packages.sh build test
	@tests/all.sh

test-long: ## the same, and each fuzz target for 60 seconds
	@tools/install-packages.sh build test fuzz
	@tests/all.sh --long

soak: test-long ## another name for test-long

bench: ## what recording costs, beside other tools
	@tools/install-packages.sh build bench
	@tools/build.sh build -Dtests=disabled
	@bench/run.sh

install: build ## the program, its man pages and completions, under PREFIX (/usr/local)
	@meson configure build -Dprefix=$(abspath $(PREFIX))
	@DESTDIR=$(DESTDIR) meson install -C build

static: ## build-static/src/cli/syscull: one file without shared libraries
	@tools/install-packages.sh build
	@tools/build.sh build-static -Dtests=disabled -Dstatic=true -Dbuildtype=release

clean: ## remove what was built
	rm -rf build build-gcc build-clang build-asan build-static build-fuzz

.PHONY: help build demo test test-long soak bench install static clean
.DEFAULT_GOAL := help
