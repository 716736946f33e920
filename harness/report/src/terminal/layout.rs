//! How text is laid out in a terminal: its width, values beside their labels, and what does not fit in a line.

/// How wide the column of labels is.
const LABEL: usize = 12;

/// How wide the terminal is, within what reads well.
pub fn width() -> usize {
    textwrap::termwidth().clamp(60, 100)
}

/// Appends a value beside its label. It is wrapped between words; a value without a label continues the one above.
pub(crate) fn push_labelled(text: &mut String, label: &str, value: &str, width: usize) {
    let first = format!("  {label:<LABEL$} ");
    let indent = " ".repeat(first.len());
    let options = textwrap::Options::new(width)
        .initial_indent(&first)
        .subsequent_indent(&indent)
        .break_words(false)
        .word_separator(textwrap::WordSeparator::AsciiSpace)
        .word_splitter(textwrap::WordSplitter::NoHyphenation);
    text.push_str(&textwrap::fill(value, options));
    text.push('\n');
}

/// A text of one line, wrapped between words; what follows the first line is indented.
pub(crate) fn wrap(text: &str, width: usize) -> String {
    let options = textwrap::Options::new(width)
        .subsequent_indent("  ")
        .break_words(false)
        .word_separator(textwrap::WordSeparator::AsciiSpace)
        .word_splitter(textwrap::WordSplitter::NoHyphenation);
    textwrap::fill(text, options)
}

/// The text, cut with an ellipsis where it does not fit.
pub(crate) fn shorten(text: &str, width: usize) -> String {
    if text.chars().count() <= width {
        return text.to_owned();
    }
    text.chars().take(width.saturating_sub(1)).collect::<String>() + "…"
}
