#!/bin/sh
# Makes one image for Python, JavaScript and C where no image registry can be reached, from the
# packages of Debian. Needs root, debootstrap, and a Docker daemon.
#
#     docker/offline.sh [--force] [MIRROR]
set -eu

suite=bookworm
packages=python3,python3-pytest,nodejs,gcc,g++,libc6-dev,make
toolchains="python node c"

say() { printf 'offline.sh: %s\n' "$*" >&2; }
fail() { say "$*"; exit 2; }

force=
if [ "${1-}" = --force ]; then force=1; shift; fi
case "${1-}" in -*) fail "usage: offline.sh [--force] [MIRROR]" ;; esac
[ $# -le 1 ] || fail "usage: offline.sh [--force] [MIRROR]"

command -v docker >/dev/null || fail "docker is not installed"
docker info >/dev/null 2>&1 || fail "the Docker daemon does not answer: see 'docker info'"

missing=
for toolchain in $toolchains; do
    docker image inspect "indict-review/$toolchain:1" >/dev/null 2>&1 || missing=1
done
if [ -z "$missing" ] && [ -z "$force" ]; then
    say "the images are here already; --force makes them again"
    exit 0
fi

[ "$(id -u)" = 0 ] || fail "debootstrap needs root: run it with sudo"
command -v debootstrap >/dev/null || fail "debootstrap is not installed: apt-get install debootstrap"

folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
trap 'exit 130' INT TERM HUP

say "fetching the packages of Debian $suite (a minute or two)"
debootstrap --variant=minbase --include="$packages" "$suite" "$folder/root" ${1:+"$1"} \
    >"$folder/log" 2>&1 || { tail -n 20 "$folder/log" >&2; fail "debootstrap failed"; }
# Copied from this machine, and what can be fetched again.
rm -f "$folder/root/etc/resolv.conf" "$folder/root/etc/hostname"
find "$folder/root/var/cache/apt" "$folder/root/var/lib/apt/lists" -type f -delete

say "importing the image"
# By its digest: a run that fails leaves the tags as they were.
image=$(tar -C "$folder/root" -c . | docker import \
    --change 'ENV PATH=/usr/local/bin:/usr/bin:/bin' --change 'USER 65534:65534' -)
[ -n "$image" ] || fail "docker import failed"
for toolchain in $toolchains; do
    docker tag "$image" "indict-review/$toolchain:1"
    say "made indict-review/$toolchain:1"
done
