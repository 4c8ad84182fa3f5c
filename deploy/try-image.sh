#!/usr/bin/env bash
# Takes the steps of the Containerfile without a container engine, and starts the server that comes of it.
#
#     deploy/try-image.sh postgresql://user@127.0.0.1:5432/database
#
# Each stage is a root directory of its own, made by debootstrap from the Debian that the base image is made of. RUN, COPY,
# ENV, USER, WORKDIR, HEALTHCHECK and ENTRYPOINT are read from the Containerfile; what this script does not know ends it.
# The server listens on free ports, gets a secret of its own, and is asked /readyz; it is then stopped by the file's STOPSIGNAL.
# Needs Linux, root, debootstrap, and the registries of Debian and PyPI. Debian's mirror: DEBIAN_MIRROR=http://...
set -euo pipefail

context=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
containerfile=$context/deploy/Containerfile
database=${1:?usage: deploy/try-image.sh postgresql://user@127.0.0.1:5432/database}
work=$(mktemp -d /var/tmp/amity-image.XXXXXX)
server=

finish() {
    # Both: the server, which has changed its user, does not end with unshare.
    if [[ -n $server ]]; then kill -KILL $(pgrep --parent "$server") "$server" 2>/dev/null || true; fi
    umount --lazy "$work/final" 2>/dev/null || true
    rm -rf --one-file-system "$work"
}
trap finish EXIT

fail() {
    echo "try-image: $*" >&2
    exit 1
}

# command_inside ROOT USER DIRECTORY COMMAND...: put into `command` what runs a command in a stage, with the stage's environment
# and nothing else. Its namespaces end with it, and with them its mounts.
command_inside() {
    local root=$1 user=$2 directory=$3
    shift 3
    command=(env -i "${image_env[@]}" unshare --mount --pid --fork --mount-proc="$root/proc"
        chroot --userspec="$user" "$root" /bin/sh -c 'cd "$1" && shift && exec "$@"' sh "$directory" "$@")
}

inside() {
    command_inside "$@"
    "${command[@]}"
}

# What the base image has beside Debian: Python, and what a registry of packages needs to be reached from here.
base() {
    echo "FROM $1: Debian's own Python in a root of debootstrap"
    [[ $1 == python:3.11-slim-bookworm ]] || fail "no root is known that stands for $1"
    debootstrap --variant=minbase --include=python3,python3-venv,python3-pip,ca-certificates \
        bookworm "$work/base" ${DEBIAN_MIRROR:+"$DEBIAN_MIRROR"} >"$work/debootstrap.log" 2>&1 \
        || { tail -20 "$work/debootstrap.log" >&2; fail "debootstrap failed"; }
    cp /etc/resolv.conf /etc/hosts "$work/base/etc/"
    cp /etc/ssl/certs/ca-certificates.crt "$work/base/etc/ssl/certs/ca-certificates.crt"
}

# within ROOT PATH: a path of the image, on this machine.
within() {
    case $2 in
    /*) echo "$1$2" ;;
    *) echo "$1$directory/$2" ;;
    esac
}

copy() {
    local from=$context
    if [[ $1 == --from=* ]]; then
        from=$work/${1#--from=}
        shift
    fi
    local -a sources=("${@:1:$#-1}")
    local target source
    target=$(within "$root" "${*: -1}")
    for source in "${sources[@]}"; do
        if [[ -d $from/$source ]]; then
            mkdir -p "$target"
            cp --recursive --no-dereference --preserve=mode,links "$from/$source/." "$target/"
        else
            mkdir -p "$target"
            cp --preserve=mode "$from/$source" "$target/"
        fi
    done
}

instructions() {
    # One a line: comments go, and a line that ends in a backslash goes on.
    sed --expression='/^[[:space:]]*#/d' --expression='/^[[:space:]]*$/d' "$containerfile" \
        | sed --expression=':more' --expression='/\\$/{N;s/\\\n[[:space:]]*//;b more' --expression='}'
}

words_of() { # a list in JSON's form, one word a line
    python3 -c 'import json, sys; print("\n".join(json.loads(sys.argv[1])))' "$1"
}

root=
while read -r instruction arguments; do
    [[ $instruction == FROM ]] || echo "$instruction $arguments"
    case $instruction in
    FROM)
        read -r image as name <<<"$arguments"
        [[ -d $work/base ]] || base "$image"
        root=$work/${name:-final}
        [[ -z $as || $as == AS ]] || fail "FROM $arguments"
        cp --archive "$work/base" "$root"
        user=0:0 directory=/ stop_signal=SIGTERM
        image_env=(PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin HOME=/root)
        [[ -z ${PIP_INDEX_URL:-} ]] || image_env+=("PIP_INDEX_URL=$PIP_INDEX_URL")
        [[ $name != build ]] || image_env+=(PIP_CERT=/etc/ssl/certs/ca-certificates.crt)
        entrypoint=() healthcheck=() exposed=
        ;;
    RUN) inside "$root" "$user" "$directory" /bin/sh -c "$arguments" ;;
    COPY)
        read -r -a words <<<"$arguments"
        copy "${words[@]}"
        ;;
    ENV) mapfile -d '' -t image_env < <(env -i "${image_env[@]}" sh -c "export $arguments; unset PWD; exec env -0") ;;
    WORKDIR)
        directory=$arguments
        mkdir -p "$root$directory"
        ;;
    USER)
        user=$arguments
        image_env+=("HOME=$(inside "$root" 0:0 / getent passwd "${user%%:*}" | cut --delimiter=: --fields=6)")
        ;;
    EXPOSE) exposed=$arguments ;;
    STOPSIGNAL) stop_signal=$arguments ;;
    HEALTHCHECK) mapfile -t healthcheck < <(words_of "${arguments#*CMD }") ;;
    ENTRYPOINT) mapfile -t entrypoint < <(words_of "$arguments") ;;
    *) fail "$instruction is an instruction that this script does not know" ;;
    esac
done < <(instructions)

[[ $root == "$work/final" ]] || fail "the last stage has a name"
[[ ${user%%:*} != 0 && ${user%%:*} != root ]] || fail "the image runs as root"
for tool in gcc cc make hatchling; do
    ! inside "$root" "$user" / /bin/sh -c "command -v $tool" || fail "$tool was left in the image"
done
! inside "$root" "$user" / /opt/amity/bin/python3 -c 'import pip' 2>/dev/null || fail "pip was left in /opt/amity"
inside "$root" "$user" / /bin/sh -c '! touch /opt/amity/x /x 2>/dev/null' || fail "the user may write the program"

# Without a secret it has to refuse, and name what is missing.
refused=$(inside "$root" "$user" "$directory" "${entrypoint[@]}" 2>&1) && fail "it started without a secret"
grep --quiet secret <<<"$refused" || fail "no word of the secret: $refused"
echo "without a secret: $refused"

read -r api gateway < <(python3 -c '
import socket
both = [socket.create_server(("127.0.0.1", 0)) for _ in range(2)]
print(*(each.getsockname()[1] for each in both))')
secret=$(head --bytes=24 /dev/urandom | base64)
image_env+=("AMITY_SECRET=$secret" "AMITY_DATABASE=$database" "AMITY_API__PORT=$api" "AMITY_GATEWAY__PORT=$gateway")
echo "starting ${entrypoint[*]} as $user; it exposes $exposed, and listens on $gateway and $api here"
# Nothing is written into the image's own files: compose.yml and kubernetes.yml mount them read-only.
mount --bind "$root" "$root"
mount -o remount,bind,ro "$root"
command_inside "$root" "$user" "$directory" "${entrypoint[@]}"
"${command[@]}" >"$work/server.log" 2>&1 &
server=$!

answer=
for _ in $(seq 300); do
    if answer=$(curl --silent --show-error --fail --noproxy '*' "http://127.0.0.1:$api/readyz" 2>&1); then break; fi
    kill -0 "$server" 2>/dev/null || { cat "$work/server.log" >&2; fail "the server ended"; }
    sleep 0.1
done
grep --quiet '"ready":true' <<<"$answer" || { cat "$work/server.log" >&2; fail "/readyz: $answer"; }
echo "/readyz: $answer"
inside "$root" "$user" "$directory" "${healthcheck[@]//10002/$api}" || fail "the HEALTHCHECK failed"
echo "HEALTHCHECK: healthy"
listening=$(ss --no-header --tcp --listening --numeric)
for port in "$api" "$gateway"; do
    grep --quiet "0\.0\.0\.0:$port " <<<"$listening" || fail "it does not listen on 0.0.0.0:$port"
done

# The process below unshare is the server, and gets the signal as from an engine.
kill -s "${stop_signal#SIG}" "$(pgrep --parent "$server")"
code=0
wait "$server" || code=$?
server=
[[ $code == 0 ]] || { cat "$work/server.log" >&2; fail "the server ended with $code"; }
echo "stopped by $stop_signal with exit code 0"
echo "The image's steps work, and its server is ready: $(inside "$root" "$user" / amity --version)"
