//! Tables of times.

use std::time::Duration;

/// Prints the head of a table of [`row`]s.
pub(crate) fn head() {
    println!("| measurement | runs | min | median | max |\n|---|---|---|---|---|");
}

/// Prints how long something took.
pub(crate) fn row(what: &str, mut times: Vec<Duration>) {
    times.sort();
    let show = |time: Option<&Duration>| {
        time.map_or_else(String::new, |time| format!("{:.2} s", time.as_secs_f64()))
    };
    println!(
        "| {what} | {} | {} | {} | {} |",
        times.len(),
        show(times.first()),
        show(times.get(times.len() / 2)),
        show(times.last())
    );
}
