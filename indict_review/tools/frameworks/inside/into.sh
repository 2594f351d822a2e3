# into.sh FILE COMMAND...
# Runs the command with its standard output in the file: for runners that report there.
file=$1
shift
exec "$@" > "$file"
