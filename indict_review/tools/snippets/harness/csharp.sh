# Builds a check in C# together with the project's files, without a network, and runs it.
# Usage: build.sh BOX
box=$1
cd "$box/tools/check" || exit 1
dotnet build --nologo -v quiet -o "$box/tmp/check" >"$box/tmp/said" 2>&1 ||
    { head -c 4000 "$box/tmp/said"; exit 90; }
cd "$box/work" || exit 1
exec dotnet "$box/tmp/check/check.dll" "$box"
