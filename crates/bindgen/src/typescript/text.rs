//! Text in code.

/// A text as a literal: whatever stands in it, it is one line and only text.
pub(super) fn literal(text: &str) -> String {
    let mut literal = String::from("\"");
    for c in text.chars() {
        match c {
            '"' => literal += "\\\"",
            '\\' => literal += "\\\\",
            '\n' => literal += "\\n",
            '\r' => literal += "\\r",
            '\t' => literal += "\\t",
            // What ends a line for the language, or shows text in another order than it stands.
            c if needs_escape(c) => literal += &format!("\\u{{{:x}}}", u32::from(c)),
            c => literal.push(c),
        }
    }
    literal.push('"');
    literal
}

/// Control characters, line and paragraph separators, marks of direction, and a byte order mark.
pub(super) fn needs_escape(c: char) -> bool {
    c.is_control()
        || matches!(c, '\u{2028}' | '\u{2029}' | '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{feff}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_literal_is_one_line() {
        assert_eq!(literal("a\"b\\c\nd\u{2028}\u{202e}ä"), r#""a\"b\\c\nd\u{2028}\u{202e}ä""#);
    }
}
