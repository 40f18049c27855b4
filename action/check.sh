#!/bin/sh
# Checks, and marks what is found in the files of the pull request.
set -eu
# shellcheck source=action/words.sh
. "$(dirname "$0")/words.sh"

set -- check --format github
if [ -n "$IRC_SARIF" ]; then
    set -- "$@" --output "sarif=$IRC_SARIF"
fi
code=0
irc "$@" -- "$IRC_PATH" || code=$?
leave "$code"
