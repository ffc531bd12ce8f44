#!/bin/sh
# Makes a primary of the standby that has received the most, after the primary is lost.
#
#   sh promote.sh "host=db1 port=5432" "host=db2 port=5432" "host=db3 port=5432"
#
# The lost primary is named first, then all its standbys. First make sure that the lost one is off and stays off: two
# primaries accept two histories. User and password come from PGUSER and ~/.pgpass; the user must be a superuser, or may
# EXECUTE pg_promote.
#
# With synchronous_standby_names = 'ANY 1 (...)' each confirmed change is on at least one standby, and so on the one
# that has received the most of all. A standby that does not answer might be that one: then nothing is promoted.
# ACCEPT_LOSS=yes promotes the best of those that do answer.
set -eu

ask() {
    PGCONNECT_TIMEOUT=5 psql -XAtq -v ON_ERROR_STOP=1 "$1 dbname=postgres" -c "$2"
}
refuse() {
    echo "promote: $1" >&2
    exit 1
}

[ $# -ge 2 ] || refuse "name the lost primary, then its standbys"
lost=$1
shift
if ask "$lost" "SELECT 1" >/dev/null 2>&1; then
    refuse "the primary ($lost) still answers; switch it off first"
fi

best='' most=-1
for standby in "$@"; do
    state=$(ask "$standby" "SELECT CASE WHEN pg_is_in_recovery() THEN pg_last_wal_receive_lsn() - '0/0' ELSE -1 END") ||
        state=silent
    case $state in
        silent) why="does not answer" ;;
        '') why="has received nothing since it was started" ;;
        -1) refuse "$standby is a primary already" ;;
        *) why='' ;;
    esac
    if [ -n "$why" ]; then
        [ "${ACCEPT_LOSS:-no}" = yes ] || refuse "$standby $why, and may have confirmed changes that no other one has"
        echo "promote: $standby $why; it is left out" >&2
    elif [ "$state" -gt "$most" ]; then
        best=$standby most=$state
    fi
done
[ -n "$best" ] || refuse "no standby can be promoted"

[ "$(ask "$best" "SELECT pg_promote(true, 60)")" = t ] || refuse "$best did not become a primary within a minute"
ask "$best" "CHECKPOINT" # pg_rewind reads the new timeline from it
echo "$best"
