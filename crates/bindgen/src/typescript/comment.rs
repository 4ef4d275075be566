//! TSDoc from natspec.

use super::text::needs_escape;
use causeway_artifact::Docs;
use std::fmt::Write as _;

/// The lines of a comment: a beginning in our words, and what the authors wrote.
pub(super) fn lines(beginning: Option<String>, docs: Option<&Docs>) -> Vec<String> {
    let mut lines: Vec<String> = beginning.into_iter().collect();
    let Some(docs) = docs else { return lines };
    let mut paragraph = |text: &str| {
        if !lines.is_empty() {
            lines.push(String::new());
        }
        lines.extend(text.lines().map(|line| line.trim().to_owned()));
    };
    docs.notice.iter().chain(&docs.details).for_each(|text| paragraph(text));
    let tags: Vec<_> = docs
        .params
        .iter()
        .map(|(name, text)| tag(&format!("@param {name} - "), text))
        .chain(docs.returns.iter().map(|(name, text)| {
            // `_0` is the compiler's name for what has none.
            let name = if name.starts_with('_') && name[1..].parse::<u8>().is_ok() { "" } else { name };
            tag(&format!("@returns {name}{}", if name.is_empty() { "" } else { " - " }), text)
        }))
        .collect();
    if !tags.is_empty() && !lines.is_empty() {
        lines.push(String::new());
    }
    lines.extend(tags);
    lines
}

fn tag(head: &str, text: &str) -> String {
    format!("{head}{}", text.split_whitespace().collect::<Vec<_>>().join(" "))
}

/// A comment that is nothing but one, whatever stands in it. Nothing for no lines.
pub(super) fn block(lines: &[String], indent: &str) -> String {
    let lines: Vec<_> = lines.iter().map(|line| harmless(line)).collect();
    match lines.as_slice() {
        [] => String::new(),
        [one] => format!("{indent}/** {one} */\n"),
        many => {
            let mut text = format!("{indent}/**\n");
            for line in many {
                let _ = writeln!(text, "{}", format!("{indent} * {line}").trim_end());
            }
            let _ = writeln!(text, "{indent} */");
            text
        }
    }
}

/// Without what would end the comment, begin a line, or turn text around.
fn harmless(line: &str) -> String {
    let line: String = line.chars().map(|c| if needs_escape(c) { ' ' } else { c }).collect();
    // A comment may hold no other, and tags of TSDoc that nobody meant would be warned of.
    line.trim_end().replace("*/", "*\\/").replace("/*", "/\\*")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_comment_stays_one() {
        let docs = Docs {
            notice: Some("Counts. */ evil(); /*\r\nNext\u{2028}line".to_owned()),
            details: Some("For\n\nyou.".to_owned()),
            params: [("a".to_owned(), "b\n*/ c".to_owned())].into(),
            returns: [("_0".to_owned(), "d".to_owned())].into(),
            ..Docs::default()
        };
        let text = block(&lines(None, Some(&docs)), "  ");
        assert_eq!(text.matches("*/").count(), 1, "{text}");
        assert!(text.lines().all(|line| line.starts_with("  /**") || line.starts_with("   *")), "{text}");
        assert!(text.contains("   * @param a - b *\\/ c\n   * @returns d\n"), "{text}");
        assert_eq!(block(&["One. */".to_owned()], ""), "/** One. *\\/ */\n");
        assert_eq!(block(&lines(None, None), ""), "");
    }
}
