#!/bin/sh
# What `make demo` shows: one AI's patch, reviewed by tools alone and then with the embedded model.
# The review ends with 1, since what it found blocks, or with 0 where its revision mends all of that;
# the demo ends with 0, since that is the point.
set -u
cd "$(dirname "$0")"

review() {
    indict-review patch stock.md --repo stock --task @stock.task.md "$@"
    code=$?
    printf '\n(exit code %s)\n' "$code"
    [ "$code" -le 1 ]
}

echo "An AI was asked to add a search and a restore to a small shop's stock. It replied with a patch."
echo "First what tools alone see in it:"
echo
review --model none || exit 1

if [ "${DEMO_MODEL:-local}" = none ]; then
    exit 0
fi
echo
echo "Now with the embedded model: two critics argue, the actor revises, the revision is verified."
echo "Its weights are 1.1 GB, fetched once; the review then takes about three minutes on two cores."
echo "(DEMO_MODEL=none stops before this.)"
echo
indict-review model pull >/dev/null || exit 1
review --model "${DEMO_MODEL:-local}" || exit 1
