#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# Private container engines for the live tests: containerd, dockerd (runc and crun), podman.
#
#   engines.sh start DIR          start them, all state under DIR
#   engines.sh stop DIR [--keep]  stop what was started there; remove DIR (--keep: leave the images)
#   engines.sh env DIR            print the shell lines that point a shell at them
#   engines.sh available ENGINE DIR   can ENGINE run a container? if not, one line says why
#
# ENGINE is one of docker-runc, docker-crun, podman-runc, podman-crun, containerd.
# A test may also source this file (set -u is fine, set -e is not); then engines_start,
# engines_stop, engines_env, engine_available, engine_run and engine_ctr are there. `env` sets
# ENGINES_DIR, which is the default of every DIR, and puts DIR first in PATH for the wrappers docker,
# podman, ctr and `inside`, which runs any command where the engines run:
#
#   eval "$(engines.sh env DIR)"
#   reason=$(engine_available docker-crun) || echo "ok 1 - ... # SKIP $reason"
#   engine_run docker-crun --rm --network none -- syscull-test/tiny true
#
# There is no bridge: say --network none or --network host.
#
# Everything runs in a mount namespace of its own, kept by a sleeping process (the anchor), because
#   - crun before 1.9 refuses the hybrid cgroup layout: the empty cgroup2 is unmounted in there,
#   - podman keeps its locks in /dev/shm under a fixed name: a private one keeps two users apart,
#   - what the engines mount disappears with the namespace, even after a crash.
# A mount on DIR/ns, made in that namespace only, marks each process in it as ours: nothing is ever
# ended by name, and a recorded pid is believed only while its process has that mount.

ENGINES_ALL="docker-runc docker-crun podman-runc podman-crun containerd"
ENGINES_MARK=.syscull-engines # a folder without this file is not ours to remove

engines_say() { printf 'engines: %s\n' "$*" >&2; }

# The folder of an instance: absolute, so that it can be recognised in mount tables.
engines_dir() {
    local dir=${1:-${ENGINES_DIR:-}}

    if [ -z "$dir" ]; then
        engines_say "no folder given, and ENGINES_DIR is not set"
        return 2
    fi
    dir=$(realpath -m -- "$dir") || return 2
    case $dir in
    *[!A-Za-z0-9/._-]*)
        engines_say "$dir: only letters, digits and ._- are supported in the folder's name"
        return 2
        ;;
    esac
    # The longest socket under it must fit in a sun_path (107 bytes).
    if [ "${#dir}" -gt 60 ]; then
        engines_say "$dir: too long for the sockets in it (60 characters at most)"
        return 2
    fi
    printf '%s\n' "$dir"
}

# --- whose process is this -----------------------------------------------------------------------

# Those that see the marking mount (daemons, shims, conmon, wrappers), or whose root is an overlay
# of ours (a container whose shim died), and everything that descends from them.
engines_pids() {
    local dir=$1 roots

    roots=$(grep -lsE -e " $dir/ns " -e "upperdir=$dir/" /proc/[0-9]*/mountinfo |
        sed 's|^/proc/\([0-9]*\)/.*|\1|')
    [ -n "$roots" ] || return 0
    ps -eo pid=,ppid= | awk -v roots="$roots" '
        { parent[$1] = $2 }
        END {
            n = split(roots, list, "\n")
            for (i = 1; i <= n; i++)
                if (list[i] in parent)
                    ours[list[i]] = 1
            do {
                grew = 0
                for (pid in parent)
                    if (!(pid in ours) && (parent[pid] in ours)) {
                        ours[pid] = 1
                        grew = 1
                    }
            } while (grew)
            for (pid in ours)
                print pid
        }'
}

# Prints the pid in DIR/run/NAME.pid if that process is alive and ours; a stale file is ignored.
engines_pid() {
    local dir=$1 name=$2 pid

    pid=$(cat "$dir/run/$name.pid" 2>/dev/null) || return 1
    [ -n "$pid" ] && grep -qs " $dir/ns " "/proc/$pid/mountinfo" || return 1
    # A process that ended and was not reaped yet has no mountinfo, so this one lives.
    printf '%s\n' "$pid"
}

# engines_wait SECONDS COMMAND... : until the command succeeds.
engines_wait() {
    local left=$(($1 * 10))

    shift
    until "$@" >/dev/null 2>&1; do
        [ "$left" -gt 0 ] || return 1
        left=$((left - 1))
        sleep 0.1
    done
}

engines_gone() { ! engines_pid "$1" "$2"; }

# Ask, wait, insist.
engines_end() {
    local dir=$1 name=$2 pid

    pid=$(engines_pid "$dir" "$name") || return 0
    kill -TERM "$pid" 2>/dev/null
    engines_wait 15 engines_gone "$dir" "$name" || kill -KILL "$pid" 2>/dev/null
}

# What a crashed daemon left: shims, conmon, containers. Repeated, as a parent may fork meanwhile.
engines_end_all() {
    local dir=$1 pids tries=20

    while pids=$(engines_pids "$dir") && [ -n "$pids" ] && [ "$tries" -gt 0 ]; do
        # shellcheck disable=SC2086 # one argument per pid
        kill -KILL $pids 2>/dev/null
        tries=$((tries - 1))
        sleep 0.1
    done
    [ -z "$pids" ]
}

# --- why not -------------------------------------------------------------------------------------

# A reason is kept per engine, in one line, for a test's `# SKIP`.
engines_refuse() {
    local dir=$1 engine

    for engine in $2; do
        [ -s "$dir/why/$engine" ] || printf '%s\n' "$3" >"$dir/why/$engine"
    done
}

# Where a program is, the wrappers of any instance left out: PATH may have them first.
engines_find() {
    local path

    while read -r path; do
        [ -e "$(dirname "$path")/$ENGINES_MARK" ] || { printf '%s\n' "$path" && return; }
    done < <(type -ap "$1")
    return 1
}

engines_need_programs() {
    local dir=$1 engine program

    for engine in $ENGINES_ALL; do
        case $engine in
        docker-*) set -- docker dockerd containerd containerd-shim-runc-v2 "${engine#*-}" ;;
        podman-*) set -- podman conmon "${engine#*-}" ;;
        containerd) set -- containerd containerd-shim-runc-v2 ctr runc ;;
        esac
        for program; do
            engines_find "$program" >/dev/null ||
                engines_refuse "$dir" "$engine" "$program is not installed"
        done
    done
}

# The last message of a daemon's log, without its time stamps.
engines_last_words() {
    local words

    words=$(grep -hE 'level=(fatal|error)|^failed|^Error' "$1" 2>/dev/null | tail -n 1)
    [ -n "$words" ] || words=$(tail -n 1 "$1" 2>/dev/null)
    printf '%s' "$words" | sed -E 's/^.*msg="?//; s/" ?([a-z]+=.*)?$//' | tr -d '\r' | cut -c1-200
}

# --- start ---------------------------------------------------------------------------------------

# For the shells that become daemons: a lock or a pipe of the test's must not live on in them.
# shellcheck disable=SC2016
ENGINES_CLOSE='for fd in $(ls /proc/self/fd); do [ "$fd" -le 2 ] || eval "exec $fd>&-"; done;'

# Starts the process that keeps the mount namespace. setsid: an interrupt at the terminal is for the
# test, whose clean-up then stops the engines in order.
engines_start_anchor() {
    local dir=$1

    # shellcheck disable=SC2016 # the inner shell expands these
    setsid unshare --mount --propagation private bash -u -c "$ENGINES_CLOSE"'
        dir=$1
        mount -t tmpfs -o size=64k,mode=755 syscull-engines "$dir/ns" || exit 1
        mount -t tmpfs -o size=64m,mode=1777 shm /dev/shm || exit 1
        if [ "$(stat -f -c %T /sys/fs/cgroup)" != cgroup2fs ] &&
            [ "$(stat -f -c %T /sys/fs/cgroup/unified 2>/dev/null)" = cgroup2fs ]; then
            umount /sys/fs/cgroup/unified || echo hybrid >"$dir/run/hybrid"
        fi
        echo $$ >"$dir/run/anchor.pid"
        exec sleep infinity
    ' anchor "$dir" </dev/null >"$dir/log/anchor" 2>&1 &
    disown
    engines_wait 5 engines_pid "$dir" anchor
}

# engines_spawn DIR NAME COMMAND... : a daemon in the namespace.
engines_spawn() {
    local dir=$1 name=$2 anchor

    shift 2
    anchor=$(engines_pid "$dir" anchor) || return 1
    (
        # setsid forks if it leads a group, as it does in an interactive shell: so the pid is
        # written by the process that becomes the daemon.
        # shellcheck disable=SC2016
        exec setsid nsenter --target "$anchor" --mount -- \
            bash -c "$ENGINES_CLOSE"'echo $$ >"$1"; shift; exec "$@"' \
            "$name" "$dir/run/$name.pid" "$@"
    ) </dev/null >"$dir/log/$name" 2>&1 &
    disown
    engines_wait 5 engines_pid "$dir" "$name"
}

# One wrapper per client. The namespace's root is entered first and the caller's folder after it, so
# that relative file names mean the same and lead through the namespace's mounts.
engines_write_wrapper() {
    local dir=$1 name=$2

    shift 2
    cat >"$dir/$name" <<WRAPPER
#!/bin/sh
# $name, in the mount namespace of the test engines
anchor=\$(cat '$dir/run/anchor.pid' 2>/dev/null)
grep -qs ' $dir/ns ' "/proc/\$anchor/mountinfo" || {
    echo '$name: the test engines in $dir are not running' >&2
    exit 125
}
export CONTAINERS_CONF='$dir/containers.conf' CONTAINERS_STORAGE_CONF='$dir/storage.conf'
export DOCKER_HOST='unix://$dir/docker.sock' CONTAINERD_ADDRESS='$dir/containerd.sock'
unset DOCKER_CONTEXT DOCKER_CONFIG CONTAINER_HOST CONTAINERD_NAMESPACE
exec nsenter --target "\$anchor" --mount -- \\
    sh -c 'cd "\$1" && shift && exec "\$@"' sh "\$PWD" \\
    $* "\$@"
WRAPPER
    chmod 755 "$dir/$name"
}

engines_write_wrappers() {
    local dir=$1

    engines_write_wrapper "$dir" docker "$(engines_find docker)" --config "$dir/run/docker-config"
    engines_write_wrapper "$dir" ctr "$(engines_find ctr)"
    engines_write_wrapper "$dir" podman "$(engines_find podman)" \
        --root "$dir/podman-root" --runroot "$dir/run/podman" --tmpdir "$dir/run/libpod" \
        --cgroup-manager=cgroupfs --network-config-dir "$dir/run/cni"
    engines_write_wrapper "$dir" inside "" # any command in the namespace
}

engines_smaller() {
    if [ "$1" = unlimited ] || [ "$1" -gt "$2" ]; then echo "$2"; else echo "$1"; fi
}

# podman raises the limits to its own default, which needs CAP_SYS_RESOURCE: name lower ones.
engines_write_podman_configuration() {
    local dir=$1 files processes

    files=$(engines_smaller "$(ulimit -Hn)" 1048576)
    processes=$(engines_smaller "$(ulimit -Hu)" 4096)
    cat >"$dir/containers.conf" <<CONF
[containers]
netns = "none"
default_ulimits = ["nofile=$files:$files", "nproc=$processes:$processes"]
log_driver = "k8s-file"
[engine]
cgroup_manager = "cgroupfs"
events_logger = "file"
runtime = "$([ -s "$dir/why/podman-crun" ] && echo runc || echo crun)"
CONF
    cat >"$dir/storage.conf" <<CONF
[storage]
driver = "$(engines_overlay "$dir" && echo overlay || echo vfs)"
graphroot = "$dir/podman-root"
runroot = "$dir/run/podman"
CONF
}

# oom_score_adj: lowering it needs CAP_SYS_RESOURCE, too.
engines_write_containerd_configuration() {
    local dir=$1

    cat >"$dir/containerd.toml" <<CONF
version = 2
root = "$dir/containerd-root"
state = "$dir/run/containerd"
[grpc]
  address = "$dir/containerd.sock"
[plugins."io.containerd.internal.v1.opt"]
  path = "$dir/run/opt"
[plugins."io.containerd.grpc.v1.cri"]
  restrict_oom_score_adj = true
  sandbox_image = "docker.io/syscull-test/tiny:latest"
  [plugins."io.containerd.grpc.v1.cri".containerd]
    snapshotter = "$(engines_overlay "$dir" && echo overlayfs || echo native)"
  [plugins."io.containerd.grpc.v1.cri".cni]
    conf_dir = "$dir/run/cni"
CONF
}

# Can an overlay be mounted on DIR's file system? Tried once, inside, where it disappears.
engines_overlay() {
    local dir=$1 probe=$1/run/overlay

    if [ ! -e "$probe.answer" ]; then
        mkdir -p "$probe/l" "$probe/u" "$probe/w" "$probe/m"
        if nsenter --target "$(engines_pid "$dir" anchor)" --mount -- unshare --mount \
            mount -t overlay -o "lowerdir=$probe/l,upperdir=$probe/u,workdir=$probe/w" \
            probe "$probe/m" 2>/dev/null; then
            echo yes >"$probe.answer"
        else
            echo no >"$probe.answer"
        fi
        rm -rf "$probe"
    fi
    grep -qx yes "$probe.answer"
}

engines_containerd_answers() { "$1/ctr" version; }
engines_docker_answers() { "$1/docker" version; }
# A daemon that gave up need not be waited for.
engines_settled() { engines_gone "$2" "$1" || "engines_${1/dockerd/docker}_answers" "$2"; }

engines_start_containerd() {
    local dir=$1

    [ -s "$dir/why/containerd" ] && return 1
    engines_spawn "$dir" containerd "$(engines_find containerd)" --config "$dir/containerd.toml"
    engines_wait 30 engines_settled containerd "$dir"
    engines_containerd_answers "$dir" >/dev/null 2>&1 && return 0
    engines_refuse "$dir" "containerd docker-runc docker-crun" \
        "containerd does not start: $(engines_last_words "$dir/log/containerd")"
    return 1
}

# No bridge and no firewall rules: the machine's network is not ours to change. Containers get
# --network none, or host, where the test reaches them on the loopback device.
engines_start_docker() {
    local dir=$1 crun

    [ -s "$dir/why/docker-runc" ] && [ -s "$dir/why/docker-crun" ] && return 1
    crun=$(engines_find crun)
    echo '{}' >"$dir/daemon.json" # not the machine's /etc/docker/daemon.json
    engines_spawn "$dir" dockerd "$(engines_find dockerd)" --config-file "$dir/daemon.json" \
        --host "unix://$dir/docker.sock" --containerd "$dir/containerd.sock" \
        --data-root "$dir/docker-root" --exec-root "$dir/run/docker" \
        --pidfile "$dir/run/dockerd.own.pid" --group "$(id -gn)" \
        --storage-driver "$(engines_overlay "$dir" && echo overlay2 || echo vfs)" \
        --exec-opt native.cgroupdriver=cgroupfs \
        --bridge none --iptables=false --ip6tables=false --ip-forward=false --ip-masq=false \
        --userland-proxy=false --shutdown-timeout 5 ${crun:+--add-runtime "crun=$crun"}
    engines_wait 60 engines_settled dockerd "$dir"
    engines_docker_answers "$dir" >/dev/null 2>&1 && return 0
    engines_refuse "$dir" "docker-runc docker-crun" \
        "dockerd does not start: $(engines_last_words "$dir/log/dockerd")"
    return 1
}

# The parents of the containers' cgroups outlive the containers; remember those that were not there.
engines_note_cgroups() {
    local dir=$1 root

    for root in /sys/fs/cgroup /sys/fs/cgroup/*; do
        [ -e "$root/cgroup.procs" ] || continue
        printf '%s\n' "$root"/{docker,libpod_parent,default,k8s.io}
    done | while read -r root; do
        [ -d "$root" ] || printf '%s\n' "$root"
    done >"$dir/run/cgroups"
}

engines_prepare_folder() {
    local dir=$1

    if [ -d "$dir" ] && [ ! -e "$dir/$ENGINES_MARK" ] && [ -n "$(ls -A "$dir")" ]; then
        engines_say "$dir: not empty, and not made by this script"
        return 1
    fi
    mkdir -p "$dir" && : >"$dir/$ENGINES_MARK" || return 1
    rm -rf "$dir/run" "$dir/why" "$dir"/*.sock*
    mkdir -p "$dir/run/docker-config" "$dir/run/cni" "$dir/log" "$dir/why" "$dir/ns"
}

# Returns 0 if at least one engine runs; the reasons of the others are in DIR/why.
engines_start() {
    local dir

    dir=$(engines_dir "${1:-}") || return 2
    if engines_pid "$dir" anchor >/dev/null && engines_docker_answers "$dir" >/dev/null 2>&1; then
        engines_say "already running in $dir"
        return 0
    fi
    engines_end_all "$dir" # what a crashed run left
    engines_prepare_folder "$dir" || return 1
    if [ "$(id -u)" != 0 ]; then
        engines_refuse "$dir" "$ENGINES_ALL" "private engines need root"
        return 1
    fi
    engines_need_programs "$dir"
    if ! engines_start_anchor "$dir"; then
        engines_refuse "$dir" "$ENGINES_ALL" "no mount namespace: $(tail -n 1 "$dir/log/anchor")"
        return 1
    fi
    if [ -e "$dir/run/hybrid" ]; then
        engines_refuse "$dir" "docker-crun podman-crun" \
            "crun needs another cgroup layout, and /sys/fs/cgroup/unified cannot be unmounted"
    fi
    engines_note_cgroups "$dir"
    engines_write_podman_configuration "$dir"
    engines_write_containerd_configuration "$dir"
    engines_write_wrappers "$dir"
    engines_start_containerd "$dir" && engines_start_docker "$dir"
    engines_report "$dir"
}

engines_report() {
    local dir=$1 engine running=

    for engine in $ENGINES_ALL; do
        if [ -s "$dir/why/$engine" ]; then
            engines_say "$engine: $(cat "$dir/why/$engine")"
        else
            running="$running $engine"
        fi
    done
    engines_say "started in $dir:${running:- none}"
    [ -n "$running" ]
}

# --- stop ----------------------------------------------------------------------------------------

# Containers are ended through their engines while these live, so that they tidy up themselves.
engines_end_containers() {
    local dir=$1 list space

    engines_pid "$dir" anchor >/dev/null || return 0
    if engines_pid "$dir" dockerd >/dev/null; then
        list=$(timeout 20 "$dir/docker" ps -aq 2>/dev/null)
        # shellcheck disable=SC2086 # one argument per container
        [ -z "$list" ] || timeout 60 "$dir/docker" rm -f -v $list >/dev/null 2>&1
    fi
    if [ -d "$dir/podman-root" ]; then
        timeout 60 "$dir/podman" rm -f -a -t 0 >/dev/null 2>&1
    fi
    if engines_pid "$dir" containerd >/dev/null; then
        for space in $(timeout 20 "$dir/ctr" namespaces list -q 2>/dev/null); do
            [ "$space" = moby ] && continue # docker's, see above
            for list in $(timeout 20 "$dir/ctr" -n "$space" tasks list -q 2>/dev/null); do
                timeout 20 "$dir/ctr" -n "$space" tasks rm -f "$list" >/dev/null 2>&1
            done
            for list in $(timeout 20 "$dir/ctr" -n "$space" containers list -q 2>/dev/null); do
                timeout 20 "$dir/ctr" -n "$space" containers rm "$list" >/dev/null 2>&1
            done
        done
    fi
}

# The containers that DIR knows of: docker's and podman's.
engines_ids() {
    find "$1"/docker-root/containers "$1"/podman-root/*-containers -mindepth 1 -maxdepth 1 \
        -type d -printf '%f\n' 2>/dev/null
}

# What a crash leaves outside DIR: the runtimes' state of podman's containers and of containerd's
# tasks, and the sockets of the shims.
engines_remove_states() {
    local dir=$1 id task

    for id in $(engines_ids "$dir"); do
        rm -rf "/run/crun/$id" "/run/runc/$id"
    done
    for task in "$dir"/run/containerd/io.containerd.runtime.v2.task/*/*; do
        [ -d "$task" ] || continue
        id=${task##*/}
        rm -f "$(sed -n 's|^unix://\(/run/containerd/s/\)|\1|p' "$task/address" 2>/dev/null)"
        task=${task%/*}
        rm -rf "/run/containerd/runc/${task##*/}/$id"
    done
}

# rmdir: a cgroup still in use, by whomever, stays.
engines_remove_cgroups() {
    local dir=$1 root id

    for root in /sys/fs/cgroup /sys/fs/cgroup/*; do
        for id in $(engines_ids "$dir"); do
            rmdir "$root/docker/$id" "$root/libpod_parent/libpod-$id" 2>/dev/null
        done
    done
    while read -r root; do
        [ ! -d "$root" ] || rmdir "$root"/* "$root" 2>/dev/null
    done <"$dir/run/cgroups"
}

# The namespace took its mounts along. What is left here was mounted by a test, or by an older run.
engines_unmount() {
    local dir=$1 point

    awk -v under="$dir/" 'index($5, under) == 1 { print $5 }' /proc/self/mountinfo | sort -r |
        while read -r point; do
            umount "$point" 2>/dev/null || umount -l "$point"
        done
}

engines_stop() {
    local dir keep=${2:-}

    dir=$(engines_dir "${1:-}") || return 2
    [ -e "$dir" ] || return 0
    if [ ! -e "$dir/$ENGINES_MARK" ]; then
        engines_say "$dir: not made by this script, left alone"
        return 1
    fi
    engines_end_containers "$dir"
    engines_end "$dir" dockerd
    engines_end "$dir" containerd
    if ! engines_end_all "$dir"; then
        engines_say "cannot end: $(engines_pids "$dir" | tr '\n' ' ')"
        return 1
    fi
    engines_unmount "$dir"
    engines_remove_states "$dir"
    [ ! -e "$dir/run/cgroups" ] || engines_remove_cgroups "$dir"
    if [ "$keep" = --keep ]; then
        rm -rf --one-file-system "$dir/run" "$dir/log" "$dir/why" "$dir/ns" "$dir"/*.sock*
    else
        rm -rf --one-file-system "$dir"
    fi
}

# --- use -----------------------------------------------------------------------------------------

# For `eval "$(engines.sh env DIR)"`.
engines_env() {
    local dir

    dir=$(engines_dir "${1:-}") || return 2
    cat <<LINES
export ENGINES_DIR='$dir'
export DOCKER_HOST='unix://$dir/docker.sock'
export CONTAINERD_ADDRESS='$dir/containerd.sock'
case ":\$PATH:" in *":$dir:"*) ;; *) PATH='$dir':\$PATH ;; esac
export PATH
LINES
}

# Status 0, or 1 and the reason on stdout. With the image syscull-test/tiny at hand a container is
# really run, once; the answer is kept, as tests ask often.
engine_available() {
    local engine=$1 dir

    dir=$(engines_dir "${2:-}") || return 2
    if ! engines_pid "$dir" anchor >/dev/null && [ ! -s "$dir/why/$engine" ]; then
        echo "the test engines are not running"
        return 1
    fi
    case " $ENGINES_ALL " in
    *" $engine "*) ;;
    *)
        echo "$engine: no such engine"
        return 2
        ;;
    esac
    [ -e "$dir/why/$engine" ] || engine_probe "$engine" "$dir"
    if [ -s "$dir/why/$engine" ]; then
        cat "$dir/why/$engine"
        return 1
    fi
}

engine_has_image() {
    case $1 in
    docker-*) "$2/docker" image inspect "$3" ;;
    podman-*) "$2/podman" image exists "$3" ;;
    containerd) "$2/ctr" images list -q | grep -qx "docker.io/$3:latest" ;;
    esac >/dev/null 2>&1
}

engine_probe() {
    local engine=$1 dir=$2 words

    engine_has_image "$engine" "$dir" syscull-test/tiny || return 0
    if words=$(engine_run_in "$dir" "$engine" --rm -- syscull-test/tiny true 2>&1); then
        : >"$dir/why/$engine"
    else
        words=$(printf '%s' "$words" | tr '\n\r' '  ' | cut -c1-200)
        printf '%s\n' "does not run a container: ${words:-no message}" >"$dir/why/$engine"
    fi
}

# engine_run_in DIR ENGINE [OPTION...] -- IMAGE [COMMAND...]
engine_run_in() {
    local dir=$1 engine=$2 options=() image

    shift 2
    while [ "$#" -gt 0 ] && [ "$1" != -- ]; do
        options+=("$1")
        shift
    done
    [ "$#" -gt 1 ] || { engines_say "engine_run: no -- IMAGE"; return 2; }
    image=$2
    shift 2
    case $engine in
    docker-*) "$dir/docker" run --runtime "${engine#docker-}" "${options[@]}" "$image" "$@" ;;
    podman-*) "$dir/podman" --runtime "${engine#podman-}" run "${options[@]}" "$image" "$@" ;;
    # ctr has no name of its own for a container; its image names are complete.
    containerd) "$dir/ctr" run "${options[@]}" "docker.io/$image:latest" "probe-$$-$RANDOM" "$@" ;;
    *) engines_say "$engine: no such engine"; return 2 ;;
    esac
}

# engine_run ENGINE [OPTION...] -- IMAGE [COMMAND...], in the engines of ENGINES_DIR.
# The options are the engine's own; --network host is docker's and podman's, ctr has --net-host.
engine_run() { engine_run_in "${ENGINES_DIR:?engine_run needs ENGINES_DIR}" "$@"; }

# ctr of the private containerd, as the wrapper.
engine_ctr() { "${ENGINES_DIR:?engine_ctr needs ENGINES_DIR}/ctr" "$@"; }

engines_main() {
    case ${1:-} in
    start) engines_start "${2:-}" ;;
    stop) engines_stop "${2:-}" "${3:-}" ;;
    env) engines_env "${2:-}" ;;
    available) engine_available "${2:?which engine?}" "${3:-}" ;;
    *)
        sed -n '2,/^$/s/^# \{0,1\}//p' "${BASH_SOURCE[0]}" >&2
        return 2
        ;;
    esac
}

if [ "${BASH_SOURCE[0]}" = "$0" ]; then
    set -u
    engines_main "$@"
fi
