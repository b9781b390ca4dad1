#!/usr/bin/env bash
# Makes a secret for tokens (JWT_SECRET_KEY) and keeps it where only its owner can read it.
#   infra/setup-jwt-secret.sh [FILE]     a new FILE (default: .env) or a line in it; another line of it stays as it is
#   infra/setup-jwt-secret.sh --rotate [FILE]   a new secret; the old one becomes JWT_SECRET_KEY_OLD and goes on verifying
# The secret is not printed: `gh secret set JWT_SECRET_KEY <FILE` and the like read it from there.
set -euo pipefail

rotate=
if [ "${1:-}" = --rotate ]; then
  rotate=1
  shift
fi
file=${1:-.env}
case "$#$file" in
  0* | 1[!-]*) ;;
  *) echo "usage: infra/setup-jwt-secret.sh [--rotate] [FILE]" >&2; exit 2 ;;
esac
file=$(readlink -m -- "$file")  # a link stays one

# As env files are written: with `export`, in quotes, with CR at the end.
line='s/^\(export \)\?JWT_SECRET_KEY=\(["'"'"']\?\)\(.*\)\2\r\?$/\3/p'
old=$(sed -n "$line" "$file" 2>/dev/null | tail -n 1 || true)
if [ -n "$old" ] && [ -z "$rotate" ]; then
  echo "setup-jwt-secret: $file has a JWT_SECRET_KEY already: --rotate replaces it" >&2
  exit 1
fi
[ -z "$rotate" ] || [ -n "$old" ] || { echo "setup-jwt-secret: $file has no JWT_SECRET_KEY to replace" >&2; exit 1; }

# 48 random bytes: enough for HS384, and 64 characters for HS512.
secret=$(head -c 48 /dev/urandom | base64 -w 0 | tr '+/' '-_')
umask 077
temporary=$(mktemp "$file.XXXXXX")
trap 'rm -f "$temporary"' EXIT
{
  [ ! -f "$file" ] || grep -v '^\(export \)\?JWT_SECRET_KEY\(_OLD\)\?=' "$file" || true
  printf 'JWT_SECRET_KEY=%s\n' "$secret"
  [ -z "$rotate" ] || printf 'JWT_SECRET_KEY_OLD=%s\n' "$old"
} >"$temporary"
[ ! -f "$file" ] || chown --reference="$file" "$temporary"
mv "$temporary" "$file"
trap - EXIT
echo "JWT_SECRET_KEY is in $file, which only you can read. Gateway and backend need the same one:"
echo "  routes.yaml   jwt: {algorithms: [HS256], secret: \"\${JWT_SECRET_KEY}\"}"
[ -z "$rotate" ] || echo "  until all old tokens have expired   secret: [\"\${JWT_SECRET_KEY}\", \"\${JWT_SECRET_KEY_OLD}\"]"
echo "Check it: infra/verify-jwt-config.sh $file"
