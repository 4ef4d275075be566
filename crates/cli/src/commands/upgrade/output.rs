//! The file.

use super::{Format, UpgradeArgs};
use crate::{
    context::Context,
    failure::{ErrorCode, Failure, Outcome, OutcomeExt},
};
use causeway_deploy::upgrade::{Heading, Plan, to_bundle, to_json, to_raw, to_state};
use causeway_files::{FileReport, WriteFilesError, write_files};
use std::{path::Path, sync::atomic::AtomicBool};

/// What stands in the file, if one was named.
pub(super) fn render(
    args: &UpgradeArgs,
    plan: &Plan,
    heading: &Heading,
    context: &Context<'_>,
) -> Outcome<Option<String>> {
    let Some(out) = &args.out else { return Ok(None) };
    if is_stdout(out) && context.printer.is_json() {
        return Err(Failure::usage("--json and --out - would both print to stdout")
            .with_hint("leave --json away, or name a file"));
    }
    let value = match args.format {
        Format::Raw => return Ok(Some(to_raw(plan))),
        Format::Json => to_json(plan, heading),
        Format::State => to_state(plan),
        Format::Nut => to_bundle(plan)
            .what("there is no bundle file of this form")
            .bad_input()
            .hint("write it with --format json or raw, or choose --form bundle")?,
    };
    let text = serde_json::to_string_pretty(&value).what("cannot write the transactions as JSON")?;
    Ok(Some(text + "\n"))
}

fn is_stdout(path: &Path) -> bool {
    path.as_os_str() == "-"
}

/// Writes the file whole, or not at all. What goes to stdout is printed at once.
pub(super) fn write(
    args: &UpgradeArgs,
    file: Option<String>,
    context: &Context<'_>,
) -> Outcome<Option<FileReport>> {
    let (Some(path), Some(text)) = (&args.out, file) else { return Ok(None) };
    if is_stdout(path) {
        context.printer.text(text.trim_end());
        return Ok(None);
    }
    let Some(name) = path.file_name().and_then(|name| name.to_str()) else {
        return Err(Failure::usage(format!("{} names no file", path.display()))
            .with_hint("name the file to write, or - for stdout"));
    };
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let written = write_files(folder, [(name.to_owned(), || text)], args.force, &AtomicBool::new(false));
    let mut reports = written.map_err(|error| match &error {
        WriteFilesError::Differ { .. } => Failure::usage(error)
            .with_code(ErrorCode::WouldOverwrite)
            .with_hint("nothing was written; --force replaces it, another --out leaves it alone"),
        _ => Failure::failed(error)
            .with_code(ErrorCode::StorageUnusable)
            .with_hint("is the disk full, or --out in a folder that you may not write to?"),
    })?;
    Ok(reports.pop())
}
