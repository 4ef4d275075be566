//! What is said of bindings that were made.

use super::make::{Done, Job, Made};
use crate::{
    failure::{ErrorCode, Failure, Outcome},
    printer::Printer,
};
use causeway_bindgen::output::{Difference, Language};
use causeway_files::{FileReport, FileState};
use serde_json::{Value, json};
use std::path::Path;

pub(super) fn say(job: &Job, made: &Made, printer: &Printer) -> Outcome {
    notes(made, printer);
    let mut data = json!({
        "language": job.language.name(),
        "folder": job.folder.display().to_string(),
        "contracts": made.gathered.bindings.contracts.iter().map(|contract| json!({
            "identifier": contract.ident,
            "name": contract.name,
            "file": contract.source,
        })).collect::<Vec<_>>(),
        "files": null,
        "differences": null,
    });
    match &made.result {
        Done::Compared(differences) if differences.is_empty() => {
            data["differences"] = json!([]);
            printer.ok(&format!("{} is as the contracts are", job.out.display()));
            printer.result("", &data);
            Ok(())
        }
        Done::Compared(differences) => Err(differ(job, differences)),
        Done::Written(files) => {
            printer.ok(&summary(job, made, files));
            data["files"] = files
                .iter()
                .map(|file| {
                    json!({
                        "path": shown(&file.path, &job.folder),
                        "bytes": file.bytes,
                        "keccak256": file.keccak256,
                        "state": file.state.as_str(),
                    })
                })
                .collect();
            printer.result(&changes(job, files).join("\n"), &data);
            Ok(())
        }
    }
}

/// A line for each file that is not what it was; of the runtime in TypeScript, whose files are many and nobody's own, one for all.
fn changes(job: &Job, files: &[FileReport]) -> Vec<String> {
    let changed = files.iter().filter(|file| file.state != FileState::Unchanged);
    let is_runtime = |file: &&FileReport| {
        job.language == Language::TypeScript && shown(&file.path, &job.folder).starts_with("interop/")
    };
    let (runtime, own): (Vec<_>, Vec<_>) = changed.partition(is_runtime);
    let line = |state: &str, what: &str| format!("{state:<9}  {what}");
    let mut lines: Vec<_> =
        own.iter().map(|file| line(file.state.as_str(), &shown(&file.path, &job.folder))).collect();
    for wanted in STATES {
        match runtime.iter().filter(|file| file.state == wanted).count() {
            0 => {}
            1 => lines.push(line(wanted.as_str(), "interop/ (1 file)")),
            count => lines.push(line(wanted.as_str(), &format!("interop/ ({count} files)"))),
        }
    }
    lines
}

/// What a person should know.
pub(super) fn notes(made: &Made, printer: &Printer) {
    made.gathered.notes.iter().for_each(|note| printer.warn(note));
    if made.gathered.read.is_empty() {
        printer.note("no project is here: these are the contracts of interop itself");
    }
}

/// In the order in which they are told.
const STATES: [FileState; 4] =
    [FileState::Written, FileState::Replaced, FileState::Removed, FileState::Unchanged];

/// `3 contracts in src/bindings: 5 files written, 2 unchanged`.
pub(super) fn summary(job: &Job, made: &Made, files: &[FileReport]) -> String {
    let counts: Vec<_> = STATES
        .into_iter()
        .map(|wanted| (wanted, files.iter().filter(|file| file.state == wanted).count()))
        .filter(|(_, count)| *count > 0)
        .map(|(wanted, count)| format!("{count} {}", wanted.as_str()))
        .collect();
    let contracts = made.gathered.bindings.contracts.len();
    let plural = if contracts == 1 { "" } else { "s" };
    format!("{contracts} contract{plural} in {}; files: {}", job.out.display(), counts.join(", "))
}

fn differ(job: &Job, differences: &[Difference]) -> Failure {
    let lines: Vec<_> =
        differences.iter().map(|one| format!("{} is {}", slashes(&one.path), one.kind.as_str())).collect();
    const SHOWN: usize = 10;
    let mut text = lines[..lines.len().min(SHOWN)].join(", ");
    if lines.len() > SHOWN {
        text += &format!(", and {} more", lines.len() - SHOWN);
    }
    let details: Vec<Value> = differences
        .iter()
        .map(|one| json!({"path": slashes(&one.path), "kind": one.kind.as_str()}))
        .collect();
    Failure::failed(format!("the bindings in {} are not those of the contracts: {text}", job.out.display()))
        .with_code(ErrorCode::BindingsDiffer)
        .with_hint("run the same command without --check")
        .with_details(json!({ "differences": details }))
}

fn shown(path: &Path, folder: &Path) -> String {
    slashes(path.strip_prefix(folder).unwrap_or(path))
}

fn slashes(path: &Path) -> String {
    path.display().to_string().replace('\\', "/")
}
