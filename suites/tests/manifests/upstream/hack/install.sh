#!/usr/bin/env bash
# Installs the mesh and the operator.
set -euo pipefail
istioctl install -y -f istio/mesh.yaml
kubectl apply -f "https://example.com/knative-operator-${VERSION:?}.yaml"
