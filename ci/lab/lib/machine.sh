# shellcheck shell=bash
# What the machine must have, and the container engine.

ENGINE_PID=$LAB_HOME/dockerd.pid
ENGINE_LOG=$LAB_HOME/dockerd.log
export DOCKER_BUILDKIT=0 # Debian's engine comes without the plugin

packages() {
  local missing=() tool
  for tool in dockerd:docker.io mmdebstrap:mmdebstrap iptables:iptables ip:iproute2; do
    command -v "${tool%%:*}" >/dev/null || missing+=("${tool##*:}")
  done
  ((${#missing[@]})) || return 0
  ((EUID == 0)) || die "${missing[*]}: not installed, and only root can install packages"
  step packages "installing ${missing[*]}" install_packages "${missing[@]}"
}
install_packages() {
  local apt=(apt-get -q -o Acquire::Retries=3 -o DPkg::Lock::Timeout=120)
  "${apt[@]}" update
  DEBIAN_FRONTEND=noninteractive "${apt[@]}" install -y --no-install-recommends "$@"
}

require_tools() {
  local missing=() tool
  for tool in "go:Go 1.26" "cargo:Rust" "gcc:a C compiler" "jlink:a JDK 17" "mvn:Maven" "pip:Python with pip"; do
    command -v "${tool%%:*}" >/dev/null || missing+=("${tool##*:} (${tool%%:*})")
  done
  ((${#missing[@]} == 0)) || die "needed and not found: $(printf '%s; ' "${missing[@]}")"
}

engine_answers() { docker info >/dev/null 2>&1; }
engine_pid() { # prints the id of the engine that the lab started, if it still runs
  local pid
  pid=$(cat "$ENGINE_PID" 2>/dev/null) || return 1
  [ "$(cat "/proc/$pid/comm" 2>/dev/null)" = dockerd ] && printf '%s\n' "$pid"
}

engine() {
  if ! engine_answers; then
    ((EUID == 0)) || die "only root can start the container engine"
    say "starting the container engine"
    engine_pid >/dev/null || start_engine
    local _
    for _ in {1..150}; do
      engine_answers && break
      sleep 0.2
    done
    engine_answers || { tail -n 20 "$ENGINE_LOG" >&2; die "the container engine does not answer ($ENGINE_LOG)"; }
  fi
  keep_traffic_inside
}

# The engine outlives this script: it gets a session of its own and no open file, neither the lock nor the caller's.
start_engine() {
  local runtime=()
  if ! has_sys_resource; then
    install -m 755 "$HERE/images/runc-nosysres" "$BIN/runc-nosysres"
    runtime=(--add-runtime "nosysres=$BIN/runc-nosysres" --default-runtime nosysres)
  fi
  # kind's nodes need more watches than the default; where this is not allowed the default may do.
  sysctl -qw fs.inotify.max_user_instances=1024 fs.inotify.max_user_watches=524288 || true
  rm -f "$ENGINE_PID" /var/run/docker.pid /var/run/docker/containerd/containerd.pid
  (
    local fd
    for fd in /proc/self/fd/*; do
      fd=${fd##*/}
      ((fd <= 2)) || exec {fd}>&-
    done
    # Nor the priority of a build in the background: a cluster that waits for processors fails in odd ways.
    renice -n 0 -p "$BASHPID" >/dev/null || true
    exec setsid dockerd --pidfile "$ENGINE_PID" "${runtime[@]}"
  ) >"$ENGINE_LOG" 2>&1 </dev/null &
  disown
}

# Some virtual machines lack CAP_SYS_RESOURCE even for root, and runc cannot grant what is not there.
has_sys_resource() { (( (0x$(sed -n 's/^CapBnd:\t//p' /proc/self/status) >> 24) & 1 )); }

# No packet of a container leaves the machine: what the lab needs is in its images.
keep_traffic_inside() {
  local uplink rule
  uplink=$(ip route show default | sed -n 's/.* dev \([^ ]*\).*/\1/p;q')
  [ -n "$uplink" ] || return 0
  rule=(DOCKER-USER -o "$uplink" -j REJECT)
  iptables -C "${rule[@]}" 2>/dev/null || iptables -I "${rule[@]}"
}

stop_engine() {
  local pid _
  pid=$(engine_pid) || { ! engine_answers || say "the lab did not start this engine and leaves it running"; return 0; }
  say "stopping the container engine"
  kill "$pid" 2>/dev/null || true
  for _ in {1..300}; do
    engine_pid >/dev/null || break
    sleep 0.2
  done
  ! engine_pid >/dev/null || kill -KILL "$pid" 2>/dev/null || true
  rm -f "$ENGINE_PID"
}
