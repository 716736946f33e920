# shellcheck shell=bash
# Talk, failure, the lock, and steps that are done once.

say() { printf '%s lab: %s\n' "$(date +%T)" "$*" >&2; }
die() {
  say "$@"
  exit 1
}

# One `lab` at a time. What must outlive it (the engine) is started with this descriptor closed.
lock() {
  mkdir -p "$BIN" "$LAB_HOME/stamps" "$LAB_HOME/logs" "$LAB_HOME/src"
  exec {LOCK}>"$LAB_HOME/lock"
  flock -n "$LOCK" && return
  say "waiting for another lab command to end"
  flock -w "${LAB_LOCK_TIMEOUT:-3600}" "$LOCK" || die "another lab command still runs"
}

# step NAME WHAT COMMAND…: says WHAT, runs COMMAND with its output in a log, and shows the log's end if it fails.
# The command runs as a job: in a condition the shell would go on behind its first failing line.
step() {
  local log=$LAB_HOME/logs/$1.log what=$2 started=$SECONDS job
  shift 2
  say "$what"
  "$@" >"$log" 2>&1 </dev/null &
  job=$!
  if ! wait "$job"; then
    tail -n 30 "$log" >&2
    die "failed: $what (the end of $log is above); run the same command again to go on from here"
  fi
  say "$what: done in $((SECONDS - started)) s"
}

# once NAME VALUE WHAT COMMAND…: a step that is left out if NAME was last made with VALUE.
once() {
  local stamp=$LAB_HOME/stamps/$1 value=$2 name=$1
  shift 2
  [ "$(cat "$stamp" 2>/dev/null)" = "$value" ] && return
  step "$name" "$@"
  printf %s "$value" >"$stamp"
}

# A registry that does not answer is asked twice more.
retry() {
  local pause
  for pause in 5 20; do
    "$@" && return
    say "trying again in $pause s: $1 ${2:-}"
    sleep "$pause"
  done
  "$@"
}

# fingerprint PATH…: a digest of small files by content, of large ones (binaries that the lab made) by size and time.
fingerprint() {
  local path
  for path in "$@"; do
    (cd "$(dirname "$path")" && find "$(basename "$path")" -type f \
      \( -size -33554432c -exec sha256sum {} + -o -printf '%p %s %T@\n' \)) | LC_ALL=C sort
  done | sha256sum | cut -c1-16
}

# module_dir MODULE@VERSION: where Go keeps the module's files.
module_dir() { (cd "$LAB_HOME" && GOFLAGS=-mod=mod retry go mod download -json "$1" | sed -n 's/^\t"Dir": "\(.*\)",$/\1/p'); }
