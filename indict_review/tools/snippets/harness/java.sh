# Compiles a check in Java, with what it uses of the workspace, and runs it there.
# Usage: build.sh BOX FILE CLASS
box=$1 file=$2 class=$3
cd "$box/work" || exit 1
mkdir "$box/tmp/classes"
javac -g -nowarn -proc:none -encoding UTF-8 -d "$box/tmp/classes" \
    -sourcepath "$box/work:$box/work/src/main/java:$box/work/src" \
    "$box/tools/$file.java" "$box/tools/Harness.java" >"$box/tmp/said" 2>&1 ||
    { head -c 4000 "$box/tmp/said"; exit 90; }
exec java -ea -Xmx400m -XX:-UsePerfData -cp "$box/tmp/classes" Harness "$box" "$file.java" "$class"
