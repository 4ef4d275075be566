use std::{
    collections::VecDeque,
    sync::{Arc, Mutex, PoisonError},
};
use tokio::io::{AsyncBufReadExt, AsyncRead, BufReader};

/// How many lines, and how many bytes of each, are kept of what a node prints.
const LINES: usize = 40;
const LINE_LENGTH: usize = 400;

/// What a line of output is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Line {
    /// Something that the node prints.
    Plain,
    /// What the node prints when it is ready.
    Ready,
    /// Something that another process printed.
    NotTheNodes,
}

/// What a node printed last, shared by the readers of its two streams.
#[derive(Clone, Debug, Default)]
pub(super) struct Tail(Arc<Mutex<VecDeque<String>>>);

impl Tail {
    fn push(&self, line: &str) {
        let line: String = line.chars().take(LINE_LENGTH).collect();
        let mut lines = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if lines.len() == LINES {
            lines.pop_front();
        }
        lines.push_back(line);
    }

    /// Forgets everything: anvil introduces itself with the keys of its accounts, which belong in no error.
    fn clear(&self) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).clear();
    }

    /// The lines that say something, oldest first.
    pub(super) fn text(&self) -> String {
        let lines = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let lines: Vec<_> = lines.iter().map(String::as_str).filter(|line| !line.trim().is_empty()).collect();
        lines.join("\n")
    }
}

/// Reads a stream to its end, line by line. It must never stop early: a full pipe would stop the node.
pub(super) async fn drain(stream: impl AsyncRead + Unpin, tail: Tail, mut on_line: impl FnMut(&str) -> Line) {
    let mut reader = BufReader::new(stream);
    let mut buffer = Vec::new();
    loop {
        buffer.clear();
        match reader.read_until(b'\n', &mut buffer).await {
            Ok(0) | Err(_) => return,
            Ok(_) => {}
        }
        let line = String::from_utf8_lossy(&buffer);
        let line = line.trim_end();
        match on_line(line) {
            Line::NotTheNodes => continue,
            Line::Ready => tail.clear(),
            Line::Plain => {}
        }
        tail.push(line);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn tail_keeps_the_last_lines() {
        let tail = Tail::default();
        let text: String = (0..100).map(|n| format!("line {n}\n\n")).collect();
        drain(text.as_bytes(), tail.clone(), |_| Line::Plain).await;
        let kept = tail.text();
        assert!(kept.starts_with("line 80\n") && kept.ends_with("line 99"), "{kept}");
    }

    #[tokio::test]
    async fn long_and_undecodable_lines_are_survived() {
        let tail = Tail::default();
        let mut bytes = vec![0xff; 10_000];
        bytes.push(b'\n');
        drain(bytes.as_slice(), tail.clone(), |_| Line::Plain).await;
        assert_eq!(tail.text().chars().count(), LINE_LENGTH);
    }

    #[tokio::test]
    async fn what_came_before_readiness_is_forgotten() {
        let tail = Tail::default();
        let kind = |line: &str| match line {
            "ready" => Line::Ready,
            "other" => Line::NotTheNodes,
            _ => Line::Plain,
        };
        drain(b"key\nready\nother\nlater".as_slice(), tail.clone(), kind).await;
        assert_eq!(tail.text(), "ready\nlater");
    }
}
