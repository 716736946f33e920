//! The same changes for as long as one likes: `FUZZ_SECONDS=600 cargo test --test bundles -- --ignored`.

use super::base::{Base, FULL, SMALL};
use super::mutate::{self, Change, body, sealed, sealed_body, tar_of};
use super::{judged, one_line, with_json, with_line};
use record::bundle::{self, BundleEntries};
use std::collections::BTreeMap;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

/// Panics on any thread, those that are caught as a check's bug included.
static PANICS: AtomicUsize = AtomicUsize::new(0);

/// xorshift64: the same seed, the same changes.
struct Random(u64);

impl Random {
    fn next(&mut self) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0
    }

    fn below(&mut self, end: u64) -> u64 {
        (self.next() >> 11) % end
    }

    fn change(&mut self) -> Change {
        let (which, rest) = (self.next().to_le_bytes()[3], self.next());
        (which, u32::try_from(rest >> 32).unwrap(), u32::try_from(rest & 0xffff_ffff).unwrap())
    }

    fn changes(&mut self) -> Vec<Change> {
        (0..=self.below(3)).map(|_| self.change()).collect()
    }
}

/// Reads bytes, and judges what can be read.
fn tried(bytes: &[u8], base: &Base) -> &'static str {
    match bundle::decode(bytes) {
        Ok(entries) => of(entries, base),
        Err(error) => {
            one_line(&error);
            "refused by the container"
        }
    }
}

fn of(entries: BundleEntries, base: &Base) -> &'static str {
    if judged(entries, base) { "judged" } else { "refused by the reader" }
}

/// One execution, and what came of it.
fn execute(random: &mut Random) -> &'static str {
    // A judgement of all checks takes as long as a hundred of one.
    let base: &Base = if random.below(100) == 0 { &FULL } else { &SMALL };
    let changes = random.changes();
    match random.below(7) {
        0 => {
            let mut bytes = base.bytes.clone();
            for change in changes {
                mutate::bytes(&mut bytes, change);
            }
            assert!(bytes == base.bytes || bundle::decode(&bytes).is_err(), "a change went unnoticed");
            tried(&bytes, base)
        }
        1 => {
            let mut stream = body(&base.bytes).to_vec();
            for change in changes {
                mutate::bytes(&mut stream, change);
            }
            tried(&sealed_body(&stream), base)
        }
        2 => {
            let mut content = tar_of(&base.bytes);
            for change in changes {
                mutate::bytes(&mut content, change);
            }
            tried(&sealed(&content), base)
        }
        3 => {
            let names: Vec<_> = base.entries.keys().cloned().collect();
            let name = &names[usize::try_from(random.below(names.len() as u64)).unwrap()];
            let mut entries = base.entries.clone();
            for change in changes {
                mutate::bytes(entries.get_mut(name).unwrap(), change);
            }
            of(entries, base)
        }
        4 => {
            let line = usize::try_from(random.below(1_000)).unwrap();
            of(
                with_line(base, line, |event| {
                    for one in changes {
                        mutate::json(event, one);
                    }
                }),
                base,
            )
        }
        5 => of(
            with_json(base, bundle::RECORDING, |recording| {
                for change in changes {
                    mutate::json(recording, change);
                }
            }),
            base,
        ),
        _ => of(
            with_json(base, bundle::RECORDING, |recording| {
                for change in changes {
                    mutate::content(recording, change);
                }
            }),
            base,
        ),
    }
}

#[test]
#[ignore = "runs as long as FUZZ_SECONDS says, ten minutes by default"]
fn nothing_that_is_sent_makes_it_panic() {
    let number = |name: &str| std::env::var(name).ok().and_then(|text| text.parse::<u64>().ok());
    let duration = Duration::from_secs(number("FUZZ_SECONDS").unwrap_or(600));
    let seed = number("FUZZ_SEED").unwrap_or(0x2545_f491_4f6c_dd1d);
    let hook = std::panic::take_hook();
    std::panic::set_hook(Box::new(move |info| {
        PANICS.fetch_add(1, Ordering::Relaxed);
        hook(info);
    }));

    let began = Instant::now();
    let (mut executions, mut ends, mut slowest) = (0_u64, BTreeMap::<_, u64>::new(), Duration::ZERO);
    while began.elapsed() < duration {
        // Each execution by a seed of its own, so that it can be repeated.
        let own = seed.wrapping_add(executions.wrapping_mul(0x9e37_79b9_7f4a_7c15)) | 1;
        let one = Instant::now();
        let panicked = std::panic::catch_unwind(|| execute(&mut Random(own)));
        slowest = slowest.max(one.elapsed());
        executions += 1;
        let end = panicked.unwrap_or_else(|_| panic!("execution {executions} panicked, seed {own}"));
        assert_eq!(
            PANICS.load(Ordering::Relaxed),
            0,
            "a check panicked in execution {executions}, seed {own}"
        );
        *ends.entry(end).or_default() += 1;
    }
    println!("{executions} executions in {:?}, the slowest {slowest:?}: {ends:?}", began.elapsed());
}
