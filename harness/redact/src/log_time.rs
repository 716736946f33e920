//! The time with which a container's log begins each line, as `kubectl logs --timestamps` prints it.

/// The time at the beginning of a line, as a piece of a verbose pattern: `2026-01-02T03:04:05.678Z `.
macro_rules! log_time {
    () => {
        r"(?: \d{4}-\d\d-\d\dT[\d:.]+Z\x20 )?"
    };
}

/// The way to the next line, as a piece of a verbose pattern: line breaks, which may be written as `\n`, and its
/// time.
macro_rules! next_line {
    () => {
        concat!(r"(?: \s | \\[rn] )+", crate::log_time::log_time!())
    };
}

pub(crate) use {log_time, next_line};

/// `2026-01-02T03:04:05`, in bytes.
const MIN_TIME: usize = 19;

/// A line without its time.
pub(crate) fn without_log_time(line: &str) -> &str {
    let is_time = |text: &str| {
        text.len() >= MIN_TIME && text.bytes().all(|byte| byte.is_ascii_digit() || b"-:.T+".contains(&byte))
    };
    line.split_once("Z ").filter(|(time, _)| is_time(time)).map_or(line, |(_, rest)| rest)
}

#[cfg(test)]
mod tests {
    use super::*;
    use rstest::rstest;

    #[rstest]
    #[case::time("2026-01-02T03:04:05.678Z a: b", "a: b")]
    #[case::other_time("12:00 a: b", "12:00 a: b")]
    #[case::other_word("a: ABCDEFGHIJKLMNOPQRSTUVWXYZ b", "a: ABCDEFGHIJKLMNOPQRSTUVWXYZ b")]
    fn only_a_time_is_cut_off(#[case] line: &str, #[case] expected: &str) {
        assert_eq!(without_log_time(line), expected);
    }
}
