# linked.sh FOLDER PROGRAM SCRIPT ARGUMENT...
# Runs a script of the prepared packages (node_modules, vendor): they are linked into the
# workspace, for those who look for them only there, or lie beside it.
folder=$1 program=$2 script=$3
shift 3
if [ ! -e "$folder" ] && [ -d "${INDICT_REVIEW_PREPARED:-/nowhere}/$folder" ]; then
  ln -s "$INDICT_REVIEW_PREPARED/$folder" "$folder"
fi
[ -e "$script" ] || [ ! -e "../$script" ] || script=../$script
exec "$program" "$script" "$@"
