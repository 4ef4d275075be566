//! A small disk, as only the processes see it that a test starts there.

use std::{
    io::{BufRead, BufReader},
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
};
use tempfile::TempDir;

pub(crate) struct Disk {
    /// Holds the mount: it is gone with this process.
    keeper: Child,
    folder: TempDir,
}

impl Drop for Disk {
    fn drop(&mut self) {
        let _ = self.keeper.kill();
        let _ = self.keeper.wait();
    }
}

impl Disk {
    /// None, where nobody may mount anything.
    pub(crate) fn mount(size: &str) -> Option<Self> {
        let folder = tempfile::tempdir().unwrap();
        let script = "mount -t tmpfs -o size=\"$1\" none \"$2\" && echo ready && exec cat";
        let mut keeper = Command::new("unshare")
            .args(["--mount", "sh", "-c", script, "sh", size])
            .arg(folder.path())
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .ok()?;
        let mut line = String::new();
        BufReader::new(keeper.stdout.take().unwrap()).read_line(&mut line).unwrap();
        let disk = Self { keeper, folder };
        (line == "ready\n").then_some(disk)
    }

    pub(crate) fn file(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// What starts a program where the disk is seen, in a folder.
    pub(crate) fn launcher(&self, folder: &Path) -> Vec<String> {
        let pid = self.keeper.id().to_string();
        let script = "cd \"$1\" && shift && exec \"$@\"";
        let folder = folder.to_str().unwrap();
        ["nsenter", "--target", &pid, "--mount", "sh", "-c", script, "sh", folder].map(str::to_owned).into()
    }

    /// Mounts it again with other options, e.g. `size=64m` or `ro`.
    pub(crate) fn remount(&self, options: &str) {
        let pid = self.keeper.id().to_string();
        let options = format!("remount,{options}");
        let mut command = Command::new("nsenter");
        command.args(["--target", &pid, "--mount", "mount", "-o", &options]).arg(self.folder.path());
        assert!(command.status().unwrap().success(), "{options}");
    }
}
