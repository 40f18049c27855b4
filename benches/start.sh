#!/usr/bin/env bash
# How long does a whole run of `irc check` on one small file take, beside a process that does nothing?
#
#   cargo build --release && benches/start.sh [RUNS]
#
# Both are run in turn, so that whatever else the machine does hits them alike. Prints the medians, their difference and
# their ratio, and the same of the quickest runs, which a busy machine distorts less. Wants nothing but bash and rustc.
set -euo pipefail
cd "$(dirname "$0")/.."

runs=${1:-60}
irc=${IRC:-target/release/irc}
file=benches/forty-lines.yaml
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT

rustc -O -o "$folder/empty" benches/empty.rs

# Microseconds that a command takes.
micros() {
    local start=$EPOCHREALTIME
    "$@" >"$folder/out"
    local end=$EPOCHREALTIME
    echo $((${end/[.,]/} - ${start/[.,]/}))
}

# The line of a sorted file that stands so many hundredths down.
line() {
    sort -n "$1" | awk -v part="$2" '{ all[NR] = $1 } END { print all[int((NR - 1) * part / 100) + 1] }'
}

tell() {
    awk -v what="$1" -v empty="$(line "$folder/empty.times" "$2")" -v irc="$(line "$folder/irc.times" "$2")" 'BEGIN {
        printf "%-9s empty process %6.2f ms, irc check %6.2f ms: difference %6.2f ms, ratio %.1f\n",
            what, empty / 1000, irc / 1000, (irc - empty) / 1000, irc / empty
    }'
}

# Once before anything is measured: the files are in the cache then, and the definition is seen to be clean.
"$folder/empty"
"$irc" check --no-config "$file"

for ((i = 0; i < runs; i++)); do
    micros "$folder/empty" >>"$folder/empty.times"
    micros "$irc" check --no-config "$file" >>"$folder/irc.times"
done

echo "$runs runs each"
tell median 50
tell quickest 0
