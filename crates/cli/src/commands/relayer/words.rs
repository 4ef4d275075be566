//! Tables, spans and numbers for people.

use crate::amount::Currency;
use alloy::primitives::U256;

/// Lines with their columns one below the other. The first line is the heading.
pub(super) fn table<const N: usize>(rows: &[[String; N]]) -> String {
    let width = |column: usize| rows.iter().map(|row| row[column].chars().count()).max().unwrap_or_default();
    let widths: Vec<usize> = (0..N).map(width).collect();
    let line = |row: &[String; N]| {
        let cells = row.iter().zip(&widths).map(|(cell, width)| format!("{cell:width$}"));
        cells.collect::<Vec<_>>().join("  ").trim_end().to_owned()
    };
    rows.iter().map(line).collect::<Vec<_>>().join("\n")
}

/// `45 s`, `12 min`, `3 h`, `2 d`, `2 years`.
pub(super) fn span(seconds: u64) -> String {
    match seconds {
        0..120 => format!("{seconds} s"),
        120..7_200 => format!("{} min", seconds / 60),
        7_200..172_800 => format!("{} h", seconds / 3_600),
        172_800..63_072_000 => format!("{} d", seconds / 86_400),
        _ => format!("{} years", seconds / 31_536_000),
    }
}

/// `1 block`, `2 blocks`.
pub(super) fn counted(count: u64, noun: &str) -> String {
    let s = if count == 1 { "" } else { "s" };
    format!("{count} {noun}{s}")
}

/// Ether, to a millionth: what is less than that is said to be.
pub(super) fn ether(wei: U256) -> String {
    let step = U256::from(1_000_000_000_000_u64);
    match (wei / step) * step {
        U256::ZERO if wei.is_zero() => "0 ETH".to_owned(),
        U256::ZERO => "<0.000001 ETH".to_owned(),
        rounded => Currency::eth().show(rounded),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_stand_below_each_other() {
        let rows = [["a", "bcd"], ["efg", "h"]].map(|row| row.map(str::to_owned));
        assert_eq!(table(&rows), "a    bcd\nefg  h");
    }

    #[test]
    fn spans_are_of_their_size() {
        let shown = [0, 119, 120, 7_199, 7_200, 172_799, 172_800, 63_071_999, 63_072_000].map(span);
        assert_eq!(shown, ["0 s", "119 s", "2 min", "119 min", "2 h", "47 h", "2 d", "729 d", "2 years"]);
        let amounts =
            [0, 7, 1_999_999_999_999, 1_500_000_000_000_000_001].map(|wei: u64| ether(U256::from(wei)));
        assert_eq!(amounts, ["0 ETH", "<0.000001 ETH", "0.000001 ETH", "1.5 ETH"]);
        assert_eq!([counted(1, "block"), counted(2, "block")], ["1 block", "2 blocks"]);
    }
}
