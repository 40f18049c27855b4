#!/bin/sh
# comment.sh FILE: puts the file into the comment of this action on the pull request. Without a comment yet it makes one,
# if IRC_NEW says so. Not to be allowed to is a warning: the token of a pull request from a fork can only read.
set -eu
# shellcheck source=action/words.sh
. "$(dirname "$0")/words.sh"

work=$(mktemp -d "$RUNNER_TEMP/irc-comment.XXXXXX")
run=$GITHUB_SERVER_URL/$GITHUB_REPOSITORY/actions/runs/$GITHUB_RUN_ID

# api METHOD PATH [FILE]: prints the status, and leaves the answer in a file. The token is no argument of any process.
api() {
    printf 'Authorization: Bearer %s\n' "$IRC_TOKEN" |
        curl --silent --show-error --request "$1" --header @- --header 'Content-Type: application/json' \
            --header 'Accept: application/vnd.github+json' --header 'X-GitHub-Api-Version: 2022-11-28' \
            --max-time 60 --output "$work/answer" --write-out '%{http_code}' ${3:+--data-binary "@$3"} \
            "$GITHUB_API_URL$2"
}

refused() {
    said=$(jq -r '.message? // empty' "$work/answer" 2>/dev/null || true)
    help=
    case "$1" in
        401 | 403 | 404) help=" The job needs \`permissions: pull-requests: write\`; a pull request from a fork never has it." ;;
    esac
    warn "cannot comment on the pull request: status $1${said:+, $said}.$help What is new stands in the summary of the run: $run"
    exit 0
}

if [ -z "$IRC_TOKEN" ]; then
    warn "there is no token to comment on the pull request with. What is new stands in the summary of the run: $run"
    exit 0
fi

# One comment for each path that is compared. A comment is ours if whoever owns the token wrote it: anybody can write what
# looks like it. The token of a job belongs to no user, and its comments to a bot.
marker="<!-- irc diff $(printf '%s' "$IRC_PATH" | sha256sum | cut -c 1-16) -->"
login=
status=$(api GET /user)
if [ "$status" = 200 ]; then
    login=$(jq -r .login "$work/answer")
fi
id='' page=1
while [ -z "$id" ]; do
    status=$(api GET "/repos/$GITHUB_REPOSITORY/issues/$IRC_NUMBER/comments?per_page=100&page=$page")
    [ "$status" = 200 ] || refused "$status"
    id=$(jq -r --arg marker "$marker" --arg login "$login" '
        map(select((.body // "" | startswith($marker))
            and (if $login == "" then .user.type == "Bot" else .user.login == $login end)))
        | .[0].id // empty' "$work/answer")
    [ "$(jq length "$work/answer")" = 100 ] || break
    page=$((page + 1))
done
[ -n "$id$IRC_NEW" ] || exit 0

short() {
    printf '%s' "$1" | cut -c 1-7
}
{
    printf '%s\n' "$marker"
    # A comment has at most 65,536 characters.
    if [ "$(wc -c <"$1")" -le 65000 ]; then
        cat "$1"
    else
        head -n 1 "$1" | cut -c 1-1000
        printf '\nThis is too long for a comment: it stands in the [summary of the run](%s).\n' "$run"
    fi
    printf '\n<sub>as of %s, in [this run](%s)</sub>\n' "$(short "$IRC_HEAD")" "$run"
} >"$work/text"
jq --raw-input --slurp '{body: .}' "$work/text" >"$work/request"
if [ -n "$id" ]; then
    status=$(api PATCH "/repos/$GITHUB_REPOSITORY/issues/comments/$id" "$work/request")
else
    status=$(api POST "/repos/$GITHUB_REPOSITORY/issues/$IRC_NUMBER/comments" "$work/request")
fi
case "$status" in
    200 | 201) printf 'commented: %s\n' "$(jq -r .html_url "$work/answer")" ;;
    *) refused "$status" ;;
esac
