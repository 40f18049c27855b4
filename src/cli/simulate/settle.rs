//! What the arguments come to.

use std::path::{Path, PathBuf};

use anyhow::{anyhow, bail};

use super::super::files;
use super::Args;
use super::work::Costs;
use crate::catalogue::{Catalogue, ModelId};
use crate::compile::{Plan, Rank};
use crate::diag::suggest::and_list;
use crate::simulate::{Outage, Outages, Prices, Quotas, Rate};

/// What `--down` takes besides outages.
pub(super) const EACH: &str = "each";

/// What is down. A model that is not in the catalogue can fail if a definition names it.
pub(super) fn outages(texts: &[String], plans: &[Plan], catalogue: &Catalogue) -> anyhow::Result<Outages> {
    let mut known: Vec<&str> = Vec::new();
    let routes = plans.iter().flat_map(|plan| plan.routes.iter().chain(&plan.default));
    for rank in routes.flat_map(|route| &route.variants).flat_map(|variant| &variant.chain.ranks) {
        match rank {
            Rank::Model(id) => known.push(id),
            Rank::Tied(ids) => known.extend(ids.iter().map(|id| &**id)),
            Rank::Open => {}
        }
    }
    let outages = texts.iter().filter(|text| *text != EACH).map(|text| {
        Outage::parse(text, catalogue, &known).map_err(|error| anyhow!("--down {text}: {error}"))
    });
    Ok(Outages(outages.collect::<Result<_, _>>()?))
}

/// Requests find their router by its name.
pub(super) fn one_of_each_name(plans: &[Plan]) -> anyhow::Result<()> {
    for (at, plan) in plans.iter().enumerate() {
        if plans.iter().take(at).any(|other| other.router == plan.router) {
            bail!("two of the definitions are called `{}`: requests for it could go to either", plan.router);
        }
    }
    Ok(())
}

/// Which paths are definitions and which, the last, holds requests.
pub(super) fn split(paths: &[PathBuf], inline: bool) -> anyhow::Result<(&[PathBuf], Option<&Path>)> {
    match (paths, inline) {
        (all, true) => Ok((all, None)),
        ([routers @ .., requests], false) if !routers.is_empty() => Ok((routers, Some(requests))),
        _ => bail!(
            "no requests: name a file of requests behind the definition, - for standard input, or give --request"
        ),
    }
}

/// What each provider lets through in a minute.
pub(super) fn quotas(path: &Path, plans: &[Plan], catalogue: &Catalogue) -> anyhow::Result<Quotas> {
    let shown = path.display();
    let bytes = files::read(path).map_err(|reason| anyhow!("cannot read {shown}: {reason}"))?;
    let text = String::from_utf8(bytes).map_err(|_| anyhow!("cannot read {shown}: it is not UTF-8"))?;
    let quotas = Quotas::read(&text).map_err(|reason| anyhow!("{shown}: {reason}"))?;
    let named = crate::simulate::providers(plans);
    for provider in quotas.0.keys() {
        if !catalogue.has_provider(provider) && !named.iter().any(|name| **name == **provider) {
            let near = catalogue.nearest_providers(provider);
            let near = match near.as_slice() {
                [] => String::new(),
                near => format!("; did you mean {}?", and_list(near.iter().take(1))),
            };
            bail!("{shown}: there is no provider `{provider}`{near}");
        }
    }
    Ok(quotas)
}

/// What a minute is.
pub(super) fn rate(args: &Args) -> anyhow::Result<Rate> {
    match (args.per_minute, &args.time_field) {
        (Some(rate), _) if !rate.is_finite() || rate <= 0.0 => {
            bail!("--per-minute: `{rate}` is no number of requests above 0")
        }
        (Some(rate), _) => Ok(Rate::PerMinute(rate)),
        (None, Some(_)) => Ok(Rate::Times),
        (None, None) if args.quota.is_some() => bail!(
            "a quota is for a minute: say how many requests of the log come in one (--per-minute 600), or where its \
             records tell when they were made (--time-field created)"
        ),
        (None, None) => Ok(Rate::Unknown),
    }
}

/// What costs are made of. Whatever needs tokens has them estimated where the log does not tell.
pub(super) fn costs<'a>(
    args: &'a Args,
    plans: &[Plan],
    catalogue: &'a Catalogue,
    quotas: &Quotas,
) -> anyhow::Result<Costs<'a>> {
    let prices = Prices::new(plans, catalogue);
    let baseline = match args.baseline_model.as_deref() {
        None => None,
        Some(id) => {
            let known = ModelId::parse(id).ok().is_some_and(|id| catalogue.contains(id.name));
            let Some(rates) = prices.rates(id) else {
                let near = catalogue.nearest(id, 1);
                match (known, near.first()) {
                    (true, _) => bail!("--baseline-model: no price is known for `{id}`"),
                    (false, Some(near)) => {
                        bail!("--baseline-model: there is no model `{id}`; did you mean `{}`?", near.id)
                    }
                    (false, None) => bail!("--baseline-model: there is no model `{id}`"),
                }
            };
            Some((id, rates))
        }
    };
    let bounded = quotas.0.values().any(|quota| quota.tokens_per_minute.is_some());
    let estimate = args.cost || args.output_tokens.is_some() || baseline.is_some() || bounded;
    Ok(Costs { prices, estimate, output: args.output_tokens, baseline })
}
