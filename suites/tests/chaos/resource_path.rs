//! What a path of an API server names.

/// A resource, and which of its objects.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct ResourcePath {
    /// Its full name, such as `gateways.networking.istio.io`.
    pub(crate) resource: String,
    /// `None`: all namespaces, or an object without one.
    pub(crate) namespace: Option<String>,
    /// `None`: all objects.
    pub(crate) name: Option<String>,
    /// Such as `log` of a pod.
    pub(crate) subresource: Option<String>,
}

impl ResourcePath {
    /// Reads a path. `None`: it names no resource.
    pub(crate) fn parse(path: &str) -> Option<Self> {
        let parts: Vec<_> = path.trim_matches('/').split('/').collect();
        let (group, parts) = match parts.as_slice() {
            ["api", _, rest @ ..] => ("", rest),
            ["apis", group, _, rest @ ..] => (*group, rest),
            _ => return None,
        };
        let (namespace, plural, rest) = match parts {
            ["namespaces", namespace, plural, rest @ ..] => (Some(*namespace), *plural, rest),
            [plural, rest @ ..] => (None, *plural, rest),
            [] => return None,
        };
        let part = |index: usize| rest.get(index).map(|part| (*part).to_owned());
        let resource = vocabulary::full_name(plural, group);
        Some(Self {
            resource,
            namespace: namespace.map(ToOwned::to_owned),
            name: part(0),
            subresource: part(1),
        })
    }

    /// Whether an object is among what this path and its query name.
    pub(crate) fn is_about(&self, object: &serde_json::Value, query: &str) -> bool {
        let selected = parameter(query, "fieldSelector").and_then(|fields| fields.split_once("%3D"));
        let name = self.name.as_deref().or(selected.map(|(_, name)| name));
        name.is_none_or(|name| object["metadata"]["name"] == name)
            && self.namespace.as_deref().is_none_or(|namespace| object["metadata"]["namespace"] == namespace)
    }
}

/// The value of a parameter of a query.
pub(crate) fn parameter<'a>(query: &'a str, name: &str) -> Option<&'a str> {
    let pairs = query.split('&').filter_map(|pair| pair.split_once('='));
    pairs.filter(|(key, _)| *key == name).map(|(_, value)| value).next()
}
