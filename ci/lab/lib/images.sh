# shellcheck shell=bash
# Container images, each under the name that the released manifests use.

INGRESS_IMAGE=dev.local/lab/ingress:1
OPENSHIFT_IMAGE=dev.local/lab/openshift:1
PROBE_IMAGE=dev.local/meshproof/probe:1
KAFKA_IMAGE=lab/kafka:$KAFKA
BASE_IMAGE=lab/base:1
ROUTER_BASE=lab/router-base:1
NODE_ROOTFS=lab/node-rootfs:1
BASE_PACKAGES=iptables,conntrack,ca-certificates,iproute2,curl,openssl,procps
ROUTER_PACKAGES=haproxy,ca-certificates
NODE_PACKAGES=systemd,systemd-sysv,dbus,conntrack,iptables,nftables,iproute2,ethtool,util-linux,mount,kmod,e2fsprogs
NODE_PACKAGES+=,jq,procps,ca-certificates,socat,containerd,runc,containernetworking-plugins,libseccomp2,hostname,curl
NODE_IMAGES=$LAB_HOME/node-images # the names of all images that a node needs but ours, one a line

has_image() { docker image inspect "$1" >/dev/null 2>&1; }
label_of() { docker image inspect -f '{{index .Config.Labels "lab.content"}}' "$1" 2>/dev/null; }

rootfs_images() {
  rootfs base "$BASE_IMAGE" "$BASE_PACKAGES"
  rootfs router-base "$ROUTER_BASE" "$ROUTER_PACKAGES"
  rootfs node-rootfs "$NODE_ROOTFS" "$NODE_PACKAGES"
}
rootfs() { # rootfs NAME IMAGE PACKAGES: a minimal Debian; raise the number in the image's name to make it again
  has_image "$2" || step "$1" "making $2 from Debian $DEBIAN" bootstrap "$2" "$3"
}
bootstrap() {
  local tar=$LAB_HOME/rootfs.tar keep_out=() path
  for path in doc man locale; do keep_out+=("--dpkgopt=path-exclude=/usr/share/$path/*"); done
  retry mmdebstrap -q --variant=apt --include="$2" "${keep_out[@]}" "$DEBIAN" "$tar"
  docker import "$tar" "$1"
  rm "$tar"
}

# image TAG BASE ENTRYPOINT USER SOURCE:TARGET…: BASE with files copied in; made again when any of these changes.
image() {
  local tag=$1 base=$2 entrypoint=$3 user=$4 pair sources=() base_id=scratch content dir
  shift 4
  for pair in "$@"; do sources+=("${pair%%:*}"); done
  [ "$base" = scratch ] || base_id=$(docker image inspect -f '{{.Id}}' "$base")
  content=$({ printf '%s\n' "$base_id" "$entrypoint" "$user" "$@"; fingerprint "${sources[@]}"; } | sha256sum | cut -c1-16)
  [ "$(label_of "$tag")" = "$content" ] && return
  dir=$(mktemp -d)
  for pair in "$@"; do
    mkdir -p "$dir/root$(dirname "${pair##*:}")"
    cp -r "${pair%%:*}" "$dir/root${pair##*:}"
  done
  chmod -R u+w,a+rX "$dir/root"
  cat >"$dir/Dockerfile" <<-D
	FROM $base
	ENV PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin KO_DATA_PATH=/var/run/ko
	COPY root /
	USER $user
	ENTRYPOINT ["$entrypoint"]
	LABEL lab.content=$content
	D
  docker build -t "$tag" "$dir"
  rm -rf "$dir"
}
node_image() { # as image, and part of the node image
  printf '%s\n' "$1" >>"$NODE_IMAGES"
  image "$@"
}

images() {
  rootfs_images
  step images "making the images" make_images
  node
  # What was replaced goes; an image that a cluster still runs on stays.
  docker image prune -f --filter label=lab.content >/dev/null
  write_inputs
}
make_images() {
  : >"$NODE_IMAGES"
  kubernetes_images
  istio_images
  knative_images
  image "$INGRESS_IMAGE" scratch /app 65532 "$BIN/lab-ingress:/app"
  image "$OPENSHIFT_IMAGE" "$ROUTER_BASE" /app 0 "$BIN/lab-openshift:/app" "$BIN/istioctl:/usr/local/bin/istioctl"
  image "$PROBE_IMAGE" scratch /meshproof-probe 65532:65532 "$BIN/meshproof-probe:/meshproof-probe"
  kafka_image
}
kubernetes_images() {
  local c
  node_image "registry.k8s.io/pause:$PAUSE_IMAGE" scratch /pause 65535 "$BIN/pause:/pause"
  for c in kube-apiserver kube-controller-manager kube-scheduler; do
    node_image "registry.k8s.io/$c:v$KUBERNETES" scratch "/usr/local/bin/$c" 0 "$BIN/$c:/usr/local/bin/$c"
  done
  node_image "registry.k8s.io/kube-proxy:v$KUBERNETES" "$BASE_IMAGE" /usr/local/bin/kube-proxy 0 "$BIN/kube-proxy:/usr/local/bin/kube-proxy"
  node_image "registry.k8s.io/etcd:$ETCD_IMAGE" scratch /usr/local/bin/etcd 0 "$BIN/etcd:/usr/local/bin/etcd"
  node_image "registry.k8s.io/coredns/coredns:$COREDNS_IMAGE" scratch /coredns 0 "$BIN/coredns:/coredns"
}
istio_images() {
  local istio
  istio=$(module_dir "istio.io/istio@$ISTIO_MODULE")
  node_image "docker.io/istio/pilot:$ISTIO" "$BASE_IMAGE" /usr/local/bin/pilot-discovery 1337:1337 "$BIN/pilot-discovery:/usr/local/bin/pilot-discovery"
  node_image "docker.io/istio/proxyv2:$ISTIO" "$BASE_IMAGE" /usr/local/bin/pilot-agent 0 "$BIN/pilot-agent:/usr/local/bin/pilot-agent" \
    "$BIN/envoy:/usr/local/bin/envoy" "$istio/tools/packaging/common/envoy_bootstrap.json:/var/lib/istio/envoy/envoy_bootstrap_tmpl.json"
}
knative_images() {
  local c name
  operator_data
  node_image "dev.local/knative/operator:$KNATIVE" scratch /app 65532 "$BIN/kn-operator-operator:/app" "$LAB_HOME/kodata:/var/run/ko" \
    "$LAB_HOME/kodata-openshift:/var/run/ko-openshift"
  node_image "dev.local/knative/operator-webhook:$KNATIVE" scratch /app 65532 "$BIN/kn-operator-webhook:/app"
  node_image "dev.local/knative/migrate:$KNATIVE" scratch /app 65532 "$BIN/kn-migrate:/app"
  for c in "${SERVING[@]}" cleanup; do
    node_image "dev.local/knative/serving-$c:$KNATIVE" scratch /app 65532 "$BIN/kn-serving-$c:/app"
  done
  for c in "${EVENTING[@]}"; do
    name=$(image_name "$c")
    node_image "dev.local/knative/eventing-$name:$KNATIVE" scratch /app 65532 "$BIN/kn-eventing-$name:/app"
  done
}
# The manifests of one release, out of the many that the operator carries.
operator_data() {
  local from to=$LAB_HOME/kodata
  from=$(module_dir "knative.dev/operator@$KNATIVE_MODULE")/cmd/operator/kodata
  rm -rf "$to"
  mkdir -p "$to"/{knative-serving,knative-eventing,ingress,eventing-source}
  cp -r "$from/knative-serving/$KNATIVE" "$to/knative-serving/"
  cp -r "$from/knative-eventing/$KNATIVE" "$to/knative-eventing/"
  cp -r "$from/ingress/${KNATIVE%.*}" "$to/ingress/"
  cp -r "$from/eventing-source/${KNATIVE%.*}" "$to/eventing-source/"
  chmod -R u+w "$to"
  openshift_data "$to" "$LAB_HOME/kodata-openshift"
}
# As OpenShift Serverless has them: net-istio without its Gateways, their Service, and the exceptions of webhooks.
openshift_data() {
  rm -rf "$2"
  cp -r "$1" "$2"
  python3 "$HERE/lib/without_gateways.py" "$2"/ingress/*/istio/*.yaml
}
# Laid out as the released apache/kafka, with its user: one start script serves both.
kafka_image() {
  image "$KAFKA_IMAGE" "$BASE_IMAGE" /usr/bin/env 1000:1000 "$LAB_HOME/kafka/libs:/opt/kafka/libs" "$LAB_HOME/kafka/jre:/opt/kafka/jre" \
    "$HERE/images/kafka/bin:/opt/kafka/bin" "$HERE/images/kafka/config:/opt/kafka/config"
}
