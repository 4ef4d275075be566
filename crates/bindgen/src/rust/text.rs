//! What authors wrote, as rustdoc: whatever stands in it stays text, and rustdoc has nothing to warn of.

use causeway_artifact::Docs;

/// Lines of documentation, without `///`.
#[derive(Debug, Default)]
pub(super) struct Text {
    lines: Vec<String>,
}

impl Text {
    /// A paragraph that is Markdown already.
    pub(super) fn markdown(&mut self, text: impl Into<String>) {
        self.part();
        self.lines.push(text.into());
    }

    /// A paragraph of an author's.
    pub(super) fn paragraph(&mut self, text: &str) {
        let lines: Vec<_> = text.lines().map(escape).collect();
        let trimmed: Vec<_> = lines.into_iter().skip_while(String::is_empty).collect();
        if !trimmed.is_empty() {
            self.part();
            self.lines.extend(trimmed);
        }
    }

    /// What an author wrote about one thing: `@notice`, `@dev`, parameters, results, and what they invented.
    pub(super) fn docs(&mut self, docs: &Docs) {
        for text in [&docs.notice, &docs.details].into_iter().flatten() {
            self.paragraph(text);
        }
        let params = docs.params.iter().map(|(name, text)| (Some(&**name), text));
        self.list("Parameters:", params);
        // Without a name it is called by its number, which is nothing to readers.
        let is_number =
            |name: &str| name.strip_prefix('_').is_some_and(|n| n.bytes().all(|b| b.is_ascii_digit()));
        let returns = docs.returns.iter().map(|(name, text)| ((!is_number(name)).then_some(&**name), text));
        self.list("Returns:", returns);
        let custom = docs.custom.iter().map(|(name, text)| (Some(&**name), text));
        self.list("Notes:", custom);
    }

    fn list<'a>(&mut self, heading: &str, items: impl Iterator<Item = (Option<&'a str>, &'a String)>) {
        let items: Vec<_> = items
            .map(|(name, text)| {
                let text = text.split_whitespace().collect::<Vec<_>>().join(" ");
                match name {
                    Some(name) => format!("* {}: {}", code(name), escape(&text)),
                    None => format!("* {}", escape(&text)),
                }
            })
            .collect();
        if !items.is_empty() {
            self.part();
            self.lines.push(heading.to_owned());
            self.lines.extend(items);
        }
    }

    fn part(&mut self) {
        if self.lines.last().is_some_and(|line| !line.is_empty()) {
            self.lines.push(String::new());
        }
    }

    /// The lines, each after `mark` (`///`, `//!`) and what stands before it.
    pub(super) fn write(&self, indent: &str, mark: &str) -> String {
        let line = |line: &String| {
            let line = line.trim_end();
            if line.is_empty() { format!("{indent}{mark}\n") } else { format!("{indent}{mark} {line}\n") }
        };
        self.lines.iter().map(line).collect()
    }
}

/// A name in the type of code, which may be of several words (`function f()`). Names come from outside, too.
pub(super) fn code(name: &str) -> String {
    let is_plain = |c: &char| (c.is_ascii_graphic() || *c == ' ') && *c != '`';
    format!("`{}`", name.chars().filter(is_plain).collect::<String>().trim())
}

/// A line as Markdown that shows it.
fn escape(line: &str) -> String {
    // Spaces at its beginning would make it code, which rustdoc runs; bytes that change how text runs have no place in a comment.
    let line: String = line.trim().chars().filter(|c| !c.is_control() && !turns_text(*c)).collect();
    let mut text = String::new();
    let mut rest = &*line;
    while let Some(c) = rest.chars().next() {
        if let Some(length) = code_span(rest) {
            text.push_str(&rest[..length]);
            rest = &rest[length..];
        } else if let Some(length) = url(rest) {
            text.push_str(&format!("<{}>", &rest[..length]));
            rest = &rest[length..];
        } else {
            if matches!(c, '\\' | '`' | '[' | ']' | '<' | '>' | '&' | '|' | '~')
                || (text.is_empty() && matches!(c, '#' | '='))
            {
                text.push('\\');
            }
            text.push(c);
            rest = &rest[c.len_utf8()..];
        }
    }
    text
}

/// The length of code between single backticks that the text begins with.
fn code_span(text: &str) -> Option<usize> {
    let inner = text.strip_prefix('`')?;
    let end = inner.find('`').filter(|end| *end > 0)?;
    let is_single = !inner[end + 1..].starts_with('`');
    (is_single && !inner[..end].trim().is_empty()).then_some(end + 2)
}

/// The length of an address of the web that the text begins with: those bare rustdoc warns of.
fn url(text: &str) -> Option<usize> {
    let after = text.strip_prefix("https://").or_else(|| text.strip_prefix("http://"))?;
    let is_part = |c: char| c.is_ascii_alphanumeric() || "-._~:/?#@!$&'()*+,;=%".contains(c);
    let length = after.find(|c| !is_part(c)).unwrap_or(after.len());
    let length = after[..length].trim_end_matches(|c| ".,:;!?)'".contains(c)).len();
    (length > 0).then(|| text.len() - after.len() + length)
}

/// Whether a character changes the direction of text, or cannot be seen.
const fn turns_text(c: char) -> bool {
    matches!(c, '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{2069}' | '\u{feff}' | '\u{2028}' | '\u{2029}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_written_stays_text() {
        for (line, expected) in [
            ("adds `_a` to `_b`", "adds `_a` to `_b`"),
            ("`unclosed", "\\`unclosed"),
            ("```rust", "\\`\\`\\`rust"),
            ("``x``", "\\`\\`x\\`\\`"),
            ("    let x = 1;", "let x = 1;"),
            ("[a](b) <b>&amp;", "\\[a\\](b) \\<b\\>\\&amp;"),
            ("see https://a.example/b_(c)?d=e.", "see <https://a.example/b_(c)?d=e>."),
            ("(http://a.example)", "(<http://a.example>)"),
            ("http:// and https://", "http:// and https://"),
            ("# heading", "\\# heading"),
            ("=====", "\\====="),
            ("~~~", "\\~\\~\\~"),
            ("a \u{202e}b\u{0}\r", "a b"),
            ("ends with \\", "ends with \\\\"),
            ("*/ \"# {}", "*/ \"# {}"),
        ] {
            assert_eq!(escape(line), expected);
        }
    }
    #[test]
    fn code_is_what_it_is_of() {
        assert_eq!(code("function f(uint256)"), "`function f(uint256)`");
        assert_eq!(code(" a`b\n\u{202e}"), "`ab`");
    }
}
