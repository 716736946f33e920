"""Lays objects out as `oc adm inspect` does, which must-gathers are made of.

Objects of Kubernetes' own kinds stand in a list for each namespace, custom resources and what has no namespace each by
itself (openshift/oc, pkg/cli/admin/inspect). Of the values of Secrets only certificates are kept, as there.

Usage: kubectl get … -A -o json | inspect_tree.py FOLDER
"""

import base64
import collections
import json
import pathlib
import sys

# The lists that each namespace is asked for.
LISTED = {
    "Pod": "core/pods",
    "Service": "core/services",
    "ConfigMap": "core/configmaps",
    "Secret": "core/secrets",
    "PersistentVolumeClaim": "core/persistentvolumeclaims",
    "ReplicationController": "core/replicationcontrollers",
    "DaemonSet": "apps/daemonsets",
    "Deployment": "apps/deployments",
    "ReplicaSet": "apps/replicasets",
    "StatefulSet": "apps/statefulsets",
    "HorizontalPodAutoscaler": "autoscaling/horizontalpodautoscalers",
    "CronJob": "batch/cronjobs",
    "Job": "batch/jobs",
    "NetworkPolicy": "networking.k8s.io/networkpolicies",
    "PodDisruptionBudget": "policy/poddisruptionbudgets",
}
VERSIONS = {"core": "v1", "autoscaling": "autoscaling/v2"}


def plural(kind):
    """The resource of a kind. Those of the lab follow the rule."""
    name = kind.lower()
    if name.endswith("y") and name[-2] not in "aeiou":
        return name[:-1] + "ies"
    return name + ("es" if name.endswith(("s", "x", "ch", "sh")) else "s")


def write(path, value):
    path.parent.mkdir(parents=True, exist_ok=True)
    # JSON is YAML.
    path.write_text("---\n" + json.dumps(value, indent=1) + "\n")


def without_values(secret):
    for key, value in (secret.get("data") or {}).items():
        if key not in ("tls.crt", "ca.crt", "service-ca.crt"):
            length = len(base64.b64decode(value))
            secret["data"][key] = base64.b64encode(f"{length} bytes long".encode()).decode()
    return secret


def main():
    top = pathlib.Path(sys.argv[1])
    lists = collections.defaultdict(list)
    namespaces = []
    for item in json.load(sys.stdin)["items"]:
        kind, meta = item["kind"], item["metadata"]
        group = item["apiVersion"].rpartition("/")[0] or "core"
        namespace, name = meta.get("namespace"), meta["name"]
        if kind == "Namespace":
            namespaces.append(name)
            write(top / f"namespaces/{name}/{name}.yaml", item)
        if namespace is None:
            write(top / f"cluster-scoped-resources/{group}/{plural(kind)}/{name}.yaml", item)
        elif kind in LISTED and LISTED[kind].split("/")[0] == group:
            lists[namespace, kind].append(without_values(item) if kind == "Secret" else item)
        else:
            write(top / f"namespaces/{namespace}/{group}/{plural(kind)}/{name}.yaml", item)
    for namespace in namespaces:
        for kind, path in LISTED.items():
            group = path.split("/")[0]
            version = VERSIONS.get(group, group + "/v1")
            listed = {"apiVersion": version, "kind": kind + "List", "items": lists[namespace, kind]}
            write(top / f"namespaces/{namespace}/{path}.yaml", listed)


main()
