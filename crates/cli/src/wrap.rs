//! Lines for a terminal, broken between words: a terminal by itself breaks them anywhere.

/// What is longer is no label but a column of a table.
const WIDEST_LABEL: usize = 16;

/// Breaks the lines that are wider than so many columns. What stands in backticks stays in one piece, for it is there to be
/// copied, and so does every word, however long.
pub(crate) fn wrap(text: &str, columns: usize) -> String {
    text.split('\n').map(|line| wrap_line(line, columns)).collect::<Vec<_>>().join("\n")
}

fn wrap_line(line: &str, columns: usize) -> String {
    if width(line) <= columns {
        return line.to_owned();
    }
    let indent = indent(line, columns);
    let (mut wrapped, mut used) = (String::new(), 0);
    for piece in pieces(line) {
        let needed = width(piece.trim_end());
        if used > 0 && used + needed > columns && !wrapped.trim().is_empty() {
            wrapped.truncate(wrapped.trim_end().len());
            wrapped.push('\n');
            wrapped.push_str(&" ".repeat(indent));
            used = indent;
        }
        wrapped.push_str(piece);
        used += width(piece);
    }
    wrapped
}

/// Where the lines after the first begin: below what stands behind a short word and more than one space, if all fits there.
fn indent(line: &str, columns: usize) -> usize {
    let plain = anstream::adapter::strip_str(line).to_string();
    let own = plain.len() - plain.trim_start().len();
    let second = plain[own..].find("  ").and_then(|gap| {
        let start = own + gap;
        let rest = plain[start..].trim_start();
        (!rest.is_empty()).then(|| width(&plain[..plain.len() - rest.len()]))
    });
    let fits = |column: &usize| {
        *column <= WIDEST_LABEL
            && pieces(line).iter().all(|piece| width(piece.trim_end()) + column <= columns)
    };
    second.filter(fits).unwrap_or(own + 2)
}

/// Words with the spaces that follow them.
fn pieces(line: &str) -> Vec<&str> {
    let (mut pieces, mut start, mut quoted) = (Vec::new(), 0, false);
    let mut after_space = false;
    for (index, character) in line.char_indices() {
        if after_space && character != ' ' {
            pieces.push(&line[start..index]);
            start = index;
        }
        quoted ^= character == '`';
        after_space = character == ' ' && !quoted;
    }
    pieces.push(&line[start..]);
    pieces
}

/// The columns that a text takes; its colours take none.
fn width(text: &str) -> usize {
    anstream::adapter::strip_str(text).to_string().chars().count()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_fits_stays() {
        for text in ["", "short", "a\n\nb", "  indented"] {
            assert_eq!(wrap(text, 10), text);
        }
    }

    #[test]
    fn lines_break_between_words_and_nowhere_else() {
        assert_eq!(wrap("one two three four", 10), "one two\n  three\n  four");
        assert_eq!(wrap("  one two three", 10), "  one two\n    three");
        assert_eq!(wrap("a 0123456789abcdef b", 10), "a\n  0123456789abcdef\n  b");
        assert_eq!(wrap("a   b c d e f", 8), "a   b c\n    d e\n    f", "below what it goes on with");
        assert_eq!(wrap("  \u{1b}[31ma\u{1b}[0m  b c d", 7), "  \u{1b}[31ma\u{1b}[0m  b\n     c\n     d");
        assert_eq!(wrap("a  0123456 b", 9), "a\n  0123456\n  b", "there it would not fit");
        assert_eq!(wrap("run `a b c d e f` now", 10), "run\n  `a b c d e f`\n  now");
        assert_eq!(wrap("it is 5` wide and so on", 10), "it is\n  5` wide and so on");
        assert_eq!(wrap("\u{1b}[31mred\u{1b}[0m and so", 10), "\u{1b}[31mred\u{1b}[0m and so");
    }
}
