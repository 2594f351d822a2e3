# ctest.sh REPORT ARGUMENT...
# Configures and builds outside the workspace, then runs ctest.
report=$1
shift
build=${TMPDIR:-/tmp}/ctest-build
cmake -S . -B "$build" && cmake --build "$build" || exit
exec ctest --test-dir "$build" --output-junit "$report" "$@"
