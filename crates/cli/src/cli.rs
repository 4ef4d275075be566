//! The command line.

use crate::{
    commands::{
        self, access_list::AccessListCommand, bindings::BindingsCommand, bridge::BridgeCommand,
        config::ConfigCommand, demo::DemoArgs, deploy::DeployCommand, devnet::DevnetArgs,
        genesis::GenesisArgs, message::MessageCommand, relayer::RelayerCommand, upgrade::UpgradeArgs,
        verifier::VerifierCommand,
    },
    global::GlobalArgs,
};
use clap::{Parser, Subcommand};
use clap_complete::Shell;

/// The toolkit for OP Stack interop: a devnet, a relayer, a bridge, and messages explained.
#[derive(Debug, Parser)]
#[command(name = "causeway", version = env!("CAUSEWAY_VERSION"), propagate_version = true, term_width = 80)]
#[command(after_help = "Start here:
  causeway demo                  the whole story, checked from chain state
  causeway devnet --autorelay    two chains and a relayer, until Ctrl-C

Exit codes:
  0    done
  1    failed
  2    wrong input, or refused before anything was sent
  3    sent (or perhaps) and not seen delivered: look before sending again
  4    not known: what was asked about cannot be read
  130  interrupted before anything was sent")]
pub(crate) struct Cli {
    #[command(subcommand)]
    pub(crate) command: Command,
    #[command(flatten)]
    pub(crate) global: GlobalArgs,
}

/// The jobs.
#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Show the whole story on this machine: two chains, transfers through the relayer, everything checked
    Demo(DemoArgs),
    /// Run an L1 and L2 chains behind a gateway that enforces interop, until Ctrl-C
    Devnet(DevnetArgs),
    /// Put contracts on chains: those of interop, and your own at one address everywhere
    #[command(subcommand)]
    Deploy(DeployCommand),
    /// Make the first state of chains, and the dependency set, as files
    Genesis(Box<GenesisArgs>),
    /// Move tokens or ETH from one chain to another
    #[command(subcommand)]
    Bridge(BridgeCommand),
    /// Send a message, follow it, relay it by hand
    #[command(subcommand)]
    Message(MessageCommand),
    /// Deliver messages as a service
    #[command(subcommand)]
    Relayer(RelayerCommand),
    /// Say whether messages are valid and blocks safe, as a service or by hand
    #[command(subcommand)]
    Verifier(VerifierCommand),
    /// Make bindings of contracts for dapps, which call other chains as they call their own
    #[command(subcommand)]
    Bindings(BindingsCommand),
    /// Make the network upgrade transactions that bring interop to a live chain
    Upgrade(UpgradeArgs),
    /// The access list of an executing transaction, by hand
    #[command(subcommand)]
    AccessList(AccessListCommand),
    /// The configuration in force
    #[command(subcommand)]
    Config(ConfigCommand),
    /// Print completions for a shell
    #[command(after_help = commands::completions::INSTALL)]
    Completions {
        /// The shell
        shell: Shell,
    },
}

impl Command {
    /// Whether it runs until it is stopped, and so tells what it does while it does it.
    pub(crate) const fn is_service(&self) -> bool {
        matches!(
            self,
            Self::Devnet(_) | Self::Relayer(RelayerCommand::Run(_)) | Self::Verifier(VerifierCommand::Run(_))
        )
    }

    /// Whether it may have sent a transaction by the time it ends.
    pub(crate) const fn is_sender(&self) -> bool {
        matches!(
            self,
            Self::Bridge(_)
                | Self::Message(MessageCommand::Send(_))
                | Self::Message(MessageCommand::Relay(_))
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use clap::CommandFactory;
    use std::collections::BTreeSet;

    #[test]
    fn the_command_line_is_consistent() {
        Cli::command().debug_assert();
    }

    #[test]
    fn every_command_has_an_example() {
        fn visit(command: &clap::Command) {
            if command.has_subcommands() {
                command.get_subcommands().filter(|c| c.get_name() != "help").for_each(visit);
            } else {
                let help = command.get_after_help().map(ToString::to_string).unwrap_or_default();
                assert!(help.contains("Example"), "`{}` has no example in its help", command.get_name());
            }
        }
        visit(&Cli::command());
    }

    /// Whoever adds a command says there what it prints with `--json`.
    #[test]
    fn every_command_has_a_schema_and_no_other_has() {
        fn visit(command: &clap::Command, name: &str, names: &mut BTreeSet<String>) {
            if !command.has_subcommands() {
                names.insert(name.to_owned());
            }
            for command in command.get_subcommands().filter(|command| command.get_name() != "help") {
                visit(command, &format!("{name}-{}", command.get_name()), names);
            }
        }
        let schema: serde_json::Value =
            serde_json::from_str(include_str!("../../../docs/json.schema.json")).unwrap();
        let listed = schema["$defs"].as_object().unwrap().keys().filter(|name| name.starts_with("causeway-"));
        let mut names = BTreeSet::new();
        visit(&Cli::command(), "causeway", &mut names);
        assert_eq!(listed.cloned().collect::<BTreeSet<_>>(), names);
    }
}
