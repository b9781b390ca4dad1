#!/usr/bin/env bash
# clang-tidy on one file, unless the same text with the same headers passed before (build/tidy keeps its hash).  INCLUDES: as of infra/lint.sh.
set -euo pipefail
file=$1
stamp=build/tidy/${file//\//-}
# shellcheck disable=SC2086  # words
includes=$(g++ -std=c++20 ${INCLUDES:?} -MM "$file" | tr -d '\\\n')
read -ra parts <<<"${includes#*:}"
hash=$(cat .clang-tidy "${parts[@]}" | sha256sum)
[ "$(cat "$stamp" 2>/dev/null)" != "$hash" ] || exit 0
clang-tidy -p build/debug --quiet "$file" 2> >(grep -v 'warnings\? generated\|^Suppressed\|^Use -header' >&2)
printf '%s\n' "$hash" >"$stamp"
