#!/usr/bin/env bash
# Installs what is missing, builds a release, and starts the gateway on routes.yaml with two small demo targets behind it.
# Ctrl-C ends all.
set -euo pipefail
cd "$(dirname "$0")/.."
infra/build.sh release gatehouse

free() {
  if (exec 3<>"/dev/tcp/127.0.0.1/$1") 2>/dev/null; then
    echo "run: something listens on port $1 already ($2): stop it, or change the port in routes.yaml" >&2
    exit 1
  fi
}
free 3000 "the demo's frontend"
free 5001 "the demo's backend"
free 8080 "the gateway"
free 9901 "the admin API"

children=()
stop() { kill "${children[@]}" 2>/dev/null || true; }
trap stop EXIT
trap 'exit 130' INT
trap 'exit 143' TERM
python3 infra/demo/frontend.py & children+=($!)
python3 infra/demo/backend.py & children+=($!)

echo "http://localhost:8080 is the demo's page; Ctrl-C ends it"
build/release/gatehouse run -c routes.yaml &
gateway=$!
children+=("$gateway")
wait "$gateway"
