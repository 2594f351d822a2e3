#!/bin/sh
# Written by `indict-review init`: what is about to be committed is reviewed first, by tools alone.
# What cannot be reviewed is stopped. The way around: git commit --no-verify

program=''
[ -x "$program" ] || program=$(command -v indict-review)
case $program in
    /* | ?:/*) "$program" staged; code=$? ;;
    *) code=127 ;; # not there, or only in this folder, which is what is reviewed
esac

if [ "$code" -eq 126 ] || [ "$code" -eq 127 ]; then
    echo 'indict-review: the program is gone, so that nothing was reviewed' >&2
    echo 'Install it and run `indict-review init` again; or else: git commit --no-verify' >&2
    exit 1
fi
exit "$code"
