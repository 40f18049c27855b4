# What the steps of the action say, and how they end. Read by the others, never run.
# shellcheck shell=sh

# A message as a workflow command holds it.
escaped() {
    printf '%s' "$1" | sed 's/%/%25/g; s/\r/%0D/g' | awk 'NR > 1 { printf "%%0A" } { printf "%s", $0 }'
}

warn() {
    printf '::warning title=irc::%s\n' "$(escaped "$1")"
}

fail() {
    printf '::error title=irc::%s\n' "$(escaped "$1")"
    exit 2
}

# Prints a file into the log, where no line of it is taken for a command to the runner.
show() {
    stop=$(od -An -N16 -tx1 /dev/urandom | tr -d ' \n')
    printf '::stop-commands::%s\n' "$stop"
    cat "$1"
    printf '::%s::\n' "$stop"
}

# Whether an input that says yes or no says yes.
wanted() {
    case "$2" in
        true) return 0 ;;
        false) return 1 ;;
        *) fail "the input \`$1\` is true or false, not \`$2\`" ;;
    esac
}

# Ends a step with the exit code of irc. The job goes on, and fails in the last step.
leave() {
    printf 'code=%s\n' "$1" >>"$GITHUB_OUTPUT"
    exit 0
}
