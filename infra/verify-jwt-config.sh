#!/usr/bin/env bash
# Looks whether a secret for tokens is fit and whether all who need it have the same: infra/verify-jwt-config.sh [FILE…]
# FILEs are environment files (default: .env), of the gateway, the backend, the frontend; the environment's own
# JWT_SECRET_KEY counts, too.  GATEHOUSE names the program (default: build/release/gatehouse, or that of PATH).
# Secrets are compared, never printed.  Exit code 1: something is wrong.
set -uo pipefail

gatehouse=${GATEHOUSE:-$(dirname "$0")/../build/release/gatehouse}
[ -x "$gatehouse" ] || gatehouse=$(command -v gatehouse) || { echo "verify-jwt-config: no gatehouse: build it, or set GATEHOUSE" >&2; exit 2; }
[ $# -gt 0 ] || set -- .env
case "$1" in -*) echo "usage: infra/verify-jwt-config.sh [FILE…]" >&2; exit 2 ;; esac
# As env files are written: with `export`, in quotes, with CR at the end.
line='s/^\(export \)\?JWT_SECRET_KEY=\(["'"'"']\?\)\(.*\)\2\r\?$/\3/p'
failed=0
say() { printf '%-5s %s\n' "$1" "$2"; [ "$1" = ok ] || failed=1; }

# fit NAME SECRET: it signs a token that verifies; too short or well-known ones do not.
fit() {
  local said token
  if said=$(JWT_SECRET_KEY=$2 "$gatehouse" token mint --claim sub=check --lifetime 1min 2>&1); then
    token=$said
    JWT_SECRET_KEY=$2 "$gatehouse" token verify "$token" >/dev/null && say ok "$1: a token verifies" && return
  fi
  say FAIL "$1: ${said#gatehouse: }"
}

first=
first_name=
# same NAME SECRET: as the first that was found.
same() {
  if [ -z "$first_name" ]; then
    first=$2
    first_name=$1
  elif [ "$2" != "$first" ]; then
    say FAIL "$1 has another secret than $first_name: tokens of one are refused by the other"
  else
    say ok "$1 has the secret of $first_name"
  fi
}

if [ -n "${JWT_SECRET_KEY:-}" ]; then
  fit "the environment" "$JWT_SECRET_KEY"
  same "the environment" "$JWT_SECRET_KEY"
fi
for file in "$@"; do
  if [ ! -r "$file" ]; then
    say FAIL "$file cannot be read"
    continue
  fi
  secret=$(sed -n "$line" "$file" | tail -n 1)
  if [ -z "$secret" ]; then
    say FAIL "$file has no JWT_SECRET_KEY: infra/setup-jwt-secret.sh $file"
    continue
  fi
  fit "$file" "$secret"
  same "$file" "$secret"
  [ -z "$(find "$file" -maxdepth 0 -perm /077)" ] || say FAIL "$file can be read by others: chmod 600 $file"
  if git -C "$(dirname "$file")" ls-files --error-unmatch "$(basename "$file")" >/dev/null 2>&1; then
    say FAIL "$file is in git: make a new secret, and keep that out of it"
  fi
done
exit "$failed"
