//! `causeway deploy contract`.

use super::{
    args::{DeployArgs, PlaceArgs},
    carry_out::prepare,
};
use crate::{
    candidates,
    context::Context,
    failure::{ErrorCode, Failure, Outcome, OutcomeExt},
};
use causeway_artifact::{Artifact, ArtifactError, Library, locate};
use causeway_deploy::{create2::Creation, encode_arguments};
use clap::Args;
use std::path::Path;

/// Which contract, and where.
#[derive(Debug, Args)]
pub(crate) struct ContractArgs {
    /// Its artifact: out/X.sol/X.json, src/X.sol:X, or PROJECT:X for a folder of forge or hardhat
    #[arg(long, value_name = "CONTRACT", add = candidates::files())]
    artifact: String,
    // Not as documentation, which takes brackets for a link.
    #[arg(
        help = "Arguments of the constructor, each as in Solidity: 5, '1 ether', 0x…, '[1,2]', '(1,\"a, b\")'; a string as it is"
    )]
    #[arg(long, value_name = "VALUE", num_args = 1.., allow_negative_numbers = true)]
    args: Vec<String>,
    /// Where a library stands that it calls: src/Math.sol:Math:0x…
    #[arg(long, value_name = "PATH:NAME:ADDRESS", value_delimiter = ',', value_parser = library)]
    libraries: Vec<Library>,
    /// Deploy it even if the factory would own it, as msg.sender in the constructor
    #[arg(long)]
    allow_factory_owner: bool,
    #[command(flatten)]
    place: PlaceArgs,
    #[command(flatten)]
    deploy: DeployArgs,
}

fn library(text: &str) -> Result<Library, String> {
    text.parse()
}

pub(super) async fn run(args: &ContractArgs, context: &Context<'_>) -> Outcome {
    let creation = creation(args)?;
    let ready = prepare(|_, _| Ok(creation), &args.deploy, context).await?;
    ready.carry_out(&args.deploy, context).await?.0.print(context);
    Ok(())
}

/// Everything that no chain has to be asked for.
fn creation(args: &ContractArgs) -> Outcome<Creation> {
    let here = std::env::current_dir().what("cannot find the working directory")?;
    let path = locate(&args.artifact, &here).code(ErrorCode::InvalidArtifact).hint(
        "build it first (forge build, npx hardhat compile); name it as out/X.sol/X.json, src/X.sol:X or PROJECT:X",
    )?;
    let what = || format!("cannot use the artifact {}", shown(&path, &here));
    let text = std::fs::read_to_string(&path).what(what()).code(ErrorCode::InvalidArtifact)?;
    let artifact = Artifact::parse(&text).map_err(|error| explain(error).context(what()))?;
    let (code, runtime) = artifact.link(&args.libraries).map_err(|error| explain(error).context(what()))?;
    let arguments = encode_arguments(&artifact.abi, &args.args).code(ErrorCode::InvalidConstructorArguments).hint(
        "give each with --args, in their order: 5, '1 ether', 0x…, true, '[1,2]', '(1,\"a, b\")'; a string as it is",
    )?;
    let name = path.file_stem().map_or_else(String::new, |name| name.to_string_lossy().into_owned());
    Ok(Creation {
        factory: args.place.factory.into(),
        salt: args.place.salt.clone().unwrap_or_default(),
        runtime,
        abi: artifact.abi,
        immutables: artifact.immutables,
        libraries: args
            .libraries
            .iter()
            .map(|library| (library.name.name.clone(), library.address))
            .collect(),
        may_factory_own: args.allow_factory_owner,
        ..Creation::new(name, [&code[..], &arguments].concat().into())
    })
}

fn shown(path: &Path, here: &Path) -> String {
    path.strip_prefix(here).unwrap_or(path).display().to_string()
}

fn explain(error: ArtifactError) -> Failure {
    let (code, hint) = match &error {
        ArtifactError::NotJson { .. } | ArtifactError::Foreign { .. } => (
            ErrorCode::InvalidArtifact,
            "name the JSON file that forge or hardhat made of the contract".to_owned(),
        ),
        ArtifactError::NoBytecode => {
            (ErrorCode::InvalidArtifact, "name a contract that implements it".to_owned())
        }
        ArtifactError::Unlinked { names } => {
            let name = names.first().filter(|name| name.contains(':'));
            let name = name.map_or("PATH:NAME", String::as_str);
            let hint =
                format!("deploy it to the same address on every chain first, then --libraries {name}:0x…");
            (ErrorCode::UnlinkedLibraries, hint)
        }
        ArtifactError::NoSuchLibrary { .. } => (
            ErrorCode::UnlinkedLibraries,
            "write path and name as the compiler was told them, as in src/Math.sol:Math:0x…".to_owned(),
        ),
    };
    Failure::from(error).with_code(code).with_hint(hint)
}
