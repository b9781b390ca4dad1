#!/usr/bin/env bash
# Plants the bugs of planted/*.sed in a copy of the codec, one by one, and shows which of them the tables
# (tests/conformance) and the fuzzer named in each file find.  Fails if a bug is found by neither, or
# changes nothing any more.
#   planted.sh [NAME…]          some bugs only
#   PLANTED_SECONDS=20          how long each fuzzer may search
# Needs clang++, libgtest-dev.  Writes only below a temporary directory.
set -euo pipefail

here=$(cd "$(dirname "$0")" && pwd)
tests=$(dirname "$here")
root=$(dirname "$tests")
seconds=${PLANTED_SECONDS:-20}
jobs=${PLANTED_JOBS:-$(nproc)}
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

fuzzers=(request_fuzz response_fuzz chunked_fuzz url_fuzz)
cxx=(clang++ -std=c++20 -O1 -g1 -fsanitize=address -fsanitize=undefined -fno-sanitize-recover=all)
cp -r "$root/gateway" "$work/gateway"

# compile SOURCE OBJECT: with the copy's headers.
compile() {
  mkdir -p "$(dirname "$2")"
  "${cxx[@]}" -fsanitize=fuzzer-no-link -I"$work/gateway" -I"$tests" -c "$1" -o "$2"
}

# link OBJECTS-DIR FUZZER: the two programs that search for the bug in those objects.
link() {
  local objects
  mapfile -t objects < <(find "$1/http" "$work/whole/base" -name '*.o')
  "${cxx[@]}" "$work"/whole/tables/*.o "${objects[@]}" -lgtest -lgtest_main -lpthread -o "$1/run_tables"
  "${cxx[@]}" -fsanitize=fuzzer "$work/whole/fuzz/$2.o" "${objects[@]}" -o "$1/run_fuzz"
}

# fuzz DIR FUZZER SECONDS: searches with DIR/run_fuzz; what it says is in DIR/fuzz.log.
fuzz() {
  mkdir -p "$1/found"
  (cd "$1" && ./run_fuzz -dict="$here/$2.dict" -max_total_time="$3" -max_len=512 -seed=1 \
    -artifact_prefix="$1/" found "$here/corpus/$2" >fuzz.log 2>&1)
}

# search DIR FUZZER: prints what the tables and the fuzzer say, "-" for nothing.  A program that ends
# badly without naming a failed test, a broken invariant or a sanitizer's finding has found nothing.
search() {
  local by_tables=- by_fuzzer=- begin failed
  "$1/run_tables" --gtest_brief=1 >"$1/tables.log" 2>&1 || true
  failed=$(grep -cE '^\[  FAILED  \] \w+\.|Sanitizer: |runtime error: |check failed at ' "$1/tables.log" || true)
  [ "$failed" != 0 ] && by_tables="$failed failed"
  begin=$(date +%s%N)
  if ! fuzz "$1" "$2" "$seconds" &&
      grep -qE ': broken: |check failed at |AddressSanitizer: |runtime error: |libFuzzer: timeout' "$1/fuzz.log"; then
    by_fuzzer="$2 $(( ($(date +%s%N) - begin) / 1000000 )) ms"
  fi
  printf '%s|%s\n' "$by_tables" "$by_fuzzer"
}

# try_one NAME: one line of the table.
try_one() {
  local patch=$here/planted/$1.sed what file fuzzer mine=$work/bug/$1 result
  what=$(sed -n '1s/^# //p' "$patch")
  file=$(sed -n 's/^# file: //p' "$patch")
  fuzzer=$(sed -n 's/^# fuzzer: //p' "$patch")
  mkdir -p "$mine"
  sed -E -f "$patch" "$work/gateway/$file" >"$mine/planted.cpp"
  if cmp -s "$mine/planted.cpp" "$work/gateway/$file"; then
    printf '%-22s STALE: changes nothing in %s\n' "$1" "$file"
    return
  fi
  cp -r "$work/whole/http" "$mine/http"
  if ! compile "$mine/planted.cpp" "$mine/${file%.cpp}.o" 2>"$mine/compile.log"; then
    printf '%-22s STALE: does not compile: %s\n' "$1" "$(grep -m1 error: "$mine/compile.log")"
    return
  fi
  link "$mine" "$fuzzer"
  result=$(search "$mine" "$fuzzer")
  [ "$result" = '-|-' ] && result='MISSED|MISSED'
  printf '%-22s %-10s %-24s %s\n' "$1" "${result%|*}" "${result#*|}" "$what"
  rm -rf "$mine"
}

if [ "${1:-}" = --one ]; then  # what the run below calls for each bug, with its directory
  rm -rf "$work"
  work=$2
  trap - EXIT
  try_one "$3"
  exit
fi

{
  for source in "$root"/gateway/base/{arena,check,result}.cpp "$root"/gateway/http/{,h1/}*.cpp; do
    name=${source#"$root"/gateway/}
    echo "$source $work/whole/${name%.cpp}.o"
  done
  for source in "$tests"/conformance/{rfc*_test,table}.cpp; do
    echo "$source $work/whole/tables/$(basename "$source" .cpp).o"
  done
  for name in "${fuzzers[@]}"; do echo "$here/$name.cpp $work/whole/fuzz/$name.o"; done
} >"$work/sources"
export work tests
export -f compile
# shellcheck disable=SC2016  # expanded by the inner shell
xargs -P "$jobs" -L1 bash -c 'cxx=('"${cxx[*]}"'); set -e; compile "$0" "$1"' <"$work/sources"

# Without a planted bug nothing may be found, or the table below says nothing.
for name in "${fuzzers[@]}"; do
  link "$work/whole" "$name"
  if ! fuzz "$work/whole" "$name" 3; then
    echo "$name fails without any planted bug:" >&2
    grep -m3 -E 'broken|ERROR|error|ParseDict' "$work/whole/fuzz.log" >&2
    exit 1
  fi
done
if ! "$work/whole/run_tables" --gtest_brief=1 >"$work/whole/tables.log" 2>&1; then
  echo "the tables fail without any planted bug:" >&2
  tail -n 20 "$work/whole/tables.log" >&2
  exit 1
fi

if [ $# -gt 0 ]; then printf '%s\n' "$@"; else basename -s .sed "$here"/planted/*.sed; fi >"$work/names"
printf '%-22s %-10s %-24s %s\n' bug tables fuzzer what
xargs -P "$jobs" -I{} "$0" --one "$work" {} <"$work/names" | tee "$work/table"
if grep -qE 'MISSED|STALE' "$work/table" ||
    [ "$(wc -l <"$work/table")" != "$(wc -l <"$work/names")" ]; then
  echo "a planted bug was not found" >&2
  exit 1
fi
