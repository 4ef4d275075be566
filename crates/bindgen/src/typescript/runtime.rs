//! The library beside the bindings: its sources, or a package's name.

use super::{LANGUAGE, Runtime, text::literal};
use crate::{contract::Files, header::is_ours};
use std::path::Path;

// `SOURCES: &[(path, content)]`, of packages/viem/src: see build.rs.
include!(concat!(env!("OUT_DIR"), "/runtime.rs"));

pub(super) fn files(runtime: &Runtime, header: &str) -> Files {
    let folder = Path::new("interop");
    match runtime {
        Runtime::Without => Files::new(),
        Runtime::Package(name) => {
            let content = format!("{header}\nexport * from {};\n", literal(name));
            [(folder.join("index.ts"), content)].into()
        }
        Runtime::Embedded => {
            let files = SOURCES.iter().map(|(path, content)| {
                let content = if is_ours(content, LANGUAGE) {
                    (*content).to_owned()
                } else {
                    format!("{header}\n{content}")
                };
                (folder.join(path), content)
            });
            files.collect()
        }
    }
}
