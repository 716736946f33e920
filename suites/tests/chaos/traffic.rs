//! Runs that send, under chaos: between the harness and the API server, and between that and the probes. What is disturbed is
//! an error that names the cause, or the calm verdict; and nothing stays behind.

use super::audit::{LIMITS, Verdicts};
use super::chance::{ForwardTrouble, Odds, WatchTrouble, names_a_cause};
use super::refusals::Refusing;
use super::traffic_run::{ASKS_A_POD, TrafficRun, run_with_traffic};
use cluster::request_limits::RequestLimits;
use futures::StreamExt;
use rstest::rstest;

/// How many runs there are, unless `CHAOS_AUDITS` says how many.
const RUNS: u64 = 5;
/// How many runs go on at once: they wait more than they work.
const AT_ONCE: usize = 8;

async fn calm_verdicts() -> Verdicts {
    let TrafficRun { verdicts, left, told } =
        run_with_traffic(Odds::NONE, Refusing::Nothing, LIMITS).await.unwrap();
    assert!(verdicts.len() > 8, "{verdicts:#?}");
    assert!(verdicts.values().all(|verdict| verdict.starts_with("passed")), "{verdicts:#?}");
    assert_eq!((left, told), (Vec::new(), None));
    verdicts
}

/// What is told late, twice, out of the blue or not at all: each place is made all the same, and each verdict is the calm one.
#[rstest]
#[case::pages_are_forgotten(Refusing::Pages(1))]
#[case::versions_are_too_old(Refusing::Versions(2))]
#[case::watches_end_without_a_word(Refusing::FirstWatches(WatchTrouble::Ends))]
#[case::watches_expire(Refusing::FirstWatches(WatchTrouble::Expires))]
#[case::watches_fail(Refusing::FirstWatches(WatchTrouble::Fails))]
#[case::events_are_garbled(Refusing::FirstWatches(WatchTrouble::Garbles))]
#[case::bookmarks_come_out_of_the_blue(Refusing::FirstWatches(WatchTrouble::Marks))]
#[case::events_come_late_and_twice(Refusing::FirstWatches(WatchTrouble::Lags))]
#[case::pods_are_slow(Refusing::Forwards(ForwardTrouble::Slow))]
#[tokio::test(flavor = "multi_thread")]
async fn late_and_repeated_answers_change_no_verdict(#[case] refusing: Refusing) {
    let (calm, disturbed) = futures::join!(calm_verdicts(), run_with_traffic(Odds::NONE, refusing, LIMITS));
    let TrafficRun { verdicts, left, told } = disturbed.unwrap();
    assert_eq!(verdicts, calm);
    assert_eq!((left, told), (Vec::new(), None));
}

/// The checks that are judged by what is in the cluster alone.
const SEND_NOTHING: [&str; 1] = ["https::service::becomes_ready_with_sidecar"];

/// A check whose way to the pods is cut has no verdict, and says why. That to the pod itself is told from what a pod does.
#[rstest]
#[case::page_of_somebody_else(ForwardTrouble::Page, "failed to switch protocol: 200")]
#[case::cut_before_any_byte(ForwardTrouble::Cut(0), "the API server cut the connection to port")]
#[case::cut_in_the_middle(ForwardTrouble::Cut(60), "the API server cut the connection to port")]
#[case::no_messages(ForwardTrouble::Unreadable, "the API server cut the connection to port")]
#[case::garbage(ForwardTrouble::Garbled, "expected: transcripts from the probe in pod")]
#[case::closed(ForwardTrouble::Closed(0), "expected: transcripts from the probe in pod")]
#[case::closed_in_the_middle(ForwardTrouble::Closed(200), "expected: transcripts from the probe in pod")]
#[tokio::test(flavor = "multi_thread")]
async fn cut_way_to_the_pods_is_no_verdict(#[case] trouble: ForwardTrouble, #[case] cause: &str) {
    let run = run_with_traffic(Odds::NONE, Refusing::Forwards(trouble), LIMITS).await.unwrap();
    let to_the_probe_only = matches!(trouble, ForwardTrouble::Garbled | ForwardTrouble::Closed(_));
    for (check, verdict) in run.verdicts {
        let is_spared = SEND_NOTHING.contains(&check) || (to_the_probe_only && check == ASKS_A_POD.id);
        if is_spared {
            assert!(verdict.starts_with("passed"), "{check}: {verdict}");
        } else {
            assert!(verdict.starts_with("errored ") && verdict.contains(cause), "{check}: {verdict}");
        }
    }
    assert_eq!((run.left, run.told), (Vec::new(), None));
}

#[rstest]
#[case::fifth(20, LIMITS)]
// So few attempts that many a request is given up.
#[case::most(60, RequestLimits { attempts: 6, ..LIMITS })]
#[tokio::test(flavor = "multi_thread")]
async fn disturbed_run_says_the_calm_verdict_or_the_cause_and_leaves_nothing(
    #[case] percent: u64,
    #[case] limits: RequestLimits,
) {
    let calm = calm_verdicts().await;
    let runs = futures::stream::iter(0..super::times(RUNS));
    let one = |seed| async move {
        (seed, run_with_traffic(Odds { percent, seed }, Refusing::Nothing, limits).await)
    };
    let mut runs = runs.map(one).buffer_unordered(AT_ONCE);
    let (mut same, mut errors) = (0, Vec::new());
    while let Some((seed, run)) = runs.next().await {
        let TrafficRun { verdicts, left, told } = match run {
            Ok(run) => run,
            Err(error) => {
                errors.push(error);
                continue;
            }
        };
        for (check, verdict) in verdicts {
            if let Some(error) = verdict.strip_prefix("errored ") {
                errors.push(error.to_owned());
            } else {
                assert_eq!(verdict, calm[check], "seed {seed}: {check}");
                same += 1;
            }
        }
        // What could not be removed in all attempts is named, each.
        let told = told.unwrap_or_default();
        let untold: Vec<_> = left.iter().filter(|name| !told.contains(name.as_str())).collect();
        assert!(untold.is_empty(), "seed {seed}: {untold:?} is left, and not told: {told}");
        errors.extend((!told.is_empty()).then_some(told));
    }
    let unnamed: Vec<_> = errors.iter().filter(|error| !names_a_cause(error)).collect();
    assert!(unnamed.is_empty(), "{unnamed:#?}");
    assert!(same > 0 && !errors.is_empty(), "{same} calm verdicts, {} errors", errors.len());
    eprintln!("{percent} %: {same} calm verdicts, {} errors that name their cause", errors.len());
}
