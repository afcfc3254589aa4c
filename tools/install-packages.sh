#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Install the Debian packages that a task needs, if any is missing.
#
#   install-packages.sh SET...       SET is build, demo, test, fuzz or bench
#   install-packages.sh --list SET...   only print the names
#
# Nothing missing: nothing is said, and neither the network nor root is needed.  What is installed is
# named first.  No service is started, nothing is upgraded on purpose and nothing is ever removed.

set -u

# One package a word.  NAME=PROGRAM: a machine that has the program from elsewhere (Docker's own
# packages, say) needs no package, and must not get one that conflicts with what it has.
build="gcc libc6-dev meson ninja-build pkg-config python3 libfyaml-dev libbpf-dev libelf-dev
    zlib1g-dev liblzma-dev libzstd-dev clang llvm bpftool"
# A Docker that the demo can start, and what its container is made of.
demo="docker.io=dockerd containerd=containerd runc=runc iptables busybox-static=busybox curl procps
    mount"
# Unit tests, their oracles, and the style suite.
test="libcmocka-dev libseccomp-dev clang-format shellcheck"
# Engines, and what makes images for them.
test="$test docker.io=dockerd containerd=containerd runc=runc crun=crun podman=podman
    conmon=conmon iptables mmdebstrap busybox-static procps mount util-linux"
# Programs that are recorded and then run under their profile.
test="$test tar gzip perl git sqlite3 curl golang-go musl-tools"
# Shells whose completion is tried, and the reader of the man pages.
test="$test bash zsh fish man-db"
# Rotated logs.
test="$test xz-utils zstd bsdutils"
bench="strace linux-perf=perf wrk nginx-light=nginx curl libseccomp-dev"
fuzz=""

PATH=$PATH:/usr/sbin:/sbin
policy=/usr/sbin/policy-rc.d
policy_mark="made by syscull's tools/install-packages.sh while it runs"

# A 32-bit program needs the other C library, where there is one.
case $(dpkg --print-architecture 2>/dev/null) in
amd64) test="$test gcc-multilib" ;;
esac

say() { printf 'syscull: %s\n' "$*" >&2; }

wanted() {
    case $1 in
    build) echo "$build" ;;
    demo) echo "$demo" ;;
    test) echo "$test" ;;
    bench) echo "$bench" ;;
    # libFuzzer is in a package that is named after clang's version.
    fuzz) echo "$fuzz libclang-rt-$(clang_version)-dev" ;;
    *)
        say "$1: no such set; there are build, demo, test, fuzz and bench"
        exit 2
        ;;
    esac
}

clang_version() {
    clang -dumpversion 2>/dev/null | grep -o '^[0-9]*' ||
        apt-cache depends clang | sed -n 's/^ *Depends: clang-\([0-9]*\)$/\1/p'
}

why() {
    case $1 in
    build) echo "to build" ;;
    demo) echo "for the demo" ;;
    test) echo "to test" ;;
    fuzz) echo "to fuzz" ;;
    bench) echo "to measure beside other tools" ;;
    esac
}

is_installed() {
    [ "$(dpkg-query -W -f '${db:Status-Status}' "$1" 2>/dev/null)" = installed ]
}

missing() {
    for entry; do
        package=${entry%%=*}
        if [ "$package" != "$entry" ] && command -v "${entry#*=}" >/dev/null; then
            continue
        fi
        is_installed "$package" || printf '%s ' "$package"
    done
}

# Debian's own switch: services ask this program before they start.  A machine that has one keeps it.
forbid_services() {
    if [ ! -e "$policy" ] || grep -q "$policy_mark" "$policy"; then
        printf '#!/bin/sh\n# %s\nexit 101\n' "$policy_mark" >"$policy" && chmod 755 "$policy"
        made_policy=yes
    fi
}

allow_services() {
    [ "$made_policy" = no ] || rm -f "$policy"
    made_policy=no
}

apt_install() {
    DEBIAN_FRONTEND=noninteractive apt-get install -y -q --no-install-recommends --no-remove \
        -o DPkg::Lock::Timeout=300 "$@" >>"$log" 2>&1 </dev/null
}

apt_update() { apt-get update -q -o DPkg::Lock::Timeout=300 >>"$log" 2>&1 </dev/null; }

# Lists that are missing or so old that the archive has moved on: fetch them, once.
install() {
    if [ -n "$(find /var/lib/apt/lists -maxdepth 1 -name '*_Packages*' 2>/dev/null | head -n 1)" ]; then
        apt_install "$@" && return
    fi
    apt_update && apt_install "$@"
}

main() {
    list=no
    if [ "${1:-}" = --list ]; then
        list=yes
        shift
    fi
    [ "$#" -gt 0 ] || {
        say "usage: install-packages.sh [--list] build|test|fuzz|bench..."
        exit 2
    }
    packages="" reasons=""
    for set; do
        entries=$(wanted "$set") || exit
        if [ "$list" = yes ]; then
            # shellcheck disable=SC2086 # one package a word
            printf '%s\n' $entries | sed 's/=.*//'
            continue
        fi
        command -v dpkg-query >/dev/null || {
            say "this is no Debian system, so what is needed $(why "$set") is not checked:" \
                "$(echo "$entries" | sed 's/=[^ ]*//g' | tr -s ' \n' ' ')"
            continue
        }
        # shellcheck disable=SC2086 # one package a word
        absent=$(missing $entries)
        [ -z "$absent" ] && continue
        packages="$packages$absent"
        reasons="$reasons${reasons:+; }${absent% } ($(why "$set"))"
    done
    [ -n "$packages" ] || return 0

    if [ "$(id -u)" != 0 ]; then
        say "these Debian packages are missing: $reasons"
        say "install them with: sudo apt-get install --no-install-recommends ${packages% }"
        exit 1
    fi
    say "installing Debian packages: $reasons"
    made_policy=no
    log=$(mktemp) || exit 1
    trap 'allow_services; rm -f "$log"' EXIT
    trap 'exit 130' INT
    trap 'exit 143' TERM HUP
    forbid_services
    # shellcheck disable=SC2086 # one package a word
    if ! install $packages; then
        tail -n 25 "$log" >&2
        say "apt-get could not install them; the command was:" \
            "apt-get install --no-install-recommends --no-remove ${packages% }"
        exit 1
    fi
}

main "$@"
