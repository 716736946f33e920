# shellcheck shell=bash
# What the harness reads: the operator's manifest and a configuration that points at the lab.

write_inputs() {
  step inputs "writing the inputs of the harness" operator_manifest
  cat >"$LAB_HOME/meshproof.toml" <<-T
	# Written by ci/lab/lab: how the harness uses the offline lab.
	provider = "kind"
	supply = "lab"
	[tools]
	kind = "$BIN/kind"
	istioctl = "$BIN/istioctl"
	[kind]
	node_image = "$NODE_IMAGE"
	[install]
	knative_operator_manifest = "$LAB_HOME/operator.yaml"
	kafka_image = "$KAFKA_IMAGE"
	[probe]
	image = "$PROBE_IMAGE"
	T
}

# The operator's released manifest is the kustomization of its module with the images filled in.
operator_manifest() {
  local config=$LAB_HOME/operator
  rm -rf "$config"
  cp -r "$(module_dir "knative.dev/operator@$KNATIVE_MODULE")/config" "$config"
  chmod -R u+w "$config"
  sed -i "s#ko://knative.dev/operator/cmd/operator#dev.local/knative/operator:$KNATIVE#" "$config/manager/operator.yaml"
  sed -i "s#ko://knative.dev/operator/cmd/webhook#dev.local/knative/operator-webhook:$KNATIVE#" "$config/webhook/webhook.yaml"
  "$BIN/kubectl" kustomize "$config/default" --load-restrictor LoadRestrictionsNone >"$LAB_HOME/operator.yaml.part"
  mv "$LAB_HOME/operator.yaml.part" "$LAB_HOME/operator.yaml"
}

print_env() {
  printf 'export MESHPROOF_CONFIG=%q\n' "$LAB_HOME/meshproof.toml"
  printf 'export PATH=%q:"$PATH"\n' "$BIN"
  printf 'export DOCKER_BUILDKIT=0\n'
}
