#!/usr/bin/env bash
# Installs, builds and runs every test, or the steps whose name contains an argument: infra/test.sh [name…]
# A fuzzer runs for FUZZ_SECONDS (60 in CI, else 5).
set -uo pipefail
cd "$(dirname "$0")/.." || exit
: "${FUZZ_SECONDS:=$([ -n "${CI:-}" ] && echo 60 || echo 5)}"
results=build/test-results

# step NAME COMMAND…: one line when it passes, all of its output when it does not.
step() {
  local name=$1 began=$SECONDS log
  shift
  if [ "${#only[@]}" -gt 0 ]; then
    local wanted=
    for word in "${only[@]}"; do case "$name" in *"$word"*) wanted=1 ;; esac; done
    [ -n "$wanted" ] || return 0
  fi
  log=build/test-${name//[^a-z0-9]/-}.log
  if "$@" >"$log" 2>&1; then
    printf 'ok    %-28s %4d s  %s\n' "$name" $((SECONDS - began)) "$(grep -E '^=+ .*passed|tests passed|\[  PASSED  \]' "$log" | tail -n 1 | tr -d '=' | cut -c1-60)" | tee -a "$results"
  else
    tail -n 200 "$log"
    printf 'FAIL  %-28s %4d s  (%s)\n' "$name" $((SECONDS - began)) "$log" | tee -a "$results"
  fi
}
# beside NAME COMMAND…: a step of one core, beside others of its kind; `wait` waits for all of them.
beside() {
  while [ "$(jobs -rp | wc -l)" -ge "$(nproc)" ]; do wait -n; done
  step "$@" &
}

unit() { infra/build.sh "$1" && ctest --test-dir "build/$1" --output-on-failure -j 2; }
integration() {
  local binary=$1 factor=$2
  shift 2
  GATEHOUSE_BINARY=$PWD/$binary GATEHOUSE_SLOW=$factor /usr/bin/python3 -m pytest -q -n 2 -p no:cacheprovider tests/integration "$@"
}
fuzz() {
  local name=$1 work
  work=$(mktemp -d)
  build/fuzz/tests/"$name" -dict="tests/fuzz/$name.dict" -max_total_time="$FUZZ_SECONDS" -timeout=10 -rss_limit_mb=2048 -print_final_stats=0 "$work" "tests/fuzz/corpus/$name"
  local status=$?
  rm -rf "$work"
  return $status
}
fuzzers() { printf '%s\n' tests/fuzz/*_fuzz.cpp | sed 's|.*/||; s|\.cpp$||'; }
build_fuzzers() {
  # shellcheck disable=SC2046  # words
  infra/build.sh fuzz $(fuzzers)
}
contract() {
  # The root file and every example are accepted.
  build/release/gatehouse check -c routes.yaml && build/release/gatehouse routes -c routes.yaml --json >/dev/null
}

only=("$@")
mkdir -p build
: >"$results"
trap 'trap - TERM; kill 0' INT  # which a shell's background does not hear
step "install" infra/install.sh build test
step "build release" infra/build.sh release gatehouse
step "check routes.yaml" contract
[ ! -f infra/lint.sh ] || step "lint" infra/lint.sh
step "integration release" integration build/release/gatehouse 1
step "unit asan" unit asan
step "integration asan" integration build/asan/gatehouse 4 -m "not plain"
step "unit tsan" unit tsan
step "integration tsan" integration build/tsan/gatehouse 6 -m "not plain"
step "build fuzzers" build_fuzzers
# The longest first; what is left over of the second core at the end is little.
beside "planted bugs" env PLANTED_JOBS=1 tests/fuzz/planted.sh
for name in $(fuzzers); do beside "fuzz $name" fuzz "$name"; done
beside "instructions per request" /usr/bin/python3 tests/bench/instructions.py
wait

passed=$(grep -c '^ok' "$results")
failed=$(grep -c '^FAIL' "$results")
[ "$failed" -eq 0 ] || sed -n 's/^FAIL  /failed: /p' "$results"
echo "$passed passed, $failed failed"
[ "$failed" -eq 0 ] && [ "$passed" -gt 0 ]
