//! The first sentence of a text: what a table has room for.

/// The first sentence, without its full stop. It ends with its paragraph, or where a full stop is followed by a new
/// beginning; one within `code` or an abbreviation ends nothing.
pub(crate) fn first(text: &str) -> String {
    let lines =
        text.lines().map(str::trim).skip_while(|line| line.is_empty()).take_while(|line| !line.is_empty());
    let paragraph = lines.collect::<Vec<_>>().join(" ");
    let is_beginning = |rest: &str| rest.starts_with(|c: char| c.is_uppercase() || "`[*".contains(c));
    let mut ends = paragraph.match_indices(". ").map(|(at, _)| at);
    let end = ends.find(|at| {
        let is_code = paragraph[..*at].matches('`').count() % 2 == 1;
        !is_code && is_beginning(&paragraph[at + 2..])
    });
    let sentence = &paragraph[..end.unwrap_or(paragraph.len())];
    sentence.trim_end_matches(['.', ':']).to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;
    use rstest::rstest;

    #[rstest]
    #[case::of_one_line("Names of objects and kinds.", "Names of objects and kinds")]
    #[case::of_two_lines(" Over two\n lines. Then more.", "Over two lines")]
    #[case::ended_by_its_paragraph("A title\n\nIts text. More.", "A title")]
    #[case::with_a_file_in_it(
        "Reads `a. B` and `meshproof.toml`. Then more.",
        "Reads `a. B` and `meshproof.toml`"
    )]
    #[case::with_an_abbreviation("Kinds, e.g. those of Istio. More.", "Kinds, e.g. those of Istio")]
    #[case::followed_by_code("It ends. `this` begins.", "It ends")]
    #[case::that_is_missing("", "")]
    fn first_sentence_is_what_a_table_has_room_for(#[case] text: &str, #[case] sentence: &str) {
        assert_eq!(first(text), sentence);
    }
}
