use std::{fs, path::Path};

/// How much there is in a folder.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Size {
    pub(super) files: usize,
    pub(super) lines: usize,
    pub(super) bytes: usize,
}

impl Size {
    /// Of the files in a folder, and below it.
    pub(super) fn of(folder: &Path) -> eyre::Result<Self> {
        let mut size = Self::default();
        for entry in fs::read_dir(folder)? {
            let path = entry?.path();
            let more = if path.is_dir() {
                Self::of(&path)?
            } else {
                let text = fs::read_to_string(&path)?;
                Self { files: 1, lines: text.lines().count(), bytes: text.len() }
            };
            size.files += more.files;
            size.lines += more.lines;
            size.bytes += more.bytes;
        }
        Ok(size)
    }
}
