# shellcheck shell=bash
# What runs in the engine, and what exists.

CLUSTER_LABEL=io.x-k8s.kind.cluster

# lab_clusters: the names of the kind clusters whose nodes were made from a node image of the lab.
lab_clusters() {
  docker ps -aq --filter "label=$CLUSTER_LABEL" | xargs -r docker inspect -f "{{.Config.Image}} {{index .Config.Labels \"$CLUSTER_LABEL\"}}" |
    sed -n 's#^kindest/node:v[^ ]*-lab ##p' | sort -u
}

# A kubeconfig of its own: deleting a cluster is not to touch the user's.
down() {
  engine_answers || return 0
  local cluster
  for cluster in $(lab_clusters); do
    say "deleting the cluster $cluster"
    "$BIN/kind" delete cluster -q --name "$cluster" --kubeconfig "$LAB_HOME/kubeconfig" || say "the cluster $cluster could not be deleted"
  done
  # A node of another cluster may have such a name too: it carries kind's label, the containers of the harness do not.
  docker ps -a --filter name='^meshproof-' --filter name="^$BUILDER\$" --format "{{.ID}} {{.Label \"$CLUSTER_LABEL\"}}" |
    awk 'NF == 1 {print $1}' | xargs -r docker rm -fv >/dev/null || true
}

load() {
  local cluster=meshproof
  [ "${1:-}" != --cluster ] || { cluster=${2:?a cluster name}; shift 2; }
  (($#)) || { usage >&2; exit 2; }
  docker save "$@" | docker exec -i "$cluster-control-plane" ctr -n k8s.io images import --all-platforms --digests - >/dev/null
}

status() {
  local name
  for name in etcd kind coredns kubernetes istio knative envoy kafka ingress openshift; do
    printf '%-12s %s\n' "$name" "$(cat "$LAB_HOME/stamps/$name" 2>/dev/null || echo -)"
  done
  if engine_answers; then
    printf '%-12s running, %s images\n' engine "$(docker image ls -q | wc -l)"
    printf '%-12s %s\n' node "$(label_of "$NODE_IMAGE" || echo -)" clusters "$(lab_clusters | xargs)"
  else
    printf '%-12s not running\n' engine
  fi
}
