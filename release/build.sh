#!/usr/bin/env bash
# Builds what is handed out for Linux on x86-64, around one static binary: an archive, a Debian package, a wheel and an
# npm package, with SHA256SUMS over all of them. The version is that of Cargo.toml; the same commit, the same tools and the
# same profile give the same bytes, wherever it is built and whenever.
#
# The binary is built twice: one that counts what runs while release/train.sh uses it, and one in which what runs much
# stands together and is fast. The profile, which is what was counted, is handed out as well.
#
#   release/build.sh [--out DIR] [--target TRIPLE] [--profile FILE] [--tag NAME] [--binary]
#
#   --out DIR        where to write, target/handout unless said; what lies there already is removed
#   --target TRIPLE  x86_64-unknown-linux-musl unless said. x86_64-unknown-linux-gnu is for machines that cannot get the
#                    musl one: it is linked statically, too, with the C library of this machine
#   --profile FILE   build by this profile, which release/build.sh made for the same target, and count nothing
#   --tag NAME       refuse unless the tag is the one of this version, as v0.1.0
#   --binary         the binary alone, to measure it: target/TRIPLE/dist/irc
#
# Needs cargo with the target, rustup's llvm-tools unless there is a profile, musl-gcc for the allocator, libllvmlibc.a, readelf,
# and for packages cargo-deb, maturin and npm. CONTRIBUTING.md says how to get them. LLVM_LIBC names that archive where it lies
# elsewhere.
set -euo pipefail

refuse() {
    printf 'release/build.sh: %s\n' "$1" >&2
    exit 2
}

out=target/handout target=x86_64-unknown-linux-musl profile='' tag='' packages=yes
while [ $# -gt 0 ]; do
    case "$1" in
        --out | --target | --profile | --tag) [ $# -ge 2 ] || refuse "$1 needs a value" ;;
        --binary)
            packages=''
            shift
            continue
            ;;
        *) refuse "there is no argument $1" ;;
    esac
    case "$1" in
        --out) out=$2 ;;
        --target) target=$2 ;;
        --profile)
            [ -f "$2" ] || refuse "there is no profile $2"
            profile=$(realpath "$2")
            ;;
        --tag) tag=$2 ;;
    esac
    shift 2
done
case "$out" in /*) ;; *) out=$PWD/$out ;; esac
cd "$(dirname "$0")/.."

id=$(cargo pkgid --locked --offline 2>/dev/null || cargo pkgid --locked)
version=${id##*@}
[ -z "$tag" ] || [ "$tag" = "v$version" ] || refuse "the tag is $tag, and the version in Cargo.toml $version"
for tool in readelf ${packages:+cargo-deb maturin npm}; do
    command -v "$tool" >/dev/null || refuse "$tool is not installed"
done

# What says when something was made says when the commit was.
SOURCE_DATE_EPOCH=${SOURCE_DATE_EPOCH:-$(git log -1 --format=%ct)}
export SOURCE_DATE_EPOCH
# Messages of a panic hold paths: not those of this machine.
cargo_home=${CARGO_HOME:-$HOME/.cargo}
flags="--remap-path-prefix=$PWD=irc --remap-path-prefix=$cargo_home=cargo"
export CFLAGS="-ffile-prefix-map=$cargo_home=cargo -ffile-prefix-map=$PWD=irc"
case "$target" in
    x86_64-unknown-linux-musl)
        tags="manylinux2014 musllinux_1_1"
        # Those of musl copy byte by byte what is not aligned, which takes a tenth of the time of a check.
        library=${LLVM_LIBC:-$(find /usr/lib/llvm-*/lib -name libllvmlibc.a 2>/dev/null | sort --version-sort | tail -n 1)}
        [ -f "$library" ] || refuse "there is no libllvmlibc.a: apt-get install libllvmlibc-19-dev"
        rm -rf target/handout-memory
        mkdir -p target/handout-memory
        (cd target/handout-memory && ar x "$library" memcpy.cpp.o memmove.cpp.o memset.cpp.o memcmp.cpp.o bcmp.cpp.o)
        export CARGO_TARGET_X86_64_UNKNOWN_LINUX_MUSL_LINKER=$PWD/release/link-musl.sh
        ;;
    # Tags for both C libraries are given for musl only.
    x86_64-unknown-linux-gnu) flags="$flags -Ctarget-feature=+crt-static" tags="manylinux2014" ;;
    *) refuse "there is no release for $target" ;;
esac
export RUSTFLAGS=$flags
unset CARGO_ENCODED_RUSTFLAGS
export CARGO_TARGET_DIR=$PWD/target

if [ -z "$profile" ]; then
    host=$(rustc -vV | sed -n 's/^host: //p')
    profdata=$(rustc --print sysroot)/lib/rustlib/$host/bin/llvm-profdata
    [ -x "$profdata" ] || refuse "there is no llvm-profdata: rustup component add llvm-tools"
    counted=$PWD/target/handout-counts
    rm -rf "$counted"
    RUSTFLAGS="$flags -Cprofile-generate=$counted" CARGO_TARGET_DIR=$PWD/target/counting \
        cargo build --locked --profile dist --target "$target" --bin irc
    # What the build itself ran is no use.
    rm -rf "$counted"
    release/train.sh "target/counting/$target/dist/irc"
    profile=$PWD/target/handout.profdata
    "$profdata" merge --output="$profile" "$counted"
fi
# At one place in any folder, as its path is a part of how the binary is built.
mkdir -p target/handout-profile
cp "$profile" target/handout-profile/irc.profdata
export RUSTFLAGS="$flags -Cprofile-use=$PWD/target/handout-profile/irc.profdata"
cargo build --locked --profile dist --target "$target" --bin irc
binary=target/$target/dist/irc
if readelf --wide --program-headers --dynamic "$binary" | grep -E 'INTERP|\(NEEDED\)'; then
    refuse "$binary is not static"
fi
[ "$("$binary" --version)" = "irc $version" ] || refuse "$binary is not irc $version"
[ -n "$packages" ] || exit 0

rm -rf "$out" target/handout-parts
mkdir -p "$out" target/handout-parts/completions
"$binary" man --output target/handout-parts/man
"$binary" completions bash >target/handout-parts/completions/irc.bash
"$binary" completions zsh >target/handout-parts/completions/_irc
"$binary" completions fish >target/handout-parts/completions/irc.fish

# The archive: one folder, named as the file is.
name=irc-$version-$target
folder=target/handout-parts/$name
mkdir "$folder"
cp -R "$binary" README.md CHANGELOG.md LICENSE-APACHE LICENSE-MIT \
    target/handout-parts/man target/handout-parts/completions "$folder"
tar --create --format=ustar --sort=name --mtime="@$SOURCE_DATE_EPOCH" --owner=0 --group=0 --numeric-owner \
    --mode=u+rw,go+r,go-w --directory=target/handout-parts "$name" | gzip --no-name --best >"$out/$name.tar.gz"

# The Debian package: what is in it stands in Cargo.toml.
cargo deb --no-build --no-strip --locked --profile dist --target "$target" --output "$out/"

# The wheel: pyproject.toml says what it is. Nothing is built anew for it.
# shellcheck disable=SC2086 # tags are words
maturin build --locked --profile dist --target "$target" --compatibility $tags --out "$out"

# The npm package: one, with the binary in it, as there is one platform. `irc` is the binary itself, so that no Node has
# to start for it.
folder=target/handout-parts/npm
mkdir -p "$folder/bin"
cp release/npm/package.json README.md LICENSE-APACHE LICENSE-MIT "$folder"
install -m 755 "$binary" "$folder/bin/irc"
(cd "$folder" && npm pkg set version="$version" && npm pack --silent --pack-destination "$out")

cp target/handout-profile/irc.profdata "$out/$name.profdata"

cd "$out"
sha256sum -- * >SHA256SUMS
printf '\nirc %s, static, for %s, in %s:\n' "$version" "$target" "$out"
cat SHA256SUMS
