# Builds a check in C or C++ with sanitizers, if they can work, and runs it in the workspace.
# Usage: build.sh BOX COMPILER SUFFIX ENTRY
box=$1 compiler=$2 suffix=$3 entry=$4
{ read -r mark; read -r trail; read -r seconds; } <"$box/tools/ticket"
rm "$box/tools/ticket"
case $compiler in *++) standard=-std=gnu++17 ;; *) standard=-std=gnu11 ;; esac

build() {
    # `main` of a file under review is not the program's: the harness has that. Not optimized, so
    # that a fault is still there, and each frame has its place.
    "$compiler" $standard "$@" -gdwarf-4 -O0 -fno-omit-frame-pointer -fno-pie -finstrument-functions -w \
        -UNDEBUG -Dmain=main_of_the_project "-ffile-prefix-map=$box/=/" -iquote "$box/work" \
        -I "$box/work" -I "$box/work/include" -I "$box/work/src" -include assert.h \
        -include stdio.h -include stdlib.h -include string.h \
        -c "$box/tools/check.$suffix" -o "$box/tmp/check.o" &&
    gcc -g -fno-omit-frame-pointer -fno-pie "-DENTRY=$entry" "-DRESULT=\"$box/out/$mark\"" \
        "-DTRAIL=\"$trail\"" "-DPLACES=\"$box/tmp/places\"" "-DSECONDS=$seconds" \
        -c "$box/tools/harness.c" -o "$box/tmp/harness.o" &&
    "$compiler" "$@" -no-pie "$box/tmp/check.o" "$box/tmp/harness.o" -o "$box/tmp/check" \
        -lm -lpthread
}

undefined="-fsanitize=undefined -fno-sanitize-recover=all"
# AddressSanitizer maps terabytes, of which it touches little: not where that is limited.
roomy() { [ "$1" = unlimited ] || [ "$1" -ge 20000000000 ]; } # KiB
whole=
if roomy "$(ulimit -v)" && roomy "$(ulimit -d)"; then whole=1; fi
cd "$box/work" || exit 1
{ [ $whole ] && build -fsanitize=address $undefined; } 2>"$box/tmp/said" ||
    { [ $whole ] && ! grep -q sanit "$box/tmp/said"; } ||
    build $undefined -fstack-protector-all 2>"$box/tmp/said" ||
    { grep -q sanit "$box/tmp/said" && build -fstack-protector-all 2>"$box/tmp/said"; }
[ -x "$box/tmp/check" ] || { head -c 4000 "$box/tmp/said"; exit 90; }
rm "$box/tmp/harness.o" "$box/tmp/check.o"
"$box/tmp/check"
code=$?
# Where a sanitizer did not tell the places, the harness left addresses.
[ ! -f "$box/tmp/places" ] || head -c 20000 "$box/tmp/places" | while read -r line; do
    case $line in
    0x*) addr2line -i -e "$box/tmp/check" "$line" | sed 's/^/    #0 0x0 in ? /; s/ (discr.*//' ;;
    *) printf '\n%s\n' "$line" ;;
    esac
done
exit $code
