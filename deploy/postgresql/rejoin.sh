#!/bin/sh
# Turns a former primary, which is stopped, into a standby of the new primary.
#
#   sh rejoin.sh /var/lib/postgresql/15/main "host=db2 port=5432"
#
# Run it as the user who owns the folder. What the former primary had alone is undone (pg_rewind); where that is not
# possible the new primary is copied (pg_basebackup), and the old folder stays beside it under the name ….before-rejoin.
# COPY=yes copies at once. CONFIG=/etc/postgresql/15/main/postgresql.conf names a configuration outside the folder.
# Afterwards start the server: its own primary_conninfo says whom it follows.
set -eu

data=$1
primary="$2 dbname=postgres"
if pg_ctl status -D "$data" >/dev/null 2>&1; then
    echo "rejoin: the server of $data runs; stop it first" >&2
    exit 1
fi

rewind() {
    [ "${COPY:-no}" != yes ] &&
        pg_rewind ${CONFIG:+"--config-file=$CONFIG"} --target-pgdata="$data" --source-server="$primary"
}

if ! rewind; then
    echo "rejoin: copying the new primary" >&2
    rm -rf "$data.new"
    pg_basebackup --pgdata="$data.new" --dbname="$primary" --checkpoint=fast --wal-method=stream
    rm -rf "$data.before-rejoin"
    mv "$data" "$data.before-rejoin"
    mv "$data.new" "$data"
fi
touch "$data/standby.signal"
