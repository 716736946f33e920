//! The objects of many tenants beside those of a healthy stack, as an API server gives them: with all that nobody reads.

use serde_json::{Value, json};

/// How many namespaces the tenants have.
const NAMESPACES: usize = 100;

/// Makes an object by its number.
type Tenant = fn(usize) -> Value;

/// The kinds of which there are many: the resource, and its objects.
pub(crate) const KINDS: [(&str, Tenant); 5] = [
    ("gateways.networking.istio.io", gateway),
    ("services", service),
    ("pods", pod),
    ("serviceentries.networking.istio.io", service_entry),
    ("configmaps", config_map),
];

/// The namespaces of the tenants.
pub(crate) fn namespaces() -> impl Iterator<Item = Value> {
    (0..NAMESPACES).map(|index| {
        json!({"metadata": {"name": format!("tenant-{index:03}"), "uid": uid(index), "resourceVersion": "1",
            "creationTimestamp": "2026-01-01T00:00:00Z", "managedFields": managed_fields(),
            "labels": {"kubernetes.io/metadata.name": format!("tenant-{index:03}")}},
            "spec": {"finalizers": ["kubernetes"]}, "status": {"phase": "Active"}})
    })
}

fn uid(index: usize) -> String {
    format!("5f0c2f3a-7d34-4a52-9d1c-{index:012}")
}

fn metadata(name: &str, index: usize) -> Value {
    json!({
        "name": format!("{name}-{index:06}"), "namespace": format!("tenant-{:03}", index % NAMESPACES),
        "uid": uid(index), "resourceVersion": (100_000 + index).to_string(), "generation": 3,
        "creationTimestamp": format!("2026-02-01T{:02}:{:02}:{:02}Z", index / 3600 % 24, index / 60 % 60, index % 60),
        "labels": {"app": format!("app-{index:06}"), "app.kubernetes.io/managed-by": "Helm",
            "app.kubernetes.io/part-of": "shop", "helm.sh/chart": "shop-1.2.3"},
        "annotations": {"meta.helm.sh/release-name": "shop",
            "kubectl.kubernetes.io/last-applied-configuration": "{\"apiVersion\":\"v1\"}".repeat(20)},
        "managedFields": managed_fields(),
    })
}

/// As long as those of an object that two controllers write.
fn managed_fields() -> Value {
    let fields: serde_json::Map<_, _> = (0..24)
        .map(|index| (format!("f:field{index}"), json!({".": {}, "f:name": {}, "f:value": {}})))
        .collect();
    let of = |manager: &str| {
        json!({"manager": manager, "operation": "Update", "apiVersion": "v1", "time": "2026-02-01T00:00:00Z",
            "fieldsType": "FieldsV1", "fieldsV1": {"f:metadata": fields, "f:spec": {}}})
    };
    json!([of("helm"), of("kube-controller-manager")])
}

fn gateway(index: usize) -> Value {
    let host = format!("shop-{index:06}.example.com");
    json!({"metadata": metadata("gateway", index), "spec": {
    "selector": {"istio": format!("ingress-{}", index % 50)},
    "servers": [
        {"hosts": [host], "port": {"name": "https", "number": 443, "protocol": "HTTPS"},
            "tls": {"mode": "SIMPLE", "credentialName": format!("shop-{index:06}")}},
        {"hosts": [host], "port": {"name": "http", "number": 80, "protocol": "HTTP"}, "tls": {"httpsRedirect": true}},
    ]}})
}

fn service(index: usize) -> Value {
    json!({"metadata": metadata("service", index), "spec": {
        "clusterIP": "10.96.1.1", "clusterIPs": ["10.96.1.1"], "internalTrafficPolicy": "Cluster",
        "ipFamilies": ["IPv4"], "ipFamilyPolicy": "SingleStack", "sessionAffinity": "None", "type": "ClusterIP",
        "ports": [{"name": "http", "port": 80, "protocol": "TCP", "targetPort": "http"},
            {"name": "http-metrics", "port": 9090, "protocol": "TCP", "targetPort": 9090}],
        "selector": {"app": format!("app-{index:06}")}}, "status": {"loadBalancer": {}}})
}

fn service_entry(index: usize) -> Value {
    json!({"metadata": metadata("entry", index), "spec": {
        "hosts": [format!("api-{index:06}.example.org")], "location": "MESH_EXTERNAL", "resolution": "DNS",
        "exportTo": ["."], "ports": [{"name": "https", "number": 443, "protocol": "TLS"}]}})
}

fn config_map(index: usize) -> Value {
    json!({"metadata": metadata("config", index), "data": {"application.yaml": "server:\n  port: 8080\n".repeat(50)}})
}

fn pod(index: usize) -> Value {
    let env: Vec<_> =
        (0..12).map(|index| json!({"name": format!("SETTING_{index}"), "value": "some value"})).collect();
    let probe = json!({"httpGet": {"path": "/healthz", "port": "http", "scheme": "HTTP"}, "periodSeconds": 10,
        "failureThreshold": 3, "successThreshold": 1, "timeoutSeconds": 1});
    let mount = json!([{"mountPath": "/var/run/secrets/kubernetes.io/serviceaccount", "name": "token", "readOnly": true}]);
    let container = |name: &str, port: u16| {
        json!({"name": name, "image": format!("registry.example.com/shop/{name}:1.2.3"), "imagePullPolicy": "IfNotPresent",
            "env": env, "ports": [{"name": "http", "containerPort": port, "protocol": "TCP"}],
            "livenessProbe": probe, "readinessProbe": probe, "volumeMounts": mount,
            "resources": {"limits": {"cpu": "1", "memory": "512Mi"}, "requests": {"cpu": "100m", "memory": "128Mi"}},
            "terminationMessagePath": "/dev/termination-log", "terminationMessagePolicy": "File"})
    };
    let condition = |name: &str| json!({"type": name, "status": "True", "lastProbeTime": null, "lastTransitionTime": "2026-02-01T00:00:00Z"});
    let status = |name: &str| {
        json!({"name": name, "ready": true, "restartCount": 0, "started": true, "image": format!("registry.example.com/shop/{name}:1.2.3"),
            "imageID": format!("registry.example.com/shop/{name}@sha256:{}", "0".repeat(64)),
            "containerID": format!("containerd://{}", "1".repeat(64)), "lastState": {},
            "state": {"running": {"startedAt": "2026-02-01T00:00:00Z"}}})
    };
    let conditions = ["Initialized", "Ready", "ContainersReady", "PodScheduled"].map(condition);
    let statuses = ["shop", "istio-proxy"].map(status);
    json!({"metadata": metadata("pod", index), "spec": {
        "containers": [container("shop", 8080), container("istio-proxy", 15090)],
        "dnsPolicy": "ClusterFirst", "nodeName": "node-1", "restartPolicy": "Always", "schedulerName": "default-scheduler",
        "serviceAccountName": "default", "terminationGracePeriodSeconds": 30,
        "tolerations": [{"key": "node.kubernetes.io/not-ready", "operator": "Exists", "effect": "NoExecute", "tolerationSeconds": 300}],
        "volumes": [{"name": "token", "projected": {"sources": [{"serviceAccountToken": {"path": "token"}}]}}]},
        "status": {"phase": "Running", "podIP": format!("10.{}.{}.{}", index / 65_536, index / 256 % 256, index % 256),
            "hostIP": "172.18.0.2", "qosClass": "Burstable", "startTime": "2026-02-01T00:00:00Z",
            "conditions": conditions,
            "containerStatuses": statuses}})
}
