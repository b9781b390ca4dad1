#!/usr/bin/env bash
# Measures what the product promises: infra/bench.sh [--rounds N] [--seconds S] [claim…]; no name: every claim.
# A claim is a file of tests/bench whose first line states it.  Needs two cores, and a machine that does nothing else.
set -euo pipefail
cd "$(dirname "$0")/.."

options=()
claims=()
while [ $# -gt 0 ]; do
  case "$1" in
    --rounds | --seconds) options+=("$1" "${2:?a number}"); shift ;;
    *)
      [ -f "tests/bench/$1.py" ] || { echo "bench: no claim '$1': $(basename -s .py tests/bench/*.py | tr '\n' ' ')" >&2; exit 2; }
      claims+=("$1")
      ;;
  esac
  shift
done
if [ "${#claims[@]}" -eq 0 ]; then
  mapfile -t claims < <(basename -s .py tests/bench/*.py)
fi
[ "$(nproc)" -ge 2 ] || { echo "bench: needs two cores" >&2; exit 1; }

infra/install.sh build test bench
infra/build.sh release gatehouse
ulimit -n 20000 2>/dev/null || ulimit -n "$(ulimit -Hn)"

failed=()
for claim in "${claims[@]}"; do
  echo
  how=("${options[@]}")
  case "$claim" in
    micro | rs256) infra/build.sh release micro ;;
    instructions | plugins) how=() ;;  # count, and so have no rounds
  esac
  /usr/bin/python3 "tests/bench/$claim.py" "${how[@]}" || failed+=("$claim")
done
[ "${#failed[@]}" -eq 0 ] || { echo; echo "bench: does not hold: ${failed[*]}" >&2; exit 1; }
