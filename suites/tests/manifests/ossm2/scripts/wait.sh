#!/bin/sh
# Waits until the control plane is there.
set -eu
oc -n knative-mesh wait --for=condition=Ready smcp/serverless --timeout=10m
oc -n knative-serving wait --for=condition=Ready knativeserving/knative-serving --timeout=10m
