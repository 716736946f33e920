//! Roles for two fake checks, one of which sends.

use super::*;
use futures::FutureExt;
use vocabulary::CheckCard;
use vocabulary::example::CARD;

const ONE: Flavour = Flavour("one");

static READS: Check = Check {
    card: CheckCard { id: "light::lamps::are_lit", ..CARD },
    run: |_| futures::future::pending().boxed(),
};
static SENDS: Check = Check {
    card: CheckCard { id: "light::lamps::answer", tier: Tier::Traffic, ..CARD },
    run: |_| futures::future::pending().boxed(),
};

fn table() -> ReadTable {
    let reads = |reads: &[&str]| reads.iter().map(|read| (*read).to_owned()).collect::<BTreeSet<_>>();
    let by_flavour = |flavours: &[(&str, &[&str])]| {
        flavours.iter().map(|(flavour, of)| ((*flavour).to_owned(), reads(of))).collect()
    };
    ReadTable {
        detection: by_flavour(&[("one", &["namespaces"]), ("two", &["namespaces"])]),
        checks: BTreeMap::from([
            (
                READS.id.to_owned(),
                by_flavour(&[
                    ("one", &["lamps.fakes.test", "secrets/bulb"]),
                    ("two", &["torches.fakes.test"]),
                ]),
            ),
            (SENDS.id.to_owned(), by_flavour(&[("one", &["pods"])])),
        ]),
    }
}

fn role(request: RightsRequest<'_>) -> String {
    cluster_role("r", &needed_permissions(&table(), request), &[("secrets/bulb", "the lamp names it")])
}

const REQUEST: RightsRequest<'_> = RightsRequest {
    checks: &[&READS, &SENDS],
    flavour: Some(ONE),
    allowed: Tier::Read,
    has_diagnostics: false,
};

#[test]
fn audit_lists_what_its_checks_read() {
    assert_eq!(
        role(REQUEST),
        "apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRole
metadata:
  name: r
rules:
- apiGroups: [\"\"]
  resources: [namespaces]
  verbs: [list]
- apiGroups: [\"\"]
  resources: [secrets]
  # the lamp names it
  resourceNames: [bulb]
  verbs: [list]
- apiGroups: [fakes.test]
  resources: [lamps]
  verbs: [list]
"
    );
}

#[test]
fn flavour_that_is_not_known_may_be_any() {
    let resources: Vec<_> = needed_permissions(&table(), RightsRequest { flavour: None, ..REQUEST })
        .into_iter()
        .flat_map(|rule| rule.resources)
        .collect();
    assert_eq!(resources, ["namespaces", "secrets", "lamps", "torches"]);
}

#[test]
fn traffic_watches_and_makes_its_places() {
    let role = role(RightsRequest { allowed: Tier::Traffic, ..REQUEST });
    assert!(role.contains("  resources: [lamps]\n  verbs: [list, watch]\n"), "{role}");
    let made = "  resources: [namespaces, pods, serviceaccounts, services]\n  verbs: [get, list, watch, create, patch, delete]\n";
    assert!(role.contains(made), "{role}");
}

#[test]
fn traffic_that_no_check_sends_makes_nothing() {
    let request = RightsRequest { allowed: Tier::Traffic, checks: &[&READS], ..REQUEST };
    let rules = needed_permissions(&table(), request);
    assert!(rules.iter().all(|rule| rule.verbs == ["list", "watch"]), "{rules:?}");
}

#[test]
fn diagnostics_read_more() {
    let role = role(RightsRequest { has_diagnostics: true, ..REQUEST });
    assert!(role.contains("  resources: [events, namespaces, pods, services]\n  verbs: [list]\n"), "{role}");
    assert!(role.contains("  resources: [pods/log]\n  verbs: [get]\n"), "{role}");
}
