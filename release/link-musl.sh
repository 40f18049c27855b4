#!/usr/bin/env bash
# Links for musl, with memcpy and its like from LLVM's C library: release/build.sh has cargo call it, and puts them where it
# looks for them. What the linker is given first counts.
#
#   release/link-musl.sh ARGUMENTS-OF-CC…
set -euo pipefail
exec cc "$(dirname "$0")"/../target/handout-memory/*.o "$@"
