# Compiles a check in Rust in the workspace, where it finds the files it takes in, and runs it.
# Usage: build.sh BOX
box=$1
{ read -r mark; read -r trail; } <"$box/tools/ticket"
rm "$box/tools/ticket"
cd "$box/work" || exit 1
file=check_$trail.rs
mv "$box/tools/check.rs" "$file"
CHECK_RESULT="$box/out/$mark" CHECK_FILE=$file rustc --edition 2021 -A warnings -g \
    -C overflow-checks=on --crate-name check -o "$box/tmp/check" "$file" 2>"$box/tmp/said" ||
    { head -c 4000 "$box/tmp/said"; exit 90; }
rm "$file"
exec "$box/tmp/check"
