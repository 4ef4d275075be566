//! What the node says when it has no state of a block, in words that are true and of use.

/// Longer answers are no errors of single calls, and no batches of a few.
const LONGEST: usize = 16 << 10;

/// How the node refuses to go back to a block whose state it has not.
const GONE: &str = "Required data unavailable";
/// How it refuses to look at one: it says that the block were out of range.
const OUT_OF_RANGE: &str = "BlockOutOfRangeError: block height is ";

const WHY: &str = "the node keeps the states of some hundred recent blocks, and with --state-dir none from before a restart";

/// An answer in better words, if it has any of these errors.
pub(super) fn explained(answer: &str) -> Option<String> {
    if answer.len() > LONGEST || !(answer.contains(GONE) || answer.contains(OUT_OF_RANGE)) {
        return None;
    }
    let gone =
        format!("the state of the block that this goes back to is not there: {WHY}; go back by fewer blocks");
    let mut rest = answer.replace(GONE, &gone);
    let mut better = String::with_capacity(rest.len() + 256);
    while let Some(at) = rest.find(OUT_OF_RANGE) {
        let numbers = &rest[at + OUT_OF_RANGE.len()..];
        let end = at + OUT_OF_RANGE.len() + numbers.find('"').unwrap_or(numbers.len());
        better.push_str(&rest[..at]);
        match numbers.split_once(" but requested was ").and_then(|(height, asked)| {
            let digits = asked.find(|character: char| !character.is_ascii_digit()).unwrap_or(asked.len());
            Some((height.parse::<u64>().ok()?, asked[..digits].parse::<u64>().ok()?))
        }) {
            Some((height, asked)) if asked <= height => {
                better.push_str(&format!(
                    "the state of block {asked} is not there: {WHY}; its transactions, receipts, logs and traces are"
                ));
            }
            _ => better.push_str(&rest[at..end]),
        }
        rest = rest.split_off(end);
    }
    better.push_str(&rest);
    Some(better)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn error(message: &str) -> String {
        format!(
            r#"{{"jsonrpc":"2.0","id":"BlockOutOfRange","error":{{"code":-32602,"message":"{message}"}}}}"#
        )
    }

    #[test]
    fn only_what_is_not_there_any_more_is_explained() {
        let past = error("BlockOutOfRangeError: block height is 5 but requested was 1");
        let explained_past = explained(&past).unwrap();
        assert!(
            explained_past.contains("\"the state of block 1 is not there: the node keeps"),
            "{explained_past}"
        );
        assert!(
            explained_past.starts_with(&past[..40]) && explained_past.ends_with("\"}}"),
            "{explained_past}"
        );

        let future = error("BlockOutOfRangeError: block height is 5 but requested was 6");
        assert_eq!(explained(&future).unwrap_or(future.clone()), future);
        let batch = format!("[{past},{future},{}]", error(GONE));
        let batch = explained(&batch).unwrap();
        assert!(
            batch.contains("requested was 6") && batch.contains("go back by fewer") && !batch.contains(GONE)
        );
        assert!(serde_json::from_str::<serde_json::Value>(&batch).is_ok(), "{batch}");
        for other in ["", "{}", &error("execution reverted")] {
            assert_eq!(explained(other), None);
        }
    }
}
