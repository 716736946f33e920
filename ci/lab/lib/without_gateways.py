"""Takes out of manifests of net-istio what the operator of OpenShift Serverless leaves to its users.

Read in openshift-knative/serverless-operator: openshift-knative-operator/cmd/operator/kodata/ingress. Documents are told apart
by their lines: no parser of YAML is at hand, and those that stay are to stay as they are.
"""
import re
import sys

LEFT_OUT = {("Gateway", "knative-ingress-gateway"), ("Gateway", "knative-local-gateway"), ("Service", "knative-local-gateway")}


def is_left_out(document: str) -> bool:
    kind = re.search(r"^kind: *(\S+)", document, re.MULTILINE)
    name = re.search(r"^metadata:\n(?:  .*\n)*?  name: *(\S+)", document, re.MULTILINE)
    if not kind or not name:
        return False
    kind, name = kind[1].strip("\"'"), name[1].strip("\"'")
    return kind == "PeerAuthentication" or (kind, name) in LEFT_OUT


found = 0
for path in sys.argv[1:]:
    with open(path, encoding="utf-8") as file:
        documents = re.split(r"^---\s*$\n?", file.read(), flags=re.MULTILINE)
    kept = [document for document in documents if not is_left_out(document)]
    found += len(documents) - len(kept)
    with open(path, "w", encoding="utf-8") as file:
        file.write("---\n".join(kept))

# What is written otherwise one day is not to stay unseen.
EXPECTED = len(LEFT_OUT) + 2  # and the exceptions of two webhooks
if found != EXPECTED:
    sys.exit(f"{found} documents were left out instead of {EXPECTED}: net-istio's manifests are laid out otherwise")
