//! The plan of a run: which checks run, and why the others do not. It is pure: it asks no cluster.

use record::RunConditions;
use std::collections::BTreeSet;
use thiserror::Error;
use vocabulary::{Capability, Digest, Flavour, SkipReason, Tier};
use world::Check;

/// The selection names something that does not exist.
#[derive(Debug, PartialEq, Eq, Error)]
#[error("there is no {} `{name}`", if name.contains('/') { "fault" } else { "check, area or suite" })]
pub struct SelectionError {
    /// What was named.
    pub name: String,
    /// Ids that look like it.
    pub similar: Vec<String>,
}

/// A check of a run.
#[derive(Debug, Clone)]
pub struct PlannedCheck {
    /// The check.
    pub check: &'static Check,
    /// Why it is skipped. None: it runs.
    pub skip: Option<SkipReason>,
}

/// What decides which checks run.
#[derive(Debug)]
pub struct PlanContext<'a> {
    /// The cluster's flavour.
    pub flavour: Flavour,
    /// What the cluster and its provider offer, what a check may do, and whether there is a probe.
    pub conditions: &'a RunConditions,
}

/// Selects checks by id, area or suite. No name selects all. A former id selects its check.
pub fn select(checks: &[&'static Check], names: &[String]) -> Result<Vec<&'static Check>, SelectionError> {
    let mut chosen = BTreeSet::new();
    for name in names {
        let matching: Vec<_> =
            checks.iter().filter(|check| is_named(check, name)).map(|check| check.id).collect();
        if matching.is_empty() {
            return Err(SelectionError { name: name.clone(), similar: similar(checks, name) });
        }
        chosen.extend(matching);
    }
    Ok(checks.iter().filter(|check| names.is_empty() || chosen.contains(check.id)).copied().collect())
}

/// Shuffles the checks. The same seed gives the same order.
pub fn shuffle(checks: &mut [&'static Check], seed: u64) {
    checks.sort_by_cached_key(|check| Digest::of_bytes(format!("{seed} {}", check.id).as_bytes()));
}

fn is_named(check: &Check, name: &str) -> bool {
    let name = name.trim_end_matches("::");
    check.id == name
        || check.id.strip_prefix(name).is_some_and(|rest| rest.starts_with("::"))
        || check.formerly.contains(&name)
}

/// The ids that share most words with a name.
fn similar(checks: &[&'static Check], name: &str) -> Vec<String> {
    let wanted: BTreeSet<_> = name.split([':', '_', '.', '/']).filter(|word| word.len() > 2).collect();
    let mut scored: Vec<_> = checks
        .iter()
        .map(|check| (check.id.split([':', '_']).filter(|word| wanted.contains(word)).count(), check.id))
        .filter(|(score, _)| *score > 0)
        .collect();
    scored.sort_by_key(|(score, id)| (std::cmp::Reverse(*score), *id));
    scored.into_iter().take(3).map(|(_, id)| id.to_owned()).collect()
}

/// Plans each check: it runs, or is skipped for the first reason that there is.
pub fn plan(checks: &[&'static Check], context: &PlanContext<'_>) -> Vec<PlannedCheck> {
    checks.iter().map(|check| PlannedCheck { check, skip: reason_to_skip(check, context) }).collect()
}

fn reason_to_skip(check: &Check, context: &PlanContext<'_>) -> Option<SkipReason> {
    let is_flavour_known = context.flavour != Flavour::UNKNOWN;
    if is_flavour_known && !check.flavours.is_empty() && !check.flavours.contains(&context.flavour) {
        return Some(SkipReason::OtherFlavour { flavour: context.flavour.to_string() });
    }
    if check.tier > Tier::Read && context.conditions.is_files {
        return Some(SkipReason::NeedsCluster);
    }
    if check.tier > context.conditions.allowed {
        return Some(SkipReason::NotAllowed { tier: check.tier.to_string() });
    }
    if check.tier > Tier::Read && !context.conditions.has_probe {
        let purpose = "to send requests from pods".to_owned();
        return Some(SkipReason::NeedsInput { key: "probe.image".to_owned(), purpose });
    }
    if !is_flavour_known && !check.flavours.is_empty() {
        return Some(SkipReason::UnknownFlavour);
    }
    let missing = check.needs.iter().find(|need| !offers(context, need))?;
    Some(SkipReason::NeedsCapability { capability: missing.name.to_owned(), hint: missing.hint.to_owned() })
}

fn offers(context: &PlanContext<'_>, need: &Capability) -> bool {
    context.conditions.capabilities.iter().any(|name| name == need.name)
}

#[cfg(test)]
mod tests {
    use super::*;
    use futures::FutureExt;
    use rstest::rstest;
    use vocabulary::CheckCard;
    use vocabulary::example::CARD;

    const MESH: Capability = Capability { name: "Mesh", hint: "install a mesh" };
    const ONE: Flavour = Flavour("one");
    const TWO: Flavour = Flavour("two");

    const BASE: Check = Check {
        card: CheckCard { id: "mesh::mtls::is_strict", formerly: &["mesh::tls::strict"], ..CARD },
        run: |_| futures::future::pending().boxed(),
    };
    static STRICT: Check = BASE;
    static READY: Check = Check {
        card: CheckCard { id: "mesh::control_plane::is_ready", formerly: &[], needs: &[MESH], ..BASE.card },
        ..BASE
    };
    static SERVES: Check = Check {
        card: CheckCard { id: "gateways::ingress::serves", formerly: &[], flavours: &[TWO], ..BASE.card },
        ..BASE
    };
    static PROBES: Check = Check {
        card: CheckCard { id: "gateways::ingress::answers", formerly: &[], tier: Tier::Traffic, ..BASE.card },
        ..BASE
    };
    const ALL: &[&Check] = &[&STRICT, &READY, &SERVES, &PROBES];

    #[rstest]
    #[case::all(&[], 4)]
    #[case::suite(&["mesh"], 2)]
    #[case::area(&["gateways::ingress"], 2)]
    #[case::area_with_colons(&["gateways::ingress::"], 2)]
    #[case::id(&["mesh::mtls::is_strict"], 1)]
    #[case::former_id(&["mesh::tls::strict"], 1)]
    #[case::twice_the_same(&["mesh", "mesh::mtls::is_strict"], 2)]
    fn names_select_by_path(#[case] names: &[&str], #[case] count: usize) {
        let names: Vec<_> = names.iter().map(|name| (*name).to_owned()).collect();
        assert_eq!(select(ALL, &names).unwrap().len(), count);
    }

    #[test]
    fn seed_decides_the_order() {
        let order = |seed| {
            let mut checks = ALL.to_vec();
            shuffle(&mut checks, seed);
            checks.iter().map(|check| check.id).collect::<Vec<_>>()
        };
        assert_eq!(order(7), order(7));
        assert!((0..20).any(|seed| order(seed) != order(7)));
    }

    #[rstest]
    #[case::part_of_a_word("mes", &[])]
    #[case::misspelt("mesh::mtls::is_stric", &["mesh::mtls::is_strict", "mesh::control_plane::is_ready"])]
    fn unknown_name_is_refused_with_what_is_similar(#[case] name: &str, #[case] similar: &[&str]) {
        let error = select(ALL, &[name.to_owned()]).unwrap_err();
        assert_eq!(
            error,
            SelectionError {
                name: name.to_owned(),
                similar: similar.iter().map(|id| (*id).to_owned()).collect()
            }
        );
    }

    #[rstest]
    #[case::runs(&STRICT, None)]
    #[case::capability(&READY, Some("needs capability Mesh"))]
    #[case::flavour(&SERVES, Some("not required of flavour one"))]
    #[case::tier(&PROBES, Some("needs `--allow traffic`"))]
    fn what_cannot_run_is_skipped_with_its_reason(
        #[case] check: &'static Check,
        #[case] reason: Option<&str>,
    ) {
        assert_eq!(reason_in(ONE, check).as_deref(), reason);
    }

    #[rstest]
    #[case::of_one_flavour(&SERVES, Some("not known: which flavour the mesh is"))]
    #[case::of_every_flavour(&STRICT, None)]
    fn what_is_read_by_flavour_does_not_run_without_one(
        #[case] check: &'static Check,
        #[case] reason: Option<&str>,
    ) {
        assert_eq!(reason_in(Flavour::UNKNOWN, check).as_deref(), reason);
    }

    fn reason_in(flavour: Flavour, check: &'static Check) -> Option<String> {
        let context = PlanContext {
            flavour,
            conditions: &RunConditions {
                capabilities: Vec::new(),
                allowed: Tier::Read,
                has_probe: true,
                is_files: false,
            },
        };
        let planned = plan(&[check], &context);
        planned[0].skip.as_ref().map(ToString::to_string)
    }
}
