//! Decides what goes to stdout and what to stderr.
//!
//! The result of a command goes to stdout, everything else to stderr. `--json` changes the format of stdout only:
//! one envelope `{schema_version, success, data, errors, warnings}`. `--quiet` keeps the result and errors.

use crate::failure::Failure;
use anstyle::{AnsiColor, Style};
use clap::ValueEnum;
use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use serde::Serialize;
use serde_json::{Value, json};
use std::{
    io::{self, IsTerminal, Write},
    sync::Mutex,
    time::Duration,
};

/// Version of the `--json` envelope; raised when a field changes its meaning.
const SCHEMA_VERSION: u32 = 1;

const GREEN: Style = AnsiColor::Green.on_default().bold();
const RED: Style = AnsiColor::Red.on_default().bold();
const YELLOW: Style = AnsiColor::Yellow.on_default().bold();
const CYAN: Style = AnsiColor::Cyan.on_default().bold();

/// When to colour what is printed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub(crate) enum ColorChoice {
    // Colour terminals, unless `NO_COLOR` is set.
    #[default]
    Auto,
    // Colour always.
    Always,
    // Never colour.
    Never,
}

/// The way out for everything a person or a program reads.
#[derive(Debug)]
pub(crate) struct Printer {
    json: bool,
    quiet: bool,
    warnings: Mutex<Vec<String>>,
}

impl Printer {
    pub(crate) fn new(json: bool, quiet: bool, color: ColorChoice) -> Self {
        match color {
            ColorChoice::Auto => {}
            ColorChoice::Always => anstream::ColorChoice::Always.write_global(),
            ColorChoice::Never => anstream::ColorChoice::Never.write_global(),
        }
        Self { json, quiet, warnings: Mutex::default() }
    }

    /// The result: `text` for people, `data` inside the envelope with `--json`.
    pub(crate) fn result(&self, text: &str, data: &impl Serialize) {
        if self.json {
            let data = serde_json::to_value(data).unwrap_or(Value::Null);
            self.envelope(true, &data, &[]);
        } else if !text.is_empty() {
            self.stdout(text);
        }
    }

    /// One line of JSON or text while a service runs; with `--json`, one object a line (no envelope: it never ends).
    pub(crate) fn event(&self, text: &str, data: &impl Serialize) {
        if self.json {
            self.stdout(&serde_json::to_string(data).unwrap_or_default());
        } else {
            self.stdout(text);
        }
    }

    /// A step on the way, for people.
    pub(crate) fn note(&self, text: &str) {
        if !self.quiet {
            self.stderr(text);
        }
    }

    /// A step that worked.
    pub(crate) fn ok(&self, text: &str) {
        self.note(&format!("{GREEN}✓{GREEN:#} {text}"));
    }

    /// Something that the user should know about, though the work goes on.
    pub(crate) fn warn(&self, text: &str) {
        if let Ok(mut warnings) = self.warnings.lock() {
            warnings.push(text.to_owned());
        }
        self.stderr(&format!("{YELLOW}warning:{YELLOW:#} {text}"));
    }

    /// The end of a failed command: one `error:` line, and the remedy. With `--json` also the envelope.
    pub(crate) fn failure(&self, failure: &Failure) {
        let message = failure.message();
        let mut text = format!("{RED}error:{RED:#} {message}");
        if let Some(hint) = failure.hint() {
            text.push_str(&format!("\n\n{CYAN}hint:{CYAN:#} {hint}"));
        }
        self.stderr(&text);
        if self.json {
            let mut details = failure.details().clone();
            if let Some(hint) = failure.hint() {
                match &mut details {
                    Value::Object(map) => drop(map.insert("hint".to_owned(), hint.into())),
                    other => *other = json!({ "hint": hint }),
                }
            }
            let error = json!({ "code": failure.exit().name(), "message": message, "details": details });
            self.envelope(false, &Value::Null, &[error]);
        }
    }

    /// A spinner on a terminal; nothing elsewhere. The caller prints what came of it when it is done.
    pub(crate) fn spinner(&self, text: impl Into<String>) -> Spinner {
        if self.quiet || !io::stderr().is_terminal() {
            return Spinner(None);
        }
        let bar = ProgressBar::with_draw_target(None, ProgressDrawTarget::stderr());
        if let Ok(style) = ProgressStyle::with_template("{spinner:.cyan} {msg} {elapsed:.dim}") {
            bar.set_style(style);
        }
        bar.set_message(text.into());
        bar.enable_steady_tick(Duration::from_millis(100));
        Spinner(Some(bar))
    }

    fn envelope(&self, success: bool, data: &Value, errors: &[Value]) {
        let warnings = self.warnings.lock().map(|w| w.clone()).unwrap_or_default();
        let envelope = json!({
            "schema_version": SCHEMA_VERSION,
            "success": success,
            "data": data,
            "errors": errors,
            "warnings": warnings,
        });
        self.stdout(&serde_json::to_string_pretty(&envelope).unwrap_or_default());
    }

    // A reader that went away (`causeway ... | head -1`) is no error of ours: writes to a closed pipe are dropped.
    fn stdout(&self, text: &str) {
        let mut out = anstream::stdout().lock();
        let _ = writeln!(out, "{text}").and_then(|()| out.flush());
    }

    fn stderr(&self, text: &str) {
        let _ = writeln!(anstream::stderr().lock(), "{text}");
    }
}

/// A running progress line; it vanishes when dropped.
#[derive(Debug)]
pub(crate) struct Spinner(Option<ProgressBar>);

impl Drop for Spinner {
    fn drop(&mut self) {
        if let Some(bar) = &self.0 {
            bar.finish_and_clear();
        }
    }
}
