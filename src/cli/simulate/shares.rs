//! `irc simulate --shares`: what a router comes to without any request.

use anyhow::bail;

use super::{Args, Form};
use crate::cli::Outcome;
use crate::cli::output::{Output, Stream};
use crate::compile::Plan;
use crate::render::json;
use crate::render::shares::{self, Shares};
use crate::simulate::{Outages, providers};

pub(super) fn run(
    plans: &[Plan],
    outages: &Outages,
    args: &Args,
    output: &mut Output,
) -> anyhow::Result<Outcome> {
    let each = args.down.iter().any(|down| down == super::EACH);
    let failing = if each { providers(plans) } else { Vec::new() };
    let found = Shares::new(plans, outages, &failing);
    let options = output.options(Stream::Out, true);
    let out = output.stream(Stream::Out);
    match args.format {
        Form::Human => shares::human(&found, &options, out)?,
        Form::Json => json::pretty(&found, out)?,
        Form::Csv => shares::csv(&found, out)?,
        Form::Jsonl => bail!("--shares comes to a table: ask for it as human, json or csv, not as jsonl"),
    }
    Ok(Outcome::Clean)
}
