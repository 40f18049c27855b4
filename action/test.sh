#!/bin/sh
# Runs the tests of definitions and suites.
set -eu
# shellcheck source=action/words.sh
. "$(dirname "$0")/words.sh"

wanted test "$IRC_TEST" || leave 0
code=0
irc test --format github -- "$IRC_PATH" || code=$?
leave "$code"
