//! Bytecode: a constant, or a function of where its libraries stand.

use super::text::literal;
use causeway_artifact::Code;

/// `export const …` or `export function …`.
pub(super) fn render(name: &str, what: &str, contract: &str, code: &Code) -> String {
    if code.bytes().is_some() {
        return format!(
            "\n/** {what} of {contract}. */\nexport const {name}: `0x${{string}}` =\n  \"0x{}\";\n",
            code.digits()
        );
    }
    let libraries = code.placeholders();
    if libraries.is_empty() {
        return String::new();
    }
    let fields: String =
        libraries.iter().map(|(name, _)| format!("  {}: `0x${{string}}`;\n", literal(name))).collect();
    let mut body = literal(&format!("0x{}", code.digits()));
    for (name, placeholder) in &libraries {
        body += &format!(
            "\n    .replaceAll({}, libraries[{}].slice(2).toLowerCase())",
            literal(placeholder),
            literal(name)
        );
    }
    format!(
        "\n/** {what} of {contract}, linked with the libraries that it calls: say where they stand. */\n\
         export function {name}(libraries: {{\n{fields}}}): `0x${{string}}` {{\n  return {body} as `0x${{string}}`;\n}}\n"
    )
}
