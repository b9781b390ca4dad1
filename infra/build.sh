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
# A release from nothing, and CI's trees, read files together; the trees that one configures oneself do not.
together=
[ "$preset" != release ] && [ -z "${CI:-}" ] || together=-DGATEHOUSE_TOGETHER=ON
[ -f "build/$preset/build.ninja" ] || quietly cmake --preset "$preset" ${together:+"$together"}
if grep -q '^GATEHOUSE_TOGETHER:BOOL=ON' "build/$preset/CMakeCache.txt" && ! cmake --build "build/$preset" ${1:+--target "$@"} >"$log" 2>&1; then
  # Whether a file or only its company is at fault, reading each alone tells.
  cp "$log" "build/$preset-together.log"
  echo "build: $preset: not all can be read together, see build/$preset-together.log" >&2
  quietly cmake --preset "$preset" -DGATEHOUSE_TOGETHER=OFF
fi
quietly cmake --build "build/$preset" ${1:+--target "$@"}
