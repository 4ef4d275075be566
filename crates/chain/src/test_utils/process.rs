use super::PATIENCE;
use crate::Endpoint;
use std::{
    ffi::OsStr,
    path::{Path, PathBuf},
    process::Stdio,
};
use tokio::{
    io::{AsyncBufReadExt, BufReader},
    process::{Child, Command},
    time::timeout,
};

/// A running anvil at loopback. Ends with this value.
#[derive(Debug)]
pub struct AnvilProcess {
    child: Child,
    /// Where it listens.
    pub port: u16,
}

impl AnvilProcess {
    /// With these arguments, on a free port unless they name one.
    pub async fn start(arguments: impl IntoIterator<Item = impl AsRef<OsStr>>) -> Self {
        let arguments: Vec<_> = arguments.into_iter().map(|argument| argument.as_ref().to_owned()).collect();
        let free_port = ["--port", "0"].iter().filter(|_| !arguments.iter().any(|given| given == "--port"));
        let program = find_anvil();
        let mut child = Command::new(&program)
            .args(["--host", "127.0.0.1"])
            .args(free_port)
            .args(&arguments)
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .stdin(Stdio::null())
            .kill_on_drop(true)
            .spawn()
            .unwrap_or_else(|error| panic!("cannot start {}: {error}", program.display()));
        let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
        let listening = async {
            while let Some(line) = lines.next_line().await.unwrap() {
                if let Some(address) = line.strip_prefix("Listening on ") {
                    return address.rsplit(':').next().unwrap().parse().unwrap();
                }
            }
            panic!("anvil ended before it listened");
        };
        let port = timeout(PATIENCE, listening).await.expect("anvil does not start");
        // Anvil logs every request; a full pipe would stop it.
        tokio::spawn(async move { while let Ok(Some(_)) = lines.next_line().await {} });
        Self { child, port }
    }

    /// Where it listens.
    pub fn endpoint(&self) -> Endpoint {
        format!("http://127.0.0.1:{}", self.port).parse().unwrap()
    }

    /// The id of the process.
    pub fn id(&self) -> u32 {
        self.child.id().unwrap()
    }

    /// Ends it in good order, so that it writes its state.
    pub async fn stop(mut self) {
        let pid = self.id().to_string();
        let status = Command::new("kill").args(["-INT", &pid]).status().await.unwrap();
        assert!(status.success(), "cannot stop anvil");
        timeout(PATIENCE, self.child.wait()).await.expect("anvil does not stop").unwrap();
    }

    /// Ends it at once.
    pub async fn kill(mut self) {
        self.child.kill().await.unwrap();
    }
}

/// Finds anvil in `CAUSEWAY_ANVIL`, in `PATH`, or among the packages of the workspace.
fn find_anvil() -> PathBuf {
    #[expect(clippy::disallowed_methods, reason = "a test has nobody else to ask")]
    let variable = |name: &str| std::env::var_os(name);
    if let Some(path) = variable("CAUSEWAY_ANVIL") {
        return past_the_shim(path.into());
    }
    let in_path = variable("PATH").into_iter().flat_map(|path| {
        std::env::split_paths(&path).map(|directory| directory.join("anvil")).collect::<Vec<_>>()
    });
    let packaged = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../node_modules/@foundry-rs/anvil/bin.mjs");
    let found = in_path.chain([packaged]).find(|path| path.is_file());
    past_the_shim(found.expect(
        "this test needs anvil: install the npm packages of the workspace (npm ci), put anvil into PATH, \
         or name it in CAUSEWAY_ANVIL",
    ))
}

/// The program behind npm's script of the same name, which is in a package for this platform. The script starts it as a
/// child, which would outlive a killed script.
fn past_the_shim(path: PathBuf) -> PathBuf {
    let is_script = std::fs::read(&path).is_ok_and(|bytes| bytes.starts_with(b"#!"));
    let os = if cfg!(target_os = "macos") { "darwin" } else { std::env::consts::OS };
    let arch = if cfg!(target_arch = "aarch64") { "arm64" } else { "amd64" };
    let program = path.canonicalize().ok().filter(|_| is_script).and_then(|script| {
        let packages = script.parent()?.parent()?;
        Some(packages.join(format!("anvil-{os}-{arch}/bin/anvil")))
    });
    program.filter(|program| program.is_file()).unwrap_or(path)
}
