# keep.sh FOLDER PATTERN... -- COMMAND...
# Runs the command, then copies the reports that it left (by the patterns of their paths) to the
# folder, numbered. Files of the workspace itself are older than the mark, and are not taken.
folder=$1
shift
patterns=
while [ "$1" != -- ]; do
  patterns="$patterns $1"
  shift
done
shift
mark=${TMPDIR:-/tmp}/keep.mark
touch -t 197001020000 "$mark"
"$@"
code=$?
mkdir -p "$folder"
number=0
set -f
for pattern in $patterns; do
  find . -type f -newer "$mark" -path "$pattern" | sort > "$mark.list"
  while IFS= read -r file; do
    number=$((number + 1))
    cp -- "$file" "$folder/$number.xml"
  done < "$mark.list"
done
exit $code
