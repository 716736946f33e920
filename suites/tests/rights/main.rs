//! The rights that a run needs: what the checks really ask is what the table says, the roles that are printed from it are
//! enough, and without any part of them a run says what it was not permitted, and nothing else than before.
//!
//! `cargo ci bless` makes the table anew: `fixtures/reads.json`.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

mod api_server;
mod asked;
mod audit;
mod role;
mod worlds;

use audit::{Verdict, audit};
use role::Role;
use rstest::rstest;
use run::ReadTable;
use run::rights::{Permission, RightsRequest, cluster_role, needed_permissions};
use semantics::flavour::{OSSM2, OSSM3, UPSTREAM};
use std::collections::BTreeMap;
use std::path::Path;
use vocabulary::{Flavour, Tier};
use worlds::TestWorld;

fn table() -> ReadTable {
    suites::suites().reads().unwrap()
}

/// The rules that `meshproof rbac` prints for an audit.
fn printed_rules(flavour: Flavour) -> Vec<Permission> {
    let checks = suites::checks();
    let request = RightsRequest {
        checks: &checks,
        flavour: Some(flavour),
        allowed: Tier::Read,
        has_diagnostics: false,
    };
    needed_permissions(&table(), request)
}

fn role(rules: &[Permission]) -> Role {
    Role::parse(&cluster_role("r", rules, &[]))
}

#[tokio::test(flavor = "multi_thread")]
async fn table_says_what_the_checks_ask() {
    let asked = serde_json::to_string_pretty(&asked::all().await).unwrap() + "\n";
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../fixtures/reads.json");
    if std::env::var("INSTA_UPDATE").is_ok_and(|update| update == "always") {
        std::fs::write(&path, &asked).unwrap();
    }
    let kept = std::fs::read_to_string(path).unwrap();
    let lines = |text: &str| text.lines().map(ToOwned::to_owned).collect::<Vec<_>>();
    assert!(
        lines(&kept) == lines(&asked),
        "the checks ask for something else than the table says\nto mend it: `cargo ci bless`"
    );
}

#[test]
fn names_that_only_the_cluster_tells_are_in_the_table() {
    let (registry, table) = (suites::suites(), table());
    let ids = registry.checks.iter().map(|check| check.id);
    let reads = table.reads(ids, None);
    for (read, _) in registry.named_by_cluster {
        assert!(reads.contains(read), "{read}: {reads:#?}");
    }
}

/// What was said with other rights, where that is not what was said with all of them.
fn differences(
    before: &BTreeMap<String, Verdict>,
    after: &BTreeMap<String, Verdict>,
) -> Vec<(String, Verdict)> {
    let differs = after.iter().filter(|(check, verdict)| before[*check] != **verdict);
    differs.map(|(check, verdict)| (check.clone(), verdict.clone())).collect()
}

#[rstest]
#[case::healthy(TestWorld::recorded("reference"))]
#[case::with_faults(TestWorld::recorded("broken"))]
#[case::ossm2(TestWorld::of_document(OSSM2))]
#[case::ossm3(TestWorld::of_document(OSSM3))]
#[tokio::test(flavor = "multi_thread")]
async fn printed_rights_are_enough_and_each_is_needed(#[case] world: TestWorld) {
    let rules = printed_rules(world.flavour);
    let all = audit(&world, Role::everything()).await;
    let printed = audit(&world, role(&rules)).await;
    assert_eq!(differences(&all, &printed), [], "the printed rights are not enough");
    assert!(printed.values().filter(|verdict| verdict.word == "passed").count() > 15, "{printed:#?}");

    for (read, reduced) in role::each_taken_out(&rules) {
        let reads = |check: &str| table().reads([check], Some(world.flavour)).contains(read.as_str());
        for (check, verdict) in differences(&printed, &audit(&world, role(&reduced)).await) {
            let had = &printed[&check];
            assert!(
                reads(&check),
                "without {read}: {check}, which does not read it: {verdict:#?}\ninstead of {had:#?}"
            );
            assert!(verdict.is_less_than(had), "without {read}: {check}: {verdict:#?}\ninstead of {had:#?}");
            assert!(verdict.names_a_right(), "without {read}: {check}: {verdict:#?}");
        }
    }
}

#[rstest]
#[case::healthy(TestWorld::recorded("reference"))]
#[case::with_faults(TestWorld::recorded("broken"))]
#[case::ossm2(TestWorld::of_document(OSSM2))]
#[tokio::test(flavor = "multi_thread")]
async fn reader_of_some_namespaces_gets_what_can_be_had(#[case] world: TestWorld) {
    let rules = role(&printed_rules(world.flavour));
    let all = audit(&world, Role::everything()).await;
    let scoped = audit(&world, rules.in_namespaces(&["istio-system", "knative-serving"])).await;
    let mut same = 0;
    for (check, verdict) in &scoped {
        if *verdict == all[check] {
            same += usize::from(verdict.word == "passed" || verdict.word == "failed");
            continue;
        }
        assert!(verdict.is_less_than(&all[check]), "{check}: {verdict:#?}\ninstead of {:#?}", all[check]);
    }
    assert!(same > 3, "{scoped:#?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn who_may_read_nothing_has_everything_skipped() {
    let world = TestWorld::recorded("reference");
    let verdicts = audit(&world, Role::nothing()).await;
    let judged = verdicts.iter().filter(|(_, verdict)| verdict.word != "skipped");
    let judged: Vec<_> = judged.map(|(check, _)| check.as_str()).collect();
    assert_eq!(judged, ["prerequisites::apis::required_kinds_are_served"], "what everybody may ask");
    assert_eq!(world.flavour, UPSTREAM);
}
