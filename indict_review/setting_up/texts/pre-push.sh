#!/bin/sh
# Written by `indict-review init --push`: the commits about to be pushed are reviewed first, by the
# model too, for two minutes at most. The way around: git push --no-verify

program=''
[ -x "$program" ] || program=$(command -v indict-review)
case $program in
    /* | ?:/*) ;;
    *) program= ;; # not there, or only in this folder, which is what is reviewed
esac
remote=$1

is_zero() {
    case $1 in *[!0]*) return 1 ;; esac
}

# What the remote has of the pushed commits ($1): in that branch ($2), its default branch, or any.
base_of() {
    if ! is_zero "$2" && git cat-file -e "$2^{commit}" 2>/dev/null; then
        git merge-base "$2" "$1" || echo "$2"
        return
    fi
    for name in HEAD main master; do
        git merge-base "refs/remotes/$remote/$name" "$1" 2>/dev/null && return
    done
    first=$(git rev-list --topo-order --reverse "$1" --not "--remotes=$remote" | head -n 1)
    git rev-parse --verify --quiet "${first:-$1}^" && return
    git hash-object -t tree /dev/null # the empty tree: the remote has nothing
}

failed=0
while read -r local_ref local_sha remote_ref remote_sha; do
    is_zero "$local_sha" && continue # a branch is deleted
    range=$(base_of "$local_sha" "$remote_sha")..$local_sha
    code=127
    if [ -n "$program" ]; then
        "$program" commits "$range" --budget seconds=120 --on-incomplete warn </dev/null
        code=$?
    fi
    if [ "$code" -eq 126 ] || [ "$code" -eq 127 ]; then
        echo 'indict-review: the program is gone, so that nothing was reviewed' >&2
        echo 'Install it and run `indict-review init` again; or else: git push --no-verify' >&2
        exit 1
    fi
    [ "$code" -eq 0 ] || failed=$code
done
exit "$failed"
