//! `causeway completions`.

use crate::{
    environment,
    failure::{Failure, Outcome, OutcomeExt},
    printer::Printer,
};
use clap_complete::{Shell, env::Shells};
use serde_json::json;

/// Where each shell wants them.
pub(crate) const INSTALL: &str = "Examples, one for each shell, to be typed once:
  causeway completions bash > \\
    ~/.local/share/bash-completion/completions/causeway
  echo 'source <(causeway completions zsh)' >> ~/.zshrc
  causeway completions fish > ~/.config/fish/completions/causeway.fish
  causeway completions elvish >> ~/.config/elvish/rc.elv
  causeway completions powershell >> $PROFILE

The script asks the causeway on the PATH what fits, so that it offers the chains
of causeway.toml and of the devnets that run.";

pub(crate) fn run(shell: Shell, printer: &Printer) -> Outcome {
    let (name, mut script) = (shell.to_string(), Vec::new());
    let shells = Shells::builtins();
    let completer = shells.completer(&name).ok_or_else(|| {
        Failure::usage(format!("there are no completions for {name}"))
            .with_hint("`causeway completions --help`")
    })?;
    completer
        .write_registration(environment::COMPLETE, "causeway", "causeway", "causeway", &mut script)
        .what("cannot make the script")?;
    let script = String::from_utf8_lossy(&script);
    printer.result(script.trim_end(), &json!({ "shell": name, "script": script }));
    Ok(())
}
