#!/bin/sh
# Compares a pull request with its base: the answer goes into the summary of the run, and into one comment, which later
# runs bring up to date.
set -eu
here=$(dirname "$0")
# shellcheck source=action/words.sh
. "$here/words.sh"

wanted diff "$IRC_DIFF" || leave 0
[ -n "$IRC_NUMBER" ] || leave 0
git rev-parse --git-dir >/dev/null 2>&1 || fail 'this folder is no git repository: actions/checkout has to come before'
work=$(mktemp -d "$RUNNER_TEMP/irc-diff.XXXXXX")

# Bounds that cannot be looked at are not kept.
without() {
    if [ -n "$IRC_FAIL_IF" ]; then
        fail "$1"
    fi
    warn "$1"
    leave 0
}

# What GitHub made to be checked is the merge of the base, as it was then, and the pull request. Any other commit is
# compared with where it left the base, where the history of both is there.
merged=$(git cat-file commit HEAD | sed -n '/^$/q; s/^parent //p' | tr '\n' ' ')
case "$merged" in
    *" $IRC_HEAD ") base=${merged%% *} ;;
    *) base=$(git merge-base "$IRC_BASE" HEAD 2>/dev/null) || base=$IRC_BASE ;;
esac

fetch() {
    GIT_TERMINAL_PROMPT=0 git fetch --quiet --no-tags --depth=1 origin "$base" 2>"$work/said"
}
# The same with the token, for a repository that is not public and was checked out without leaving one behind.
fetch_with_token() {
    GIT_CONFIG_COUNT=1
    GIT_CONFIG_KEY_0=http.$GITHUB_SERVER_URL/.extraheader
    GIT_CONFIG_VALUE_0="Authorization: Basic $(printf 'x-access-token:%s' "$IRC_TOKEN" | base64 | tr -d '\n')"
    export GIT_CONFIG_COUNT GIT_CONFIG_KEY_0 GIT_CONFIG_VALUE_0
    fetch
}
if ! git cat-file -e "$base^{commit}" 2>/dev/null && ! fetch && ! (fetch_with_token); then
    without "cannot compare with the base $base, which was not checked out: $(cat "$work/said"). \`fetch-depth: 0\` for actions/checkout brings it."
fi

set -- diff --format markdown
while read -r bound; do
    [ -z "$bound" ] || set -- "$@" --fail-if "$bound"
done <<END
$IRC_FAIL_IF
END
code=0
irc "$@" -- "$base:./$IRC_PATH" "$IRC_PATH" >"$work/body" 2>"$work/said" || code=$?
show "$work/said"
answer=undecided
missing="cannot read $base:./$IRC_PATH: "
if [ "$code" -lt 2 ]; then
    answer=$(irc diff --format json -- "$base:./$IRC_PATH" "$IRC_PATH" 2>/dev/null | jq -r .answer)
elif [ "$(wc -l <"$work/said")" = 1 ] &&
    grep -qF -e "${missing}no definitions there" -e "${missing}there is no such file in " "$work/said"; then
    code=0
    printf '### The first routers\n\nThe base has no definitions there: nothing is routed differently.\n' >"$work/body"
else
    # What keeps it from being compared is mended by pull requests, too: that alone does not make one fail.
    [ -n "$IRC_FAIL_IF" ] || code=0
    { printf '### The routers cannot be compared with the base\n\n' && sed 's/^/    /' "$work/said"; } >"$work/body"
    warn 'the routers cannot be compared with the base; why stands in the summary of the run'
fi
cat "$work/body" >>"$GITHUB_STEP_SUMMARY"

# Where no definition was touched nothing new is said, only what was said before is put right.
new=yes
if [ "$answer" = same ]; then
    touched=$(irc check --changed-since "$base" --format json -- "$IRC_PATH" 2>/dev/null | jq -r .files)
    [ "$touched" != 0 ] || new=
fi
IRC_NEW=$new sh "$here/comment.sh" "$work/body" || warn 'cannot comment on the pull request; the answer stands in the summary of the run'
leave "$code"
