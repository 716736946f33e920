# shellcheck shell=bash
# What people send of a cluster: what `kubectl get` prints, and the tree of a must-gather.

# dump [--cluster NAME] FOLDER: FOLDER/get.yaml and FOLDER/inspect, of all kinds but events, metrics and leases.
dump() {
  local cluster=meshproof folder config resources
  [ "${1:-}" != --cluster ] || { cluster=${2:?a cluster name}; shift 2; }
  (($# == 1)) || { usage >&2; exit 2; }
  folder=$1
  [ ! -e "$folder" ] || die "$folder is there already"
  mkdir -p "$folder/inspect"
  # Rights to the cluster: kept out of what people send, and gone whatever fails.
  config=$(mktemp)
  # shellcheck disable=SC2064 # of this config
  trap "rm -f '$config'" EXIT
  "$BIN/kind" get kubeconfig --name "$cluster" >"$config" || die "no cluster $cluster: make one with \`meshproof up\`"
  resources=$(KUBECONFIG=$config "$BIN/kubectl" api-resources --verbs=list -o name |
    grep -vE '^(events|leases|endpoints|componentstatuses)(\.|$)|metrics\.k8s\.io$' | paste -sd,)
  KUBECONFIG=$config "$BIN/kubectl" get "$resources" -A -o yaml >"$folder/get.yaml"
  KUBECONFIG=$config "$BIN/kubectl" get "$resources" -A -o json |
    python3 "$HERE/lib/inspect_tree.py" "$folder/inspect"
}
