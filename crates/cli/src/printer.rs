//! Decides what goes to stdout and what to stderr.
//!
//! The result of a command goes to stdout, everything else to stderr. `--json` changes the format of stdout only:
//! one envelope `{schemaVersion, success, data, errors, warnings}`, see docs/json.md. `--log-format json` changes that of stderr, of every
//! line. `--quiet` keeps the result and errors.

use crate::{
    events::ServiceEvent,
    failure::Failure,
    hidden::Hidden,
    log_format::LogFormat,
    log_line,
    outlet::{Outlet, Stream},
    wrap::wrap,
};
use anstyle::{AnsiColor, Style};
use clap::ValueEnum;
use indicatif::{MultiProgress, ProgressBar, ProgressDrawTarget, ProgressStyle};
use serde::Serialize;
use serde_json::{Map, Value, json};
use std::{
    borrow::Cow,
    io::{self, IsTerminal},
    sync::{
        Mutex,
        atomic::{AtomicBool, Ordering},
    },
    time::Duration,
};
use terminal_size::{Height, Width, terminal_size_of};

/// Version of what `--json` prints; raised when a field changes its form or meaning, or goes.
const SCHEMA_VERSION: u32 = 2;

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
    /// Whether stdout is read line by line.
    by_line: AtomicBool,
    quiet: bool,
    log_format: LogFormat,
    stdout: Outlet,
    stderr: Outlet,
    progress: MultiProgress,
    hidden: Hidden,
    warnings: Mutex<Vec<String>>,
}

impl Printer {
    pub(crate) fn new(json: bool, quiet: bool, color: ColorChoice, log_format: LogFormat) -> Self {
        match color {
            ColorChoice::Auto => {}
            ColorChoice::Always => anstream::ColorChoice::Always.write_global(),
            ColorChoice::Never => anstream::ColorChoice::Never.write_global(),
        }
        let hidden = Hidden::default();
        let progress = MultiProgress::with_draw_target(ProgressDrawTarget::stderr());
        let stdout = Outlet::new(Stream::Stdout, hidden.clone(), progress.clone());
        let stderr = Outlet::new(Stream::Stderr, hidden.clone(), progress.clone());
        let (by_line, warnings) = (AtomicBool::new(false), Mutex::default());
        Self { json, by_line, quiet, log_format, stdout, stderr, progress, hidden, warnings }
    }

    /// The way that logs take.
    pub(crate) const fn stderr(&self) -> &Outlet {
        &self.stderr
    }

    /// Whether stdout is for programs.
    pub(crate) const fn is_json(&self) -> bool {
        self.json
    }

    /// What must not be seen. It is no part of what is printed or logged from the moment on that it stands here.
    pub(crate) const fn hidden(&self) -> &Hidden {
        &self.hidden
    }

    /// A service does not wait for whoever reads what it says, and prints one object a line, its failure too.
    pub(crate) fn serve(&self) {
        self.by_line.store(true, Ordering::Relaxed);
        let json = self.json;
        self.stdout.stop_waiting(move |lines| {
            let text = format!("{lines} lines are missing here: they were not read in time");
            if json { ServiceEvent::Missed { lines }.line() } else { text }
        });
        let json = self.log_format == LogFormat::Json;
        self.stderr.stop_waiting(move |lines| {
            let text = format!("{lines} lines are missing here: they were not read in time");
            if json { log_line::line("WARN", &text, Map::new()) } else { text }
        });
    }

    /// Waits until everything is written. Returns why some of stdout was lost, if some was: that nobody reads it any
    /// more is no loss.
    pub(crate) fn finish(&self) -> Option<String> {
        let lost = self.stdout.finish();
        self.stderr.finish();
        lost
    }

    /// The result: `text` for people, `data` inside the envelope with `--json`.
    pub(crate) fn result(&self, text: &str, data: &impl Serialize) {
        if self.json {
            let data = serde_json::to_value(data).unwrap_or(Value::Null);
            self.envelope(true, &data, &[]);
        } else if !text.is_empty() {
            self.stdout.line(text);
        }
    }

    /// The same, for a text in words: a terminal gets it in lines that fit.
    pub(crate) fn report(&self, text: &str, data: &impl Serialize) {
        let size = terminal_size_of(io::stdout()).filter(|_| !self.json);
        self.result(&fitting(text, size), data);
    }

    /// What a command found that ends as failed for it. With `--json` the failure's details say it.
    pub(crate) fn finding(&self, text: &str) {
        if !self.json {
            self.stdout.line(&fitting(text, terminal_size_of(io::stdout())));
        }
    }

    /// Text that was asked for, such as help, in any format.
    pub(crate) fn text(&self, text: &str) {
        self.stdout.line(text);
    }

    /// One line of JSON or text while a service runs; with `--json`, one object a line (no envelope: it never ends).
    /// Without a text, the event is for programs only.
    pub(crate) fn event(&self, text: &str, event: &ServiceEvent) {
        if self.json {
            self.stdout.line(&event.line());
        } else if !text.is_empty() {
            self.stdout.line(&fitting(text, terminal_size_of(io::stdout())));
        }
    }

    /// A step on the way, for people.
    pub(crate) fn note(&self, text: &str) {
        if !self.quiet {
            self.tell("INFO", Style::new(), "", text, Map::new());
        }
    }

    /// A step that worked.
    pub(crate) fn ok(&self, text: &str) {
        if !self.quiet {
            self.tell("INFO", GREEN, "✓", text, Map::new());
        }
    }

    /// Something that the user should know about, though the work goes on.
    pub(crate) fn warn(&self, text: &str) {
        if let Ok(mut warnings) = self.warnings.lock() {
            warnings.push(self.hidden.scrub(text).into_owned());
        }
        self.tell("WARN", YELLOW, "warning:", text, Map::new());
    }

    /// The end of a failed command: one `error:` line, and the remedy. With `--json` also the envelope.
    pub(crate) fn failure(&self, failure: &Failure) {
        let message = failure.message();
        match (self.log_format, failure.hint()) {
            (LogFormat::Json, hint) => {
                let mut fields = Map::new();
                fields.insert("code".to_owned(), failure.code().name().into());
                if let Some(hint) = hint {
                    fields.insert("hint".to_owned(), hint.into());
                }
                self.tell("ERROR", RED, "error:", &message, fields);
            }
            (LogFormat::Text, Some(hint)) => {
                let text = format!("{message}\n\n{CYAN}hint:{CYAN:#} {hint}");
                self.tell("ERROR", RED, "error:", &text, Map::new());
            }
            (LogFormat::Text, None) => self.tell("ERROR", RED, "error:", &message, Map::new()),
        }
        if self.json {
            let error = json!({
                "code": failure.code().name(),
                "exitCode": failure.exit() as u8,
                "message": self.hidden.scrub(&message),
                "hint": failure.hint().map(|hint| self.hidden.scrub(hint)),
                "details": self.hidden.scrub_texts(failure.details().clone()),
            });
            self.envelope(false, &Value::Null, &[error]);
        }
    }

    /// A spinner on a terminal; nothing elsewhere. The caller prints what came of it when it is done.
    pub(crate) fn spinner(&self, text: impl Into<String>) -> Spinner {
        if self.quiet || self.log_format == LogFormat::Json || !io::stderr().is_terminal() {
            return Spinner(None);
        }
        let bar = self.progress.add(ProgressBar::no_length());
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
            "schemaVersion": SCHEMA_VERSION,
            "success": success,
            "data": data,
            "errors": errors,
            "warnings": warnings,
        });
        let text = match self.by_line.load(Ordering::Relaxed) {
            true => serde_json::to_string(&envelope),
            false => serde_json::to_string_pretty(&envelope),
        };
        self.stdout.line(&text.unwrap_or_default());
    }

    /// A line for people with a word in front of it, or the same as a line of JSON, for which the level stands.
    fn tell(&self, level: &str, style: Style, mark: &str, text: &str, fields: Map<String, Value>) {
        match self.log_format {
            LogFormat::Json => self.stderr.line(&log_line::line(level, text.trim(), fields)),
            LogFormat::Text if mark.is_empty() => {
                self.stderr.line(&fitting(text, terminal_size_of(io::stderr())));
            }
            LogFormat::Text => {
                let text = format!("{style}{mark}{style:#} {text}");
                self.stderr.line(&fitting(&text, terminal_size_of(io::stderr())));
            }
        }
    }
}

/// A text as a terminal of this size shows it best; where there is none, each line is left in one piece for programs.
fn fitting(text: &str, size: Option<(Width, Height)>) -> Cow<'_, str> {
    match size {
        Some((Width(columns), _)) if columns > 0 => wrap(text, columns.into()).into(),
        _ => text.into(),
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
