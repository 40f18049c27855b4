#!/bin/sh
# Fails the job if one of the steps before had something to say, now that all of them have said it.
set -eu
# shellcheck source=action/words.sh
. "$(dirname "$0")/words.sh"

worst=0
# heard STEP CODE WHAT-1-MEANS
heard() {
    case "$2" in
        0) return ;;
        1) printf '%s: %s\n' "$1" "$3" ;;
        *) printf '::error title=irc::%s could not do its work: exit code %s\n' "$1" "$2" ;;
    esac
    [ "$worst" -ge "$2" ] || worst=$2
}
heard 'irc check' "$IRC_CHECK" 'there are findings'
heard 'irc test' "$IRC_TEST" 'a test fails'
heard 'irc diff' "$IRC_DIFF" "more is routed differently than \`fail-if\` allows"
exit "$worst"
