#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# Images for the live tests, made without a registry.
#
#   images.sh OUTDIR                          make them: OUTDIR/images.tar, as docker save does, and
#                                             OUTDIR/tiny.tar, a bare root file system
#   images.sh OUTDIR DIR [docker|podman|containerd|cri ...]
#                                             and load them into the engines of engines.sh start DIR
#                                             (the first three, unless named; cri is containerd's
#                                             namespace k8s.io)
#
#   syscull-test/site      nginx in the foreground, 127.0.0.1:$PORT (8080), GET / and /page.html
#   syscull-test/redis     redis-server, 127.0.0.1:$PORT (6379), as the user redis
#   syscull-test/postgres  a cluster ready to use, 127.0.0.1:$PORT (5432), as the user postgres
#   syscull-test/shell     a start script of two dozen usual commands, then "$@" or a loop of sleep
#   syscull-test/tiny      busybox, static
#
# The first four are one Debian file system (one layer, shared) with different entry points.
# The files are kept: their names have a digest of all that they are made from except the package
# versions. IMAGES_REBUILD=1 makes them anew.

set -u

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd) || exit 1
suite=bookworm
packages=nginx-light,redis-server,redis-tools,postgresql-15,curl,procps,iproute2
names="site redis postgres shell"

say() { printf 'images: %s\n' "$*" >&2; }
fail() {
    say "$@"
    exit 1
}

digest_of_recipe() {
    { cat "$here/images.sh" "$here"/images/*; dpkg --print-architecture; } | sha256sum | cut -c1-12
}

# --- the Debian file system ----------------------------------------------------------------------

# The Debian archives that this machine's apt uses, other archives left out, as sources.list lines.
debian_sources() {
    # shellcheck disable=SC2016 # apt fills these in
    apt-get indextargets \
        --format '$(CREATED_BY)|$(ORIGIN)|$(CODENAME)|$(REPO_URI)|$(COMPONENT)' |
        awk -F'|' -v suite="$suite" '
            $1 == "Packages" && $2 == "Debian" && $5 == "main" &&
            ($3 == suite || $3 == suite "-updates" || $3 == suite "-security") {
                print "deb " $4 " " $3 " main"
            }' | sort -u
}

# Left out for size: documentation, and LLVM with Z3, which serve postgres' JIT alone; that is off.
# The cluster is made by `finish` with settings of its own.
make_debian() {
    local root=$1 sources

    command -v mmdebstrap >/dev/null || fail "mmdebstrap is not installed"
    sources=$(debian_sources)
    [ -n "$sources" ] || fail "apt knows no Debian $suite archive; is apt-get update needed?"
    say "making the Debian file system: ${packages//,/ } (a minute or two)"
    # shellcheck disable=SC2016 # mmdebstrap's shell expands $1
    printf '%s\n' "$sources" | mmdebstrap --quiet --mode=root --variant=essential --format=tar \
        --include="$packages" \
        --aptopt='Apt::Install-Recommends "false"' --aptopt='Acquire::Languages "none"' \
        --dpkgopt=force-unsafe-io \
        --dpkgopt='path-exclude=/usr/share/doc/*' --dpkgopt='path-exclude=/usr/share/man/*' \
        --dpkgopt='path-exclude=/usr/share/info/*' --dpkgopt='path-exclude=/usr/share/locale/*' \
        --dpkgopt='path-exclude=/usr/lib/*/libLLVM*' \
        --dpkgopt='path-exclude=/usr/lib/*/libz3*' \
        --essential-hook='mkdir -p "$1/etc/postgresql-common"' \
        --essential-hook='echo "create_main_cluster = false" \
            >"$1/etc/postgresql-common/createcluster.conf"' \
        --customize-hook="cp '$here'/images/*-entrypoint \"\$1/usr/local/bin/\"" \
        --customize-hook="cp '$here'/images/site.conf.in \"\$1/etc/nginx/\"" \
        --customize-hook="'$here/images/finish' \"\$1\"" \
        "$suite" "$root" - 1>&2
}

# --- the busybox file system ---------------------------------------------------------------------

# From the installed busybox-static, or from its package.
busybox_into() {
    local root=$1

    if dpkg-query -W -f '${Status}' busybox-static 2>/dev/null | grep -q ' installed$'; then
        cp /bin/busybox "$root/bin/busybox"
        return
    fi
    say "fetching busybox-static"
    mkdir "$root.deb" && (
        cd "$root.deb" && apt-get download -qq -o APT::Sandbox::User=root busybox-static >&2 &&
            dpkg-deb -x ./*.deb x && cp x/bin/busybox "$root/bin/busybox"
    )
}

make_tiny() {
    local tar=$1 root=$1.root applet

    say "making the busybox file system"
    mkdir -p "$root"/{bin,dev,etc,proc,root,sys,tmp,run,var}
    busybox_into "$root" || fail "no busybox-static"
    for applet in $("$root/bin/busybox" --list); do
        [ "$applet" = busybox ] || ln -s busybox "$root/bin/$applet"
    done
    chmod 1777 "$root/tmp"
    printf '%s\n' 'root:x:0:0:root:/root:/bin/sh' 'nobody:x:65534:65534:nobody:/:/bin/false' \
        >"$root/etc/passwd"
    echo 'root:x:0:' >"$root/etc/group"
    tar -C "$root" --sort=name --owner=0 --group=0 --numeric-owner --mtime=@0 -cf "$tar" .
}

# --- the archive ---------------------------------------------------------------------------------

# An image's configuration: image_configuration LAYER '"Entrypoint": [...]'
image_configuration() {
    printf '{"architecture":"%s","os":"linux","created":"1970-01-01T00:00:00Z",' \
        "$(dpkg --print-architecture)"
    printf '"config":{%s,"Env":["PATH=%s"]},' "$2" \
        /usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin
    printf '"rootfs":{"type":"layers","diff_ids":["sha256:%s"]}}' "$1"
}

# The archive that all three engines load: two layers, five configurations, a manifest.
make_archive() {
    local work=$1 debian tiny name comma=

    debian=$(sha256sum <"$work/debian.tar" | cut -d' ' -f1)
    tiny=$(sha256sum <"$work/tiny.tar" | cut -d' ' -f1)
    image_configuration "$tiny" '"Cmd":["/bin/sh"]' >"$work/tiny.json"
    for name in $names; do
        image_configuration "$debian" "\"Entrypoint\":[\"/usr/local/bin/$name-entrypoint\"]" \
            >"$work/$name.json"
    done
    {
        printf '['
        for name in tiny $names; do
            printf '%s{"Config":"%s.json","RepoTags":["%s:latest"],"Layers":["%s.tar"]}' \
                "$comma" "$name" "docker.io/syscull-test/$name" \
                "$([ "$name" = tiny ] && echo tiny || echo debian)"
            comma=,
        done
        printf ']\n'
    } >"$work/manifest.json"
    (cd "$work" && tar --sort=name --owner=0 --group=0 --mtime=@0 \
        -cf images.tar ./*.json debian.tar tiny.tar)
}

# Made in a folder aside and moved in place, so that an interrupted run leaves nothing half done.
make_images() {
    local out=$1 key=$2 work

    work=$(mktemp -d "$out/making.XXXXXX") || exit 1
    # shellcheck disable=SC2064 # the folder's name as it is now
    trap "rm -rf '$work'" EXIT
    make_tiny "$work/tiny.tar" || fail "the busybox file system could not be made"
    make_debian "$work/debian.tar" || fail "the Debian file system could not be made"
    make_archive "$work" || fail "the archive could not be written"
    find "$out" -maxdepth 1 -type f \( -name 'tiny-*.tar' -o -name 'images-*.tar' \) -delete
    mv "$work/tiny.tar" "$out/tiny-$key.tar" || exit 1
    mv "$work/images.tar" "$out/images-$key.tar" || exit 1
    ln -sfn "tiny-$key.tar" "$out/tiny.tar"
    ln -sfn "images-$key.tar" "$out/images.tar"
    rm -rf "$work"
    trap - EXIT
}

# --- load ----------------------------------------------------------------------------------------

# An image's id is the digest of its configuration: so it is known whether an engine has this one.
loaded() {
    local client=$1 name want

    for name in tiny $names; do
        want=$(tar -xOf "$archive" "./$name.json" | sha256sum | cut -d' ' -f1)
        "$dir/$client" image inspect --format '{{.Id}}' "docker.io/syscull-test/$name:latest" \
            2>/dev/null | grep -q "$want" || return 1
    done
}

load_docker() {
    loaded docker && return 0
    say "docker: loading tiny $names"
    "$dir/docker" load --quiet --input "$archive" >/dev/null
}

load_podman() {
    loaded podman && return 0
    say "podman: loading tiny $names"
    "$dir/podman" load --quiet --input "$archive" >/dev/null
}

# ctr shows no configuration's digest, so the key is kept beside.
load_namespace() {
    local space=$1

    [ -e "$dir/containerd-root/loaded-$space-$key" ] && return 0
    say "containerd: loading tiny $names in namespace $space"
    "$dir/ctr" -n "$space" images import "$archive" >/dev/null || return 1
    : >"$dir/containerd-root/loaded-$space-$key"
}

load_containerd() { load_namespace default; }
load_cri() { load_namespace k8s.io; } # where containerd's CRI looks

# The engines are loaded at the same time: each waits for the disk more than it computes.
load_all() {
    local client pids=() status=0

    for client; do
        { "load_$client" || { say "$client: the images could not be loaded" && false; }; } &
        pids+=("$!")
    done
    for client in "${pids[@]}"; do
        wait "$client" || status=1
    done
    return "$status"
}

# --- main ----------------------------------------------------------------------------------------

main() {
    local client

    [ -n "${1:-}" ] || fail "usage: images.sh OUTDIR [DIR [docker|podman|containerd|cri ...]]"
    mkdir -p "$1" || exit 1
    out=$(realpath "$1")
    dir=${2:-${ENGINES_DIR:-}}
    key=$(digest_of_recipe)
    archive=$out/images-$key.tar
    shift $(($# > 1 ? 2 : 1))

    exec 9>"$out/lock" # two test runs may share the folder
    flock 9
    if [ ! -s "$archive" ] || [ -n "${IMAGES_REBUILD:-}" ]; then
        make_images "$out" "$key" 9>&-
    fi
    exec 9>&-

    [ -n "$dir" ] || return 0
    dir=$(realpath "$dir")
    [ "$#" -gt 0 ] || set -- docker podman containerd
    for client; do
        case $client in
        docker | podman | containerd | cri) ;;
        *) fail "$client: no such engine" ;;
        esac
    done
    load_all "$@"
}

main "$@"
