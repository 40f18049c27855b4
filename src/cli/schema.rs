//! `irc schema`: JSON Schemas of what the tool reads and prints.

use anyhow::bail;
use schemars::{Schema, schema_for};

use super::Outcome;
use super::config::Written;
use super::output::{Output, Stream};
use super::suggest::did_you_mean;
use crate::render::{cases, decision, diff, doctor, json, metadata, reality, shares, summary, tested};
use crate::{emit, model};

const EXAMPLES: &str = "\
Examples:
  irc schema                    all names
  irc schema report > report.schema.json";

/// Print the JSON Schema of a file or an output of this tool
#[derive(clap::Args, Debug)]
#[command(after_help = EXAMPLES)]
pub(super) struct Args {
    /// Which one; without it all are listed
    name: Option<String>,
}

/// A published schema. What is printed is the committed file; a test makes all of them anew and compares.
#[derive(Debug)]
pub struct Published {
    /// What it is asked for by: its file is `schemas/<name>.schema.json`.
    pub name: &'static str,
    /// What it describes, in a few words.
    pub what: &'static str,
    /// The committed file.
    pub text: &'static str,
    make: fn() -> Schema,
}

impl Published {
    /// The schema as the types have it now.
    pub fn generate(&self) -> Schema {
        let mut schema = (self.make)();
        schema.insert("$id".to_owned(), format!("{}.schema.json", self.name).into());
        schema
    }
}

macro_rules! published {
    ($( $name:literal, $what:literal, $make:expr; )*) => {
        /// Every published schema.
        pub static SCHEMAS: &[Published] = &[$(Published {
            name: $name,
            what: $what,
            text: include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/schemas/", $name, ".schema.json")),
            make: $make,
        }),*];
    };
}

published! {
    "router", "a router definition", model::schema::definition;
    "shared", "a file that definitions share", model::schema::shared;
    "suite", "a file of tests for a router", model::schema::suite;
    "config", "irc.toml", || schema_for!(Written);
    "settings", "irc config --format json", || schema_for!(super::config::show::Output);
    "report", "irc check --format json", || schema_for!(json::Output<'static>);
    "baseline", "a file of irc check --write-baseline", || schema_for!(super::baseline::File);
    "wire", "irc build", emit::schema::wire;
    "update", "irc build --update", emit::schema::update;
    "decision", "a line of irc simulate --format jsonl", || schema_for!(decision::Record);
    "simulation", "irc simulate --format json", || schema_for!(summary::Summary);
    "shares", "irc simulate --shares --format json", || schema_for!(shares::Shares);
    "response", "irc explain-response --format json", || schema_for!(reality::Explained);
    "diff", "irc diff --format json", || schema_for!(diff::json::Output);
    "test", "irc test --format json", || schema_for!(tested::Output);
    "cases", "irc cases --format json", || schema_for!(cases::Listing);
    "metadata", "irc metadata infer --format json", || schema_for!(metadata::Listing);
    "metadata-check", "irc metadata check --format json", || schema_for!(metadata::Comparison);
    "doctor", "irc doctor --format json", || schema_for!(doctor::Diagnosis);
    "explain", "irc explain --format json", || schema_for!(super::explain::Output);
    "models", "irc models list, show and compare --format json", || schema_for!(super::models::Listing);
    "models-import", "irc models import --format json", || schema_for!(super::models::ImportOutput);
    "models-retiring", "irc models retiring --format json", || schema_for!(super::models::RetiringOutput);
    "models-replace", "irc models replace --format json", || schema_for!(super::models::ReplaceOutput);
    "models-impact", "irc models impact --format json", || schema_for!(super::models::ImpactOutput);
}

pub(super) fn run(args: &Args, output: &mut Output) -> anyhow::Result<Outcome> {
    let out = output.stream(Stream::Out);
    let Some(name) = &args.name else {
        for entry in SCHEMAS {
            writeln!(out, "{:<15} {}", entry.name, entry.what)?;
        }
        return Ok(Outcome::Clean);
    };
    let Some(entry) = SCHEMAS.iter().find(|entry| entry.name == name) else {
        let names = SCHEMAS.iter().map(|entry| entry.name);
        let near = did_you_mean(name, names);
        let more = if near.is_empty() { "; `irc schema` lists them" } else { &near };
        bail!("there is no schema `{name}`{more}");
    };
    out.write_all(entry.text.as_bytes())?;
    Ok(Outcome::Clean)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn schemas_are_schemas_and_say_what_things_are() {
        for entry in SCHEMAS {
            let schema = entry.generate();
            assert!(jsonschema::meta::is_valid(schema.as_value()), "{}", entry.name);
            assert!(schema.get("description").is_some(), "{}", entry.name);
        }
    }

    #[test]
    fn the_config_schema_knows_levels() {
        let schema = schema_for!(Written);
        let validator = jsonschema::validator_for(schema.as_value()).unwrap();
        assert!(validator.is_valid(&serde_json::json!({"lint": {"x": "off"}, "models": {"extra": ["a/b"]}})));
        assert!(!validator.is_valid(&serde_json::json!({"lint": {"x": "loud"}})));
        assert!(!validator.is_valid(&serde_json::json!({"linnt": {}})));
    }
}
