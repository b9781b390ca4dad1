#!/usr/bin/env bash
# Installs what is missing, builds a release, and starts the gateway on routes.yaml with two small demo servers behind it.
# Ctrl-C ends all.
set -euo pipefail
if [ $# -gt 0 ]; then
  case $1 in
    -h | --help) echo "usage: infra/run.sh: $(sed -n '2s/^# //p' "$0")"; exit 0 ;;
    *) echo "run: '$1' means nothing here; usage: infra/run.sh" >&2; exit 2 ;;
  esac
fi
cd "$(dirname "$0")/.."
infra/build.sh release gatehouse
gatehouse=build/release/gatehouse

listens() { (exec 3<>"/dev/tcp/127.0.0.1/$1") 2>/dev/null; }
for server in 3000:frontend 5001:backend; do
  port=${server%:*}
  if listens "$port"; then
    echo "run: port $port is taken, and the demo's ${server#*:} (infra/demo/${server#*:}.py) needs it: stop what listens there" >&2
    exit 1
  fi
done

# The port of the first listener; nothing if the file has errors, which the gateway itself will print.
port=$("$gatehouse" routes --json 2>/dev/null | python3 -c '
import json, sys
print(json.load(sys.stdin)[0]["address"].rpartition(":")[2])' 2>/dev/null || true)

servers=()
gateway=
tell() { kill "$gateway" 2>/dev/null || true; }
# What is under way is finished first, and the demo's servers are needed for it; a second Ctrl-C stops at once.
stop() {
  trap tell INT TERM
  [ -z "$gateway" ] || tell
  while [ -n "$gateway" ] && kill -0 "$gateway" 2>/dev/null; do wait "$gateway" || true; done
  kill "${servers[@]}" 2>/dev/null || true
  wait
  exit "$1"
}
trap 'stop 130' INT
trap 'stop 143' TERM HUP
python3 infra/demo/frontend.py & servers+=($!)
python3 infra/demo/backend.py & servers+=($!)
setsid "$gatehouse" run & gateway=$!  # a terminal's Ctrl-C is told to it once, by this script

if [ -n "$port" ]; then
  until { listens 3000 && listens 5001 && listens "$port"; } || ! kill -0 "$gateway" 2>/dev/null; do sleep 0.05; done
  if kill -0 "$gateway" 2>/dev/null; then echo "run: http://localhost:$port is the demo's page; Ctrl-C ends it"; fi
fi
status=0
wait "$gateway" || status=$?
gateway=
stop "$status"
