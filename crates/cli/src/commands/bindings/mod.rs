//! `causeway bindings`: contracts as code for dapps.

mod input;
mod make;
mod predeploys;
mod report;
mod watch;

use crate::{
    environment,
    failure::{Failure, Outcome, OutcomeExt},
    global::GlobalArgs,
    interrupt::Interrupt,
    parse,
    printer::Printer,
};
use causeway_bindgen::{Dependency, Rust, json, output::Language, typescript};
use clap::{Args, Subcommand};
use make::{Emit, Job};
use std::{
    path::{Path, PathBuf},
    sync::Arc,
};

/// In which language.
#[derive(Debug, Subcommand)]
pub(crate) enum BindingsCommand {
    /// `sol!` types for alloy: a module, or a crate
    #[command(after_help = RUST)]
    Rust(Box<RustArgs>),
    /// For viem: ABIs as constants, addresses, errors, and calls of other chains
    #[command(name = "typescript", visible_alias = "ts", after_help = TYPESCRIPT)]
    TypeScript(Box<TypeScriptArgs>),
    /// For everybody else: one file with ABIs, selectors, topics, errors, addresses, documentation
    #[command(after_help = JSON)]
    Json(Box<JsonArgs>),
}

const RUST: &str = "Examples:
  causeway bindings rust --out src/bindings
  causeway bindings rust --out src/bindings --check
  causeway bindings rust --out crates/contracts --crate-name my-contracts

Without --crate-name, what is written is a module (mod.rs and its files) of a
crate that has alloy; with it, a crate (Cargo.toml and src/), whose bytecode is
behind a feature. The project is found as `causeway bindings typescript --help`
says.";

const TYPESCRIPT: &str = "Examples:
  causeway bindings typescript --out src/bindings
  causeway bindings typescript --out src/bindings --check
  causeway bindings typescript --out src/bindings --include 'Counter*' \\
    --address Counter@901=0x5FbDB2315678afecb367f032d93F642f64180aa3

The project is the nearest folder above with a foundry.toml or a
hardhat.config; compile it first. Without one, the bindings are those of
interop's own contracts. Tests, scripts and the libraries of others are left
out, unless --include names them.

Files in the folder that --out names:
  counter.ts    counterAbi, counterAddress and more, for each contract
  errors.ts     every error of every contract
  index.ts      all of them
  interop/      what sends and follows messages; it needs nothing but viem
Nothing there that was not made by this command is touched without --force.";

const JSON: &str = "Examples:
  causeway bindings json --out bindings.json
  causeway bindings json --out app/contracts --artifacts out

With a name that ends in .json, --out is the file; else it is a folder, and the
file bindings.json in it. docs/bindings.schema.json describes it.";

/// Rust.
#[derive(Debug, Args)]
pub(crate) struct RustArgs {
    #[command(flatten)]
    input: input::InputArgs,
    #[command(flatten)]
    output: OutputArgs,
    /// Make a crate of this name, in place of a module
    #[arg(long, value_name = "NAME", value_parser = crate_name)]
    crate_name: Option<String>,
    /// With bytecode, and functions that deploy it
    #[arg(long)]
    bytecode: bool,
    /// Give the crate a feature `interop` with causeway-client, as Cargo.toml has it: '{ path = "…" }'
    #[arg(long, value_name = "DEPENDENCY", requires = "crate_name")]
    client: Option<Dependency>,
}

/// TypeScript.
#[derive(Debug, Args)]
pub(crate) struct TypeScriptArgs {
    #[command(flatten)]
    input: input::InputArgs,
    #[command(flatten)]
    output: OutputArgs,
    /// Where `interop/` is from: `embedded` (its sources are written), `none`, or a package such as @causeway-interop/viem
    #[arg(long, value_name = "WHAT", default_value = "embedded", value_parser = runtime)]
    runtime: typescript::Runtime,
    /// With bytecode, to deploy from
    #[arg(long)]
    bytecode: bool,
}

/// JSON.
#[derive(Debug, Args)]
#[command(mut_arg("out", |out| {
    out.value_name("PATH").help("File to write, whose name ends in .json, or folder to write bindings.json into")
}))]
pub(crate) struct JsonArgs {
    #[command(flatten)]
    input: input::InputArgs,
    #[command(flatten)]
    output: OutputArgs,
    /// With bytecode, to deploy from
    #[arg(long)]
    bytecode: bool,
}

/// What becomes of the files.
#[derive(Debug, Args)]
#[command(next_help_heading = "Output")]
pub(crate) struct OutputArgs {
    /// Folder to write into
    #[arg(long, value_name = "DIR", value_parser = parse::path())]
    out: PathBuf,
    /// Write nothing: compare with what is there, and end with 1 if it differs
    #[arg(long, conflicts_with_all = ["watch", "force"])]
    check: bool,
    /// Go on, and write again whenever artifacts change, until Ctrl-C
    #[arg(long)]
    watch: bool,
    /// Replace files in the way that this command did not make
    #[arg(long)]
    force: bool,
}

fn crate_name(text: &str) -> Result<String, String> {
    let is_part = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_');
    match text.starts_with(|c: char| c.is_ascii_alphabetic()) && text.chars().all(is_part) {
        true => Ok(text.to_owned()),
        false => Err("expected a name of letters, digits, - and _, as in my-contracts".to_owned()),
    }
}

fn runtime(text: &str) -> Result<typescript::Runtime, String> {
    // A package's name, or a path to one.
    let is_part = |c: char| c.is_ascii_alphanumeric() || matches!(c, '@' | '/' | '.' | '-' | '_' | '~' | '#');
    match text {
        "embedded" => Ok(typescript::Runtime::Embedded),
        "none" => Ok(typescript::Runtime::Without),
        name if !name.is_empty() && name.chars().all(is_part) => {
            Ok(typescript::Runtime::Package(name.to_owned()))
        }
        _ => Err("expected embedded, none, or the name of a package".to_owned()),
    }
}

pub(crate) async fn run(command: &BindingsCommand, global: &GlobalArgs, printer: &Printer) -> Outcome {
    match command {
        BindingsCommand::Rust(args) => {
            let (crate_name, client) = (args.crate_name.clone(), args.client.clone());
            let rust = Rust { crate_name, bytecode: args.bytecode, client };
            let emit: Emit = Arc::new(move |gathered| rust.emit(&gathered.bindings));
            let folder = args.output.out.clone();
            carry_out(Language::Rust, &args.input, &args.output, folder, emit, global, printer).await
        }
        BindingsCommand::TypeScript(args) => {
            let (runtime, bytecode) = (args.runtime.clone(), args.bytecode);
            let emit: Emit = Arc::new(move |gathered| {
                let of_interop = gathered.roots.is_empty() && gathered.read.is_empty();
                let options = typescript::Options { bytecode, runtime: runtime.clone(), of_interop };
                typescript::emit(&gathered.bindings, &options)
            });
            let folder = args.output.out.clone();
            carry_out(Language::TypeScript, &args.input, &args.output, folder, emit, global, printer).await
        }
        BindingsCommand::Json(args) => {
            let options = json::Options { bytecode: args.bytecode };
            let (folder, name) = json_place(&args.output.out)?;
            let emit: Emit = Arc::new(move |gathered| {
                let files = json::emit(&gathered.bindings, &options);
                files.into_values().map(|content| (PathBuf::from(&name), content)).collect()
            });
            carry_out(Language::Json, &args.input, &args.output, folder, emit, global, printer).await
        }
    }
}

/// The folder, and the name of the file in it.
fn json_place(out: &Path) -> Outcome<(PathBuf, String)> {
    match (out.extension(), out.file_name()) {
        (Some(extension), Some(name)) if extension == "json" && !out.is_dir() => {
            let name = name.to_str().ok_or_else(|| {
                Failure::usage("--out is no text").with_hint("name a file such as bindings.json")
            })?;
            let parent = out.parent().filter(|parent| !parent.as_os_str().is_empty());
            Ok((parent.unwrap_or(Path::new(".")).to_owned(), name.to_owned()))
        }
        _ => Ok((out.to_owned(), json::FILE.to_owned())),
    }
}

async fn carry_out(
    language: Language,
    input: &input::InputArgs,
    output: &OutputArgs,
    folder: PathBuf,
    emit: Emit,
    global: &GlobalArgs,
    printer: &Printer,
) -> Outcome {
    let mut interrupt = Interrupt::listen()?;
    let here = std::env::current_dir().what("cannot find the working directory")?;
    let profile = environment::read(environment::FOUNDRY_PROFILE);
    let request = input.request(here, profile.and_then(|profile| profile.into_string().ok()));
    let (out, check, force) = (output.out.clone(), output.check, output.force);
    let job = Job { language, request, out, folder, emit, check, force };
    if output.watch {
        if global.json {
            return Err(Failure::usage("--watch goes on, and --json prints one result")
                .with_hint("leave one of them away"));
        }
        return watch::run(job, &mut interrupt, printer).await;
    }
    let spinner = printer.spinner(format!("reading artifacts for {}", job.out.display()));
    let made = make::run(&job, &mut interrupt).await;
    drop(spinner);
    report::say(&job, &made?, printer)
}
