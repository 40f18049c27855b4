#!/bin/sh
# Takes irc from a release, if its checksum is the one that the release names, and puts it on the path of later steps.
set -eu
here=$(dirname "$0")
# shellcheck source=action/words.sh
. "$here/words.sh"

version=${IRC_VERSION#v}
if [ -z "$version" ]; then
    version=$(sed -n 's/^version = "\(.*\)"$/\1/p' "$here/../Cargo.toml" | head -n 1)
fi
case "$version" in
    '' | *[!0-9A-Za-z.+-]*) fail "\`$version\` is no version of irc" ;;
esac
case "$(uname -s) $(uname -m)" in
    'Linux x86_64') ;;
    *) fail "there is no release of irc for this machine, only for Linux on x86-64" ;;
esac
releases=${IRC_RELEASES%/}
if [ -z "$releases" ]; then
    [ -n "$IRC_REPOSITORY" ] || fail "this action lies in the repository that runs it: say with \`releases\` where irc is taken from"
    releases=$GITHUB_SERVER_URL/$IRC_REPOSITORY/releases/download
fi

name=irc-$version-x86_64-unknown-linux-musl
folder=$(mktemp -d "$RUNNER_TEMP/irc.XXXXXX")
for file in SHA256SUMS "$name.tar.gz"; do
    address=$releases/v$version/$file
    curl --fail --silent --show-error --location --proto '=http,https' --retry 3 --max-time 300 \
        --output "$folder/$file" "$address" 2>"$folder/said" ||
        fail "cannot take irc $version from a release: $address: $(cat "$folder/said")"
done

promised=$(awk -v name="$name.tar.gz" '$2 == name { print $1 }' "$folder/SHA256SUMS")
[ -n "$promised" ] || fail "SHA256SUMS of release $version does not name $name.tar.gz"
found=$(sha256sum "$folder/$name.tar.gz" | cut -d ' ' -f 1)
[ "$found" = "$promised" ] ||
    fail "$name.tar.gz is not the file of the release: its checksum is $found, and SHA256SUMS says $promised. It is not used."

tar -xzf "$folder/$name.tar.gz" -C "$folder" "$name/irc"
"$folder/$name/irc" --version
printf '%s\n' "$folder/$name" >>"$GITHUB_PATH"
