# shellcheck shell=bash
# The node image of kind, with every image in it. Made in two layers: the upper one holds the stand-in and the probe
# only, so that a change to them costs seconds. Each layer is labelled with a digest of what went into it.

NODE_IMAGE=kindest/node:v$KUBERNETES-lab
NODE_BASE=lab/node-base:1
NODE_RECIPE=1 # raise it when the functions below make something else
BUILDER=lab-node

node() {
  local names ids files base all
  mapfile -t names <"$NODE_IMAGES"
  ids=$(docker image inspect -f '{{.Id}}' "$NODE_ROOTFS" "${names[@]}")
  files=$(fingerprint "$HERE/images/node" "$BIN"/kube{adm,let,ctl})
  base=$(digest "$NODE_RECIPE" "$KIND" "$ids" "$files")
  [ "$(label_of "$NODE_BASE")" = "$base" ] ||
    step node-base "making $NODE_BASE with ${#names[@]} images inside" build_node_base "$base" "${names[@]}"
  ids=$(docker image inspect -f '{{.Id}}' "$INGRESS_IMAGE" "$OPENSHIFT_IMAGE" "$PROBE_IMAGE")
  all=$(digest "$base" "$ids")
  [ "$(label_of "$NODE_IMAGE")" = "$all" ] || step node "making $NODE_IMAGE" build_node "$all"
}
digest() { printf '%s\n' "$@" | sha256sum | cut -c1-16; }

build_node_base() { # build_node_base CONTENT IMAGE…
  local content=$1 kind
  shift
  kind=$(module_dir "sigs.k8s.io/kind@v$KIND")/images/base/files
  start_builder "$NODE_ROOTFS"
  tar -C "$kind" -c . | unpack /
  tar -C "$HERE/images/node/root" -c . | unpack /
  tar -C "$BIN" -c kubeadm kubelet kubectl | unpack /usr/bin
  docker exec -i "$BUILDER" bash -s -- "$KUBERNETES" "$PAUSE_IMAGE" <"$HERE/images/node/setup.sh"
  import_images "$@"
  commit "$NODE_BASE" "$content"
}
build_node() {
  start_builder "$NODE_BASE"
  import_images "$INGRESS_IMAGE" "$OPENSHIFT_IMAGE" "$PROBE_IMAGE"
  commit "$NODE_IMAGE" "$1"
}

start_builder() {
  docker rm -f "$BUILDER" >/dev/null 2>&1 || true
  docker run -d --name "$BUILDER" --privileged --entrypoint sleep "$1" infinity
}
unpack() { docker exec -i "$BUILDER" tar -C "$1" --no-same-owner -x; }
import_images() {
  docker exec -d "$BUILDER" containerd
  docker exec "$BUILDER" timeout 30 bash -c 'until ctr version; do sleep 0.2; done' >/dev/null 2>&1
  docker save "$@" | docker exec -i "$BUILDER" ctr -n k8s.io images import --all-platforms --no-unpack --digests -
  docker exec "$BUILDER" bash -c 'pkill containerd; timeout 30 bash -c "while pgrep containerd; do sleep 0.2; done"; rm -rf /run/containerd'
}
commit() {
  docker commit --change 'ENTRYPOINT ["/usr/local/bin/entrypoint","/sbin/init"]' --change "LABEL lab.content=$2" "$BUILDER" "$1"
  docker rm -f "$BUILDER"
}
