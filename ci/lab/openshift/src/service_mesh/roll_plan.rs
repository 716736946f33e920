//! What a roll comes to: which namespaces are to be members, which are, and which no longer.
//!
//! Read in maistra/istio-operator: `pkg/controller/servicemesh/memberroll/controller.go`, `IsMember` of
//! `pkg/apis/maistra/v1/servicemeshmemberroll_types.go`.
use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Value, json};

use super::control_plane_status::condition;
use super::names::MEMBER_OF;

/// The namespaces of a roll.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct RollPlan {
    /// Those that are there, and are to be members.
    pub(super) configured: Vec<String>,
    /// Those that are to be members, and cannot be: they are not there, or of another mesh.
    pub(super) pending: Vec<String>,
    /// Those that carry the label, and are no members any more.
    pub(super) removed: Vec<String>,
}

impl RollPlan {
    /// The plan for a roll of `mesh`, where these are all namespaces with their labels.
    pub(super) fn of(
        spec: &Value,
        mesh: &str,
        namespaces: &BTreeMap<String, BTreeMap<String, String>>,
    ) -> Self {
        let listed = spec["members"].as_array().into_iter().flatten().filter_map(Value::as_str);
        let mut wanted: BTreeSet<&str> = listed.collect();
        wanted.remove(mesh);
        let owner = |name: &str| namespaces.get(name).map(|labels| labels.get(MEMBER_OF).map(String::as_str));
        let may_be_member =
            |name: &str| owner(name).is_some_and(|owner| owner.is_none_or(|owner| owner == mesh));
        let (configured, pending): (Vec<_>, Vec<_>) = wanted.iter().partition(|name| may_be_member(name));
        let of_mesh =
            |name: &&str| owner(name).flatten() == Some(mesh) && *name != mesh && !wanted.contains(name);
        let removed = namespaces.keys().map(String::as_str).filter(of_mesh);
        let texts = |names: Vec<&str>| names.into_iter().map(ToOwned::to_owned).collect();
        Self { removed: texts(removed.collect()), configured: texts(configured), pending: texts(pending) }
    }

    /// The status of the roll.
    pub(super) fn status(
        &self,
        before: &Value,
        generation: Option<i64>,
        mesh_generation: &Value,
        now: &str,
    ) -> Value {
        let ready = if self.pending.is_empty() {
            let message = "All namespaces have been configured successfully";
            condition(before, "Ready", true, "Configured", message, now)
        } else {
            let message =
                format!("The following namespaces are not yet configured: [{}]", self.pending.join(" "));
            condition(before, "Ready", false, "ReconcileError", &message, now)
        };
        let members: BTreeSet<_> = self.configured.iter().chain(&self.pending).collect();
        json!({
            "annotations": {"configuredMemberCount": format!("{}/{}", self.configured.len(), members.len())},
            "conditions": [ready],
            "configuredMembers": self.configured,
            "members": members,
            "meshGeneration": mesh_generation,
            "observedGeneration": generation.unwrap_or_default(),
            "pendingMembers": self.pending,
            "terminatingMembers": [],
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use rstest::rstest;

    fn namespaces(labelled: &[(&str, &str)]) -> BTreeMap<String, BTreeMap<String, String>> {
        let labels = |owner: &str| match owner {
            "" => BTreeMap::new(),
            owner => BTreeMap::from([(MEMBER_OF.to_owned(), owner.to_owned())]),
        };
        labelled.iter().map(|(name, owner)| ((*name).to_owned(), labels(owner))).collect()
    }

    #[rstest]
    #[case::there(&["shop"], &[("shop", "")], &["shop"], &[], &[])]
    #[case::member_already(&["shop"], &[("shop", "istio-system")], &["shop"], &[], &[])]
    #[case::not_there(&["shop"], &[], &[], &["shop"], &[])]
    #[case::of_another_mesh(&["shop"], &[("shop", "other")], &[], &["shop"], &[])]
    #[case::no_longer(&[], &[("shop", "istio-system")], &[], &[], &["shop"])]
    #[case::of_another_mesh_and_not_listed(&[], &[("shop", "other")], &[], &[], &[])]
    #[case::the_mesh_itself(&["istio-system"], &[("istio-system", "istio-system")], &[], &[], &[])]
    fn members_are_those_that_are_listed_and_there(
        #[case] members: &[&str],
        #[case] labelled: &[(&str, &str)],
        #[case] configured: &[&str],
        #[case] pending: &[&str],
        #[case] removed: &[&str],
    ) {
        let plan = RollPlan::of(&json!({"members": members}), "istio-system", &namespaces(labelled));
        let plan = (plan.configured, plan.pending, plan.removed);
        assert_eq!(plan, (owned(configured), owned(pending), owned(removed)));
    }

    fn owned(names: &[&str]) -> Vec<String> {
        names.iter().map(|name| (*name).to_owned()).collect()
    }

    #[rstest]
    #[case::all_there(&[], "True", "Configured")]
    #[case::one_pending(&["shop"], "False", "ReconcileError")]
    fn roll_is_ready_when_no_member_is_pending(
        #[case] pending: &[&str],
        #[case] expected: &str,
        #[case] reason: &str,
    ) {
        let plan = RollPlan { configured: Vec::new(), pending: owned(pending), removed: Vec::new() };
        let status = plan.status(&json!({}), Some(2), &json!(1), "2026-01-01T00:00:00Z");
        assert_eq!(status["conditions"][0]["status"], expected);
        assert_eq!(status["conditions"][0]["reason"], reason);
        assert_eq!(status["observedGeneration"], 2);
    }
}
