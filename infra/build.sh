#!/usr/bin/env bash
# Builds a preset (release, debug, asan, tsan, fuzz) and all or the named targets: infra/build.sh [preset] [target…]
set -euo pipefail
cd "$(dirname "$0")/.."
preset=${1:-release}
[ $# -eq 0 ] || shift
grep -q "{\"name\": \"$preset\", \"inherits\"" CMakePresets.json || { echo "build: no preset '$preset': release, debug, asan, tsan or fuzz" >&2; exit 2; }

infra/install.sh build
[ "$preset" != fuzz ] || infra/install.sh test

log=build/$preset.log
mkdir -p build
exec 9>"build/$preset.lock"
flock 9  # two at once would write the same files
quietly() {
  "$@" >"$log" 2>&1 || {
    grep -E -A5 'error|FAILED|undefined reference' "$log" | head -n 60 >&2 || tail -n 40 "$log" >&2
    echo "build: failed, all of it is in $log" >&2
    exit 1
  }
}
# Warnings are the release's, which g++ 12 finds wrong ones of in precompiled headers.
[ "$preset" = release ] || precompiled=${CI:+-DGATEHOUSE_PCH=ON}
[ -f "build/$preset/build.ninja" ] || quietly cmake --preset "$preset" ${precompiled:+"$precompiled"}
quietly cmake --build "build/$preset" ${1:+--target "$@"}
