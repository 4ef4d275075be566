use std::{
    collections::VecDeque,
    path::Path,
    sync::{Arc, Mutex, PoisonError},
};
use tokio::{
    fs::File,
    io::{AsyncBufReadExt, AsyncRead, AsyncWriteExt, BufReader},
    sync::mpsc,
};

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

/// Where the lines of a node go besides the tail.
#[derive(Clone, Debug)]
pub(super) struct Log(Option<mpsc::Sender<String>>);

impl Log {
    pub(super) const fn none() -> Self {
        Self(None)
    }

    /// Starts to write lines to a file, which is created or emptied.
    pub(super) async fn create(path: &Path) -> std::io::Result<Self> {
        let mut file = File::create(path).await?;
        let (sender, mut lines) = mpsc::channel::<String>(256);
        tokio::spawn(async move {
            while let Some(mut line) = lines.recv().await {
                line.push('\n');
                // A full disk must not stop the node; the file just ends there.
                if file.write_all(line.as_bytes()).await.is_err() {
                    break;
                }
                if lines.is_empty() {
                    let _ = file.flush().await;
                }
            }
        });
        Ok(Self(Some(sender)))
    }

    async fn write(&mut self, line: &str) {
        if let Some(sender) = &self.0
            && sender.send(line.to_owned()).await.is_err()
        {
            self.0 = None;
        }
    }
}

/// Reads a stream to its end, line by line. It must never stop early: a full pipe would stop the node.
pub(super) async fn drain(
    stream: impl AsyncRead + Unpin,
    tail: Tail,
    mut log: Log,
    mut on_line: impl FnMut(&str) -> Line,
) {
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
        log.write(line).await;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn tail_keeps_the_last_lines() {
        let tail = Tail::default();
        let text: String = (0..100).map(|n| format!("line {n}\n\n")).collect();
        drain(text.as_bytes(), tail.clone(), Log::none(), |_| Line::Plain).await;
        let kept = tail.text();
        assert!(kept.starts_with("line 80\n") && kept.ends_with("line 99"), "{kept}");
    }

    #[tokio::test]
    async fn long_and_undecodable_lines_are_survived() {
        let tail = Tail::default();
        let mut bytes = vec![0xff; 10_000];
        bytes.push(b'\n');
        drain(bytes.as_slice(), tail.clone(), Log::none(), |_| Line::Plain).await;
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
        drain(b"key\nready\nother\nlater".as_slice(), tail.clone(), Log::none(), kind).await;
        assert_eq!(tail.text(), "ready\nlater");
    }
}
