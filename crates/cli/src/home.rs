//! Where Causeway keeps what outlives a command: in the state folder, or, for what ends with a devnet, in the folder for
//! temporary files where there is no such folder (containers often have no home, or one that cannot be written).

use crate::{
    environment,
    failure::{Failure, Outcome},
};
use causeway_devnet::{DiscoverError, Network};
use std::{
    fs, io,
    os::unix::fs::{DirBuilderExt, MetadataExt, PermissionsExt},
    path::{Path, PathBuf},
};

/// What to do about it.
pub(crate) const HINT: &str = "name a folder that can be written with CAUSEWAY_HOME";

/// The devnet that runs, if one does.
pub(crate) async fn discover() -> Result<Option<Network>, DiscoverError> {
    for folder in folders() {
        match Network::discover(&folder.join("networks")).await {
            Ok(None) => {}
            // What may not be read is not ours, and a home that is a file, as `/dev/null` is, keeps nothing.
            Err(DiscoverError::Dir { source, .. }) if keeps_nothing(&source) => {}
            found => return found,
        }
    }
    Ok(None)
}

fn keeps_nothing(error: &io::Error) -> bool {
    matches!(error.kind(), io::ErrorKind::PermissionDenied | io::ErrorKind::NotADirectory)
}

/// Every devnet of this user that runs, as far as can be told.
pub(crate) async fn running() -> Vec<Network> {
    let mut networks = Vec::new();
    for folder in folders() {
        let running = Network::running(&folder.join("networks")).await.unwrap_or_default();
        networks.extend(running.into_iter().map(|(_, network)| network));
    }
    networks
}

/// Where a devnet leaves its network file. Warns when that is not where it should be.
pub(crate) fn networks_folder(warn: impl Fn(&str)) -> Option<PathBuf> {
    let folder = short_lived(warn)?;
    Some(folder.join("networks"))
}

/// The place of a file that outlives a service: in the state folder. The chains of a devnet begin anew with each run, so there
/// it is a place of that run; those of runs that are over are removed.
pub(crate) async fn state_file(
    name: &str,
    flag: &str,
    network: Option<&Network>,
    warn: impl Fn(&str),
) -> Outcome<PathBuf> {
    let unknown = || {
        Failure::usage(format!("no folder to keep {name} in is known"))
            .with_hint(format!("name the file with {flag}, or a folder with CAUSEWAY_HOME"))
    };
    let Some(network) = network else {
        return Ok(environment::state_folder().ok_or_else(unknown)?.join(name));
    };
    let folder = short_lived(warn).ok_or_else(unknown)?;
    let runs = folder.join("devnets");
    let mut keep = vec![network.instance.clone()];
    // As long as it is not known which of them are over, all are kept: a devnet that does not answer now writes to its own.
    let others = Network::instances(&folder.join("networks"));
    let known = others.is_ok();
    keep.extend(others.into_iter().flatten());
    for run in fs::read_dir(&runs).into_iter().filter(|_| known).flatten().flatten() {
        if !keep.iter().any(|instance| run.file_name() == instance.as_str()) {
            // A folder that cannot be removed now is removed by a later run.
            let _ = fs::remove_dir_all(run.path());
        }
    }
    Ok(runs.join(&network.instance).join(name))
}

/// The place of a folder that outlives services, whether it is there or not.
pub(crate) fn kept(name: &str) -> Option<PathBuf> {
    Some(environment::state_folder()?.join(name))
}

/// Makes a folder in the state folder, and that.
pub(crate) fn make_folder(folder: &Path) -> io::Result<()> {
    fs::DirBuilder::new().recursive(true).mode(0o700).create(folder)
}

/// Every place that [`state_file`] may give a file, with this devnet or with none.
pub(crate) fn state_files(name: &str, network: Option<&Network>) -> Vec<PathBuf> {
    let of_run = |folder: PathBuf| Some(folder.join("devnets").join(&network?.instance).join(name));
    let places =
        folders().filter_map(of_run).chain(environment::state_folder().map(|folder| folder.join(name)));
    places.collect()
}

/// A folder for what ends with a devnet.
fn short_lived(warn: impl Fn(&str)) -> Option<PathBuf> {
    let why = match environment::state_folder() {
        Some(folder) => match try_out(&folder) {
            Ok(()) => return Some(folder),
            Err(error) => format!("{} cannot be written ({error})", folder.display()),
        },
        None => "there is no home folder".to_owned(),
    };
    let folder = temporary()?;
    let instead = match make_private(&folder) {
        Ok(()) if is_private(&folder) => format!("{} is used", folder.display()),
        _ => "no command will find the devnet by itself".to_owned(),
    };
    warn(&format!("{why}: {instead}; {HINT}"));
    is_private(&folder).then_some(folder)
}

/// The folders in which a devnet may have left its network file.
fn folders() -> impl Iterator<Item = PathBuf> {
    let temporary = temporary().filter(|folder| is_private(folder));
    environment::state_folder().into_iter().chain(temporary)
}

/// A folder of this user's own among the temporary files.
fn temporary() -> Option<PathBuf> {
    Some(environment::temporary_files().join(format!("causeway-{}", own_uid()?)))
}

/// Whether a folder is nobody else's: others can make folders of any name among the temporary files, and a network file of
/// theirs would lead commands to their nodes.
fn is_private(folder: &Path) -> bool {
    fs::symlink_metadata(folder).is_ok_and(|meta| {
        meta.is_dir() && Some(meta.uid()) == own_uid() && meta.permissions().mode() & 0o077 == 0
    })
}

fn make_private(folder: &Path) -> io::Result<()> {
    match fs::DirBuilder::new().mode(0o700).create(folder) {
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists => Ok(()),
        made => made,
    }
}

/// Whether files can be made in a folder, which is made for that.
fn try_out(folder: &Path) -> io::Result<()> {
    make_folder(folder)?;
    tempfile::tempfile_in(folder).map(drop)
}

/// The user that this process runs as: the owner of what it makes.
pub(crate) fn own_uid() -> Option<u32> {
    let owner = fs::metadata("/proc/self").or_else(|_| tempfile::tempfile()?.metadata());
    owner.ok().map(|meta| meta.uid())
}
