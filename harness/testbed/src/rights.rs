//! What the user of a run needs to make, reach and remove what checks with traffic make; `docs/tester.yaml` says the same.

/// Resources of a group, and what is done with them.
#[derive(Debug, Clone, Copy)]
pub struct TestbedRight {
    /// The API group.
    pub group: &'static str,
    /// The resources.
    pub resources: &'static [&'static str],
    /// The verbs.
    pub verbs: &'static [&'static str],
    /// The flavour in which it is needed. `None`: in each.
    pub flavour: Option<&'static str>,
}

/// What is done with objects that are made, waited for, and removed.
const MAKE: &[&str] = &["get", "list", "watch", "create", "patch", "delete"];

/// All that a testbed needs.
pub const RIGHTS: &[TestbedRight] = &[
    TestbedRight {
        group: "",
        resources: &["namespaces", "pods", "services", "serviceaccounts"],
        verbs: MAKE,
        flavour: None,
    },
    TestbedRight { group: "", resources: &["pods/portforward"], verbs: &["get", "create"], flavour: None },
    TestbedRight { group: "", resources: &["pods/log"], verbs: &["get"], flavour: None },
    TestbedRight { group: "serving.knative.dev", resources: &["services"], verbs: MAKE, flavour: None },
    TestbedRight { group: "networking.istio.io", resources: &["sidecars"], verbs: MAKE, flavour: None },
    TestbedRight {
        group: "maistra.io",
        resources: &["servicemeshmembers"],
        verbs: MAKE,
        flavour: Some("ossm2"),
    },
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn document_for_testers_says_the_same() {
        let document = include_str!("../../../docs/tester.yaml");
        let rules = document.split("# What checks read is watched").next().unwrap();
        let mut said = rules.matches("- apiGroups:").count();
        for TestbedRight { group, resources, verbs, .. } in RIGHTS {
            let group = if group.is_empty() { "\"\"" } else { group };
            let (resources, verbs) = (resources.join(", "), verbs.join(", "));
            let rule = format!("- apiGroups: [{group}]\n  resources: [{resources}]\n  verbs: [{verbs}]\n");
            assert!(rules.contains(&rule), "{rule}");
            said -= 1;
        }
        assert_eq!(said, 0, "it says more");
    }
}
