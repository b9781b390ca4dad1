#!/usr/bin/env bash
# Installs the Debian packages of infra/packages.txt that are missing: infra/install.sh build [test] [bench]
# With test also the npm packages of tests/package-lock.json, into tests/node_modules.
set -euo pipefail
cd "$(dirname "$0")/.."

wanted=()
for group in "$@"; do
  read -ra names <<<"$(sed -n "s/^$group: //p" infra/packages.txt)"
  [ "${#names[@]}" -gt 0 ] || { echo "install: no group '$group' in infra/packages.txt" >&2; exit 2; }
  wanted+=("${names[@]}")
done

have=" $(dpkg-query -W -f '${Package}=${db:Status-Status} ' 2>/dev/null) "
missing=()
for name in "${wanted[@]}"; do
  case "$name" in
    nodejs) command -v node >/dev/null && continue ;;  # another node than Debian's is as good
    npm) command -v npm >/dev/null && continue ;;
  esac
  case "$have" in *" $name=installed "*) ;; *) missing+=("$name") ;; esac
done
install_npm() {
  case " $* " in *" test "*) ;; *) return 0 ;; esac
  [ tests/node_modules/.package-lock.json -nt tests/package-lock.json ] && return 0
  npm ci --prefix tests --ignore-scripts --no-audit --no-fund >/dev/null || { echo "install: npm ci failed" >&2; return 1; }
  touch tests/node_modules/.package-lock.json
}
[ "${#missing[@]}" -gt 0 ] || { install_npm "$@"; exit; }

root=()
if [ "$(id -u)" -ne 0 ]; then
  command -v sudo >/dev/null || { echo "install: run as root, or install sudo: these packages are missing: ${missing[*]}" >&2; exit 1; }
  root=(sudo)
fi
echo "installing: ${missing[*]}"
# Servers among them are for the tests, which start their own: none is started at installation.
policy=/usr/sbin/policy-rc.d
made=
if [ ! -e "$policy" ]; then
  printf '#!/bin/sh\nexit 101\n' | "${root[@]}" tee "$policy" >/dev/null
  "${root[@]}" chmod 755 "$policy"
  made=1
fi
log=$(mktemp)
run() { "${root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get "$@" >"$log" 2>&1; }
status=0
run install -y --no-install-recommends "${missing[@]}" || { run update && run install -y --no-install-recommends "${missing[@]}"; } || status=$?
[ -z "$made" ] || "${root[@]}" rm -f "$policy"
if [ "$status" -ne 0 ]; then
  tail -n 20 "$log" >&2
  echo "install: apt-get failed" >&2
fi
rm -f "$log"
[ "$status" -ne 0 ] || install_npm "$@" || status=$?
exit "$status"
