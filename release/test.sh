#!/usr/bin/env bash
# Installs everything that release/build.sh made, each in a place of its own and without a network, and runs it once.
#
#   release/test.sh [DIR] [--rebuild]
#
#   DIR        where the packages are, target/handout unless said
#   --rebuild  build the commit again as well, in a clone in another folder, and require the same bytes
#
# Needs dpkg, python3 with venv, npm, and root (or sudo) for dpkg.
set -euo pipefail

packages=target/handout rebuild=
for argument in "$@"; do
    case "$argument" in
        --rebuild) rebuild=yes ;;
        -*) printf 'release/test.sh: there is no argument %s\n' "$argument" >&2 && exit 2 ;;
        *) packages=$argument ;;
    esac
done
packages=$(realpath "$packages")
cd "$(dirname "$0")/.."
repository=$PWD
work=$(mktemp -d)
trap 'as_root rm -rf "$work"' EXIT

as_root() {
    if [ "$(id -u)" = 0 ]; then "$@"; else sudo "$@"; fi
}

passed=0 failed=0
# expect WHAT CODE COMMAND…: whether it ends with this code.
expect() {
    local what=$1 wanted=$2 code=0
    shift 2
    "$@" >"$work/said" 2>&1 || code=$?
    if [ "$code" = "$wanted" ]; then
        passed=$((passed + 1))
        return
    fi
    failed=$((failed + 1))
    printf 'FAILED  %s: exit code %s, not %s: %s\n' "$what" "$code" "$wanted" "$*"
    sed 's/^/        /' "$work/said"
}

# The file in the folder that has such a name.
only() {
    local found
    found=$(find "$packages" -maxdepth 1 -type f -name "$1")
    if [ ! -f "$found" ]; then
        printf 'release/test.sh: %s does not hold one file %s\n' "$packages" "$1" >&2
        exit 2
    fi
    printf '%s' "$found"
}
archive=$(only 'irc-*.tar.gz')
debian=$(only '*.deb')
wheel=$(only '*.whl')
npm=$(only '*.tgz')
id=$(cargo pkgid --locked --offline)
version=${id##*@}

sums() { (cd "$1" && sha256sum --check --strict --quiet SHA256SUMS); }
listed() {
    diff <(find "$packages" -mindepth 1 ! -name SHA256SUMS -printf '%f\n' | sort) \
        <(sed 's/^[0-9a-f]*  //' "$packages/SHA256SUMS" | sort)
}
expect "the checksums" 0 sums "$packages"
expect "every file has a checksum" 0 listed
mkdir "$work/tampered"
cp "$packages"/* "$work/tampered"
printf 'x' >>"$work/tampered/$(basename "$archive")"
expect "the checksums of a file that was changed" 1 sums "$work/tampered"

printf 'name: broken\ndefault:\n  modle: openai/gpt-4o-mini\n' >"$work/broken.yaml"
version_is() { [ "$("$@" --version)" = "irc $version" ]; }
same() { cmp "$1" "$binary"; }
# used FROM IRC…: whether that irc is the one of the archive, and does what it should.
used() {
    local from=$1
    shift
    expect "$from: the version" 0 version_is "$@"
    expect "$from: a definition without fault" 0 "$@" check --as-of 2026-11-22 "$repository/examples/tiers/router.yaml"
    expect "$from: a definition with a fault" 1 "$@" check "$work/broken.yaml"
    expect "$from: no definition" 2 "$@" check "$work/gone.yaml"
}

mkdir "$work/archive"
tar -xzf "$archive" -C "$work/archive"
folder=$work/archive/$(basename "$archive" .tar.gz)
binary=$folder/irc
used "the archive" "$binary"
for file in README.md CHANGELOG.md LICENSE-MIT LICENSE-APACHE man/irc.1 man/irc-check.1 completions/irc.bash completions/_irc completions/irc.fish; do
    expect "the archive: $file" 0 test -s "$folder/$file"
done

root=$work/root
mkdir -p "$root"/var/lib/dpkg/{info,updates,triggers}
touch "$root/var/lib/dpkg/status" "$root/var/lib/dpkg/available"
expect "the Debian package: dpkg takes it" 0 as_root dpkg --root="$root" --log=/dev/null --install "$debian"
used "the Debian package" "$root/usr/bin/irc"
expect "the Debian package: the same binary" 0 same "$root/usr/bin/irc"
# Nothing but the package is there: no C library, no shell.
expect "the Debian package: in an empty system" 0 as_root chroot "$root" /usr/bin/irc --version
for file in man/man1/irc.1.gz man/man1/irc-check.1.gz bash-completion/completions/irc zsh/vendor-completions/_irc \
    fish/vendor_completions.d/irc.fish doc/inworld-router-compiler/copyright; do
    expect "the Debian package: $file" 0 test -s "$root/usr/share/$file"
done
# shellcheck disable=SC1090 # what it says is what is tested
completes() { (. "$1" && complete -p irc); }
expect "the Debian package: bash takes the completions" 0 completes "$root/usr/share/bash-completion/completions/irc"
expect "the Debian package: dpkg removes it" 0 as_root dpkg --root="$root" --log=/dev/null --purge inworld-router-compiler
expect "the Debian package: it is gone" 1 test -e "$root/usr/bin/irc"

python3 -m venv "$work/venv"
expect "the wheel: pip takes it" 0 "$work/venv/bin/pip" install --no-index --disable-pip-version-check "$wheel"
used "the wheel" env PATH="$work/venv/bin:$PATH" irc
expect "the wheel: the same binary" 0 same "$work/venv/bin/irc"
# RECORD holds a checksum for each file; pip looks at none of them.
expect "the wheel: its RECORD" 0 python3 - "$wheel" <<'PYTHON'
import base64, csv, hashlib, io, sys, zipfile
wheel = zipfile.ZipFile(sys.argv[1])
names = wheel.namelist()
[record] = [name for name in names if name.endswith(".dist-info/RECORD")]
rows = {row[0]: row[1:] for row in csv.reader(io.StringIO(wheel.read(record).decode()))}
assert sorted(rows) == sorted(names), (rows, names)
for name in names:
    if name != record:
        digest = base64.urlsafe_b64encode(hashlib.sha256(wheel.read(name)).digest()).rstrip(b"=").decode()
        assert rows[name] == ["sha256=" + digest, str(len(wheel.read(name)))], name
PYTHON
expect "the wheel: pip removes it" 0 "$work/venv/bin/pip" uninstall --yes --disable-pip-version-check inworld-router-compiler
expect "the wheel: it is gone" 1 test -e "$work/venv/bin/irc"

mkdir "$work/npm"
expect "the npm package: npm takes it" 0 npm install --prefix "$work/npm" --offline --no-audit --no-fund "$npm"
used "the npm package" "$work/npm/node_modules/.bin/irc"
expect "the npm package: npx finds it" 0 npm exec --prefix "$work/npm" --offline --no -- irc --version
expect "the npm package: the same binary" 0 same "$work/npm/node_modules/.bin/irc"
platform() {
    local found
    found=$(node -p '({os, cpu} = require(process.argv[1])), JSON.stringify([os, cpu])' \
        "$work/npm/node_modules/inworld-router-compiler/package.json")
    [ "$found" = '[["linux"],["x64"]]' ]
}
expect "the npm package: for this platform only" 0 platform

if [ -n "$rebuild" ]; then
    git clone --quiet . "$work/clone"
    target=$(basename "$archive" .tar.gz)
    target=${target#"irc-$version-"}
    expect "the build again" 0 env -u SOURCE_DATE_EPOCH -u CARGO_TARGET_DIR "$work/clone/release/build.sh" \
        --target "$target" --profile "$(only 'irc-*.profdata')" --out "$work/again"
    expect "the same bytes" 0 diff "$packages/SHA256SUMS" "$work/again/SHA256SUMS"
fi

printf '%s passed, %s failed\n' "$passed" "$failed"
[ "$failed" = 0 ]
