#!/usr/bin/env bash
# Looks at the tree without running it: infra/lint.sh [format|tidy|headers|layers|text|scripts…]; no name: all.
# shellcheck disable=SC2317  # parts are called by their name
set -uo pipefail
cd "$(dirname "$0")/.." || exit
mapfile -t cpp < <(git ls-files -co --exclude-standard -- '*.cpp' '*.h' '*.c')
mapfile -t scripts < <(git ls-files -co --exclude-standard -- '*.sh' .ci/run)
mapfile -t python < <(git ls-files -co --exclude-standard -- '*.py')
jobs=$(nproc)
INCLUDES="-Igateway -Igateway/include $(pkg-config --cflags-only-I luajit hiredis)"
export INCLUDES

format() { clang-format --dry-run -Werror "${cpp[@]}"; }
scripts() { shellcheck -x "${scripts[@]}" && pyflakes3 "${python[@]}"; }
layers() { /usr/bin/python3 infra/lint/layers.py; }
text() { /usr/bin/python3 infra/lint/text.py; }
# Every header compiles by itself; one that its own .cpp includes first has shown it by the build.
alone() {
  local header source
  for header in gateway/*/*.h gateway/*/*/*.h; do
    source=${header%.h}.cpp
    [ -f "$source" ] && [ "$(grep -m 1 '^#include' "$source")" = "#include \"${header#gateway/}\"" ] || printf '%s\n' "$header"
  done
}
headers() {
  # shellcheck disable=SC2086  # words
  alone | grep -v '^gateway/include/' |
    xargs -P "$jobs" -I{} ccache g++ -std=c++20 -Wall -Wextra -Werror $INCLUDES -x c++ -include {} -c infra/lint/empty.cpp -o /dev/null
}
tidy() {
  cmake --preset debug || return  # whose list of files may be older than the files
  /usr/bin/python3 infra/lint/tidy.py
}

# The longest first, the others beside it.
said=$(mktemp -d)
trap 'rm -rf "$said"' EXIT
for name in "${@:-tidy format scripts layers text headers}"; do
  for part in $name; do
    { "$part" >"$said/$part" 2>&1 && rm "$said/$part"; } &
  done
done
wait
failed=0
for part in "$said"/*; do
  [ -e "$part" ] || continue
  cat "$part"
  echo "lint: ${part##*/} failed" >&2
  failed=1
done
exit "$failed"
