use super::Network;
use std::{
    fs::{DirBuilder, remove_file},
    io::{self, Write},
    os::unix::fs::DirBuilderExt,
    path::{Path, PathBuf},
};

/// Why the network file was not written.
#[derive(Debug, thiserror::Error)]
#[error("cannot write the network file {}", path.display())]
pub struct NetworkFileError {
    /// Where it should be.
    pub path: PathBuf,
    /// What the system said.
    pub source: io::Error,
}

/// Why a file describes no devnet.
#[derive(Debug, thiserror::Error)]
pub enum ReadNetworkError {
    /// The file cannot be read.
    #[error("cannot read {}", path.display())]
    Io {
        /// The file.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
    },
    /// The file is no network file.
    #[error("{} is not a network file", path.display())]
    Format {
        /// The file.
        path: PathBuf,
        /// What is wrong.
        source: serde_json::Error,
    },
    /// The file is of another version of this program.
    #[error("{} has version {found} of the format, this program reads {expected}", path.display())]
    Version {
        /// The file.
        path: PathBuf,
        /// Its version.
        found: u64,
        /// The version that can be read.
        expected: u32,
    },
}

impl Network {
    /// Reads a network file. Whether that devnet still runs is another question, see [`Network::discover`].
    pub fn read(path: &Path) -> Result<Self, ReadNetworkError> {
        let bytes = std::fs::read(path)
            .map_err(|source| ReadNetworkError::Io { path: path.to_path_buf(), source })?;
        let format = |source| ReadNetworkError::Format { path: path.to_path_buf(), source };
        let value: serde_json::Value = serde_json::from_slice(&bytes).map_err(format)?;
        match value.get("schema_version").and_then(serde_json::Value::as_u64) {
            Some(found) if found != u64::from(Self::SCHEMA_VERSION) => Err(ReadNetworkError::Version {
                path: path.to_path_buf(),
                found,
                expected: Self::SCHEMA_VERSION,
            }),
            _ => serde_json::from_value(value).map_err(format),
        }
    }
}

/// The network file of a running devnet; it is removed when this is dropped.
#[derive(Debug)]
pub(crate) struct NetworkFile {
    path: PathBuf,
}

impl NetworkFile {
    /// Writes the file as `<admin port>.json` so that nobody ever sees half of it, readable for its owner only.
    pub(crate) fn write(dir: &Path, admin_port: u16, network: &Network) -> Result<Self, NetworkFileError> {
        let path = dir.join(format!("{admin_port}.json"));
        match write(dir, &path, network) {
            Ok(()) => Ok(Self { path }),
            Err(source) => Err(NetworkFileError { path, source }),
        }
    }

    pub(crate) fn path(&self) -> &Path {
        &self.path
    }
}

fn write(dir: &Path, path: &Path, network: &Network) -> io::Result<()> {
    DirBuilder::new().recursive(true).mode(0o700).create(dir)?;
    // Temporary files are created with mode 0600.
    let mut file = tempfile::Builder::new().prefix(".network").tempfile_in(dir)?;
    serde_json::to_writer_pretty(&mut file, network)?;
    file.write_all(b"\n")?;
    file.persist(path).map_err(|error| error.error)?;
    Ok(())
}

impl Drop for NetworkFile {
    fn drop(&mut self) {
        // A file that stays behind is recognised by its dead process.
        let _ = remove_file(&self.path);
    }
}
