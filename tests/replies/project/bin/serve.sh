#!/bin/sh
set -e

PORT=${PORT:-8080}
DATABASE=${DATABASE:-orders.db}

if [ ! -f "$DATABASE" ]; then
    echo "no database: $DATABASE" >&2
    exit 1
fi

exec server --port $PORT --database $DATABASE
