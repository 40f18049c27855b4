#!/usr/bin/env bash
# How long does a whole run of `irc check` on one small file take, beside a process that does nothing?
#
#   cargo build --release && benches/start.sh [RUNS]
#
# Both are run in turn, so that whatever else the machine does hits them alike. Prints the medians, their difference and
# their ratio. Wants nothing but bash and rustc.
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

median() {
    sort -n "$1" | awk '{ all[NR] = $1 } END { print all[int((NR + 1) / 2)] }'
}

# Once before anything is measured: the files are in the cache then, and the definition is seen to be clean.
"$folder/empty"
"$irc" check --no-config "$file"

for ((i = 0; i < runs; i++)); do
    micros "$folder/empty" >>"$folder/empty.times"
    micros "$irc" check --no-config "$file" >>"$folder/irc.times"
done

empty=$(median "$folder/empty.times")
irc=$(median "$folder/irc.times")
awk -v runs="$runs" -v empty="$empty" -v irc="$irc" 'BEGIN {
    printf "median of %d runs each\n", runs
    printf "  empty process  %6.2f ms\n", empty / 1000
    printf "  irc check      %6.2f ms\n", irc / 1000
    printf "  difference     %6.2f ms, ratio %.1f\n", (irc - empty) / 1000, irc / empty
}'
