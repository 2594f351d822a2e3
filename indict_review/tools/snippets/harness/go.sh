# Lays a check in Go beside the package it names, and runs it alone.
# Usage: build.sh BOX PACKAGE
box=$1 package=$2
{ read -r mark; read -r trail; read -r seconds; } <"$box/tools/ticket"
rm "$box/tools/ticket"
cd "$box/work" || exit 1
found=$(grep -rlE --include='*.go' "^package $package\$" . | grep -v _test.go | sort | head -n 1)
folder=$(dirname "${found:-./x}")
[ -f go.mod ] || printf 'module check\n' >go.mod
mv "$box/tools/check.go" "$folder/check_${trail}_test.go"
tests=$(sed -n 's/^func \(Test[A-Za-z0-9_]*\)(.*/\1/p' "$folder/check_${trail}_test.go" | paste -sd '|')
[ -n "$tests" ] || { echo 'error: it has no func TestX(t *testing.T)'; exit 90; }
go test -c -o "$box/tmp/check" "$folder" >"$box/tmp/said" 2>&1 ||
    { head -c 4000 "$box/tmp/said"; exit 90; }
cd "$folder" || exit 1
"$box/tmp/check" -test.v -test.run "^($tests)\$" -test.timeout "${seconds}s" >"$box/tmp/ran" 2>&1
code=$?
head -c 100000 "$box/tmp/ran"
# A test that exits with 0 has not come to its own end.
[ $code = 0 ] && [ "$(tail -n 1 "$box/tmp/ran")" = PASS ] && printf 'end\n' >"$box/out/$mark"
exit $code
