#!/usr/bin/env bash
# Runs what people run most, for a build that counts what runs: release/build.sh builds by what it counted.
#
#   release/train.sh IRC
#
# Everything that is read lies in this repository, and one thread reads it, so that the counts are the same each time.
set -euo pipefail

if [ $# != 1 ] || [ ! -x "$1" ]; then
    printf 'release/train.sh: name the binary that is to run: release/train.sh IRC\n' >&2
    exit 2
fi
irc=$(realpath "$1")
cd "$(dirname "$0")/.."
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
log=$work/requests.jsonl
export RAYON_NUM_THREADS=1 NO_COLOR=1
day=2026-11-22

# Many definitions in one run, so that what a start takes does not count for more than what a definition takes.
for copy in $(seq 60); do
    mkdir -p "$work/routers/$copy"
    cp -R examples "$work/routers/$copy"
    cp benches/twelve-routes.yaml benches/forty-lines.yaml "$work/routers/$copy"
done
"$irc" check --no-config --as-of "$day" "$work/routers" >/dev/null
"$irc" check --no-config --as-of "$day" --format sarif examples >/dev/null
"$irc" test examples >/dev/null
for router in examples/*/router.yaml; do
    "$irc" build "$router"
    "$irc" fmt --check "$router"
done >/dev/null
for folder in tiers cost voice auto; do
    for _ in $(seq 200); do cat "examples/$folder/requests.jsonl"; done >"$log"
    "$irc" simulate --threads 1 --summary "examples/$folder/router.yaml" "$log"
    "$irc" simulate --threads 1 --format jsonl "examples/$folder/router.yaml" "$log"
done >/dev/null
