use super::{
    Request,
    error::GatherError,
    foundry::{self, Layout},
};
use std::path::{Path, PathBuf};

/// What makes a project's artifacts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Tool {
    Forge,
    Hardhat,
    /// Nobody knows: artifacts alone, or ABIs.
    Unknown,
}

/// Artifacts, and what is known of where they come from.
#[derive(Clone, Debug)]
pub(super) struct Project {
    pub(super) root: Option<PathBuf>,
    pub(super) tool: Tool,
    /// Folders or files.
    pub(super) artifacts: Vec<PathBuf>,
    pub(super) layout: Layout,
}

const HARDHAT: [&str; 5] = [
    "hardhat.config.ts",
    "hardhat.config.js",
    "hardhat.config.cjs",
    "hardhat.config.mjs",
    "hardhat.config.mts",
];

impl Project {
    /// What to watch for changes.
    pub(super) fn watched(&self) -> Vec<PathBuf> {
        let broadcast = self.root.iter().map(|root| root.join(&self.layout.broadcast));
        self.artifacts.iter().cloned().chain(broadcast).collect()
    }

    /// What renews its artifacts.
    pub(super) const fn remedy(&self) -> &'static str {
        match self.tool {
            Tool::Forge | Tool::Unknown => "forge build",
            Tool::Hardhat => "npx hardhat compile",
        }
    }

    /// What tells it from others.
    pub(super) fn label(&self) -> String {
        let name = self.root.as_deref().and_then(Path::file_name);
        name.map(|name| name.to_string_lossy().into_owned()).unwrap_or_default()
    }
}

/// The projects that are meant: those named, artifacts named, or the nearest project.
pub(super) fn find(request: &Request) -> Result<Vec<Project>, GatherError> {
    let profile = request.profile.as_deref();
    let mut projects = Vec::new();
    for folder in &request.projects {
        let root = request.here.join(folder);
        let project = open(&root, profile)?.ok_or_else(|| GatherError::NoProject { path: folder.clone() })?;
        projects.push(project);
    }
    for path in &request.artifacts {
        projects.push(around(&request.here.join(path), path, profile)?);
    }
    if projects.is_empty() {
        for root in request.here.ancestors() {
            if let Some(project) = open(root, profile)? {
                projects.push(project);
                break;
            }
        }
    }
    for project in &projects {
        let missing = project.artifacts.iter().find(|path| !path.exists());
        if let Some(folder) = missing {
            return Err(GatherError::Missing { folder: folder.clone(), remedy: project.remedy() });
        }
    }
    Ok(projects)
}

/// The project in a folder, if there is one. Where both tools are, the one that has built counts.
fn open(root: &Path, profile: Option<&str>) -> Result<Option<Project>, GatherError> {
    let has_forge = root.join("foundry.toml").is_file();
    let has_hardhat = HARDHAT.iter().any(|name| root.join(name).is_file());
    if has_forge {
        let layout = foundry::read(root, profile)?;
        let out = root.join(&layout.out);
        if out.exists() || !has_hardhat || !root.join("artifacts").exists() {
            let root = Some(root.to_owned());
            return Ok(Some(Project { root, tool: Tool::Forge, artifacts: vec![out], layout }));
        }
    }
    Ok(has_hardhat.then(|| Project {
        root: Some(root.to_owned()),
        tool: Tool::Hardhat,
        artifacts: vec![root.join("artifacts")],
        layout: hardhat_layout(),
    }))
}

fn hardhat_layout() -> Layout {
    let text = str::to_owned;
    Layout {
        out: text("artifacts"),
        src: text("contracts"),
        test: text("test"),
        script: text("scripts"),
        libs: vec![],
        broadcast: text("broadcast"),
    }
}

/// Artifacts that were named: of the project that they lie in, if it is one's own artifacts.
fn around(path: &Path, named: &Path, profile: Option<&str>) -> Result<Project, GatherError> {
    if !path.exists() {
        return Err(GatherError::Missing { folder: named.to_owned(), remedy: "forge build" });
    }
    let place = path.canonicalize().map_err(GatherError::io(path))?;
    for root in place.ancestors().skip(1) {
        if let Some(project) = open(root, profile)? {
            let is_its_own = place.starts_with(root.join(&project.layout.out));
            if is_its_own {
                return Ok(Project { artifacts: vec![path.to_owned()], ..project });
            }
            break;
        }
    }
    Ok(Project {
        root: None,
        tool: Tool::Unknown,
        artifacts: vec![path.to_owned()],
        layout: Layout { libs: vec!["lib".to_owned()], src: "src".to_owned(), ..hardhat_layout() },
    })
}
