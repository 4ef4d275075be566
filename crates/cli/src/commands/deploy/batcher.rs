//! `causeway deploy batcher` and `gateway`: contracts of ours whose address follows from their code alone.

use super::{args::DeployArgs, carry_out::prepare};
use crate::{
    context::Context,
    failure::{Failure, Outcome},
};
use causeway_deploy::create2::deployed_at_salt_zero;

pub(super) async fn run(name: &str, args: &DeployArgs, context: &Context<'_>) -> Outcome {
    let creation = deployed_at_salt_zero().into_iter().find(|creation| creation.name == name);
    let creation = creation.ok_or_else(|| Failure::failed(format!("there is no {name} in this program")))?;
    let ready = prepare(|_, _| Ok(creation), args, context).await?;
    ready.carry_out(args, context).await?.0.print(context);
    Ok(())
}
