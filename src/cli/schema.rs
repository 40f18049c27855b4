//! `irc schema`: JSON Schemas of what the tool reads and prints.

use anyhow::bail;
use schemars::{Schema, schema_for};

use super::Outcome;
use super::config::Written;
use super::output::{Output, Stream};
use super::suggest::did_you_mean;
use crate::render::json;

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

struct Entry {
    name: &'static str,
    what: &'static str,
    schema: fn() -> Schema,
}

static SCHEMAS: &[Entry] = &[
    Entry { name: "config", what: "irc.toml", schema: || schema_for!(Written) },
    Entry { name: "report", what: "irc check --format json", schema: || schema_for!(json::Output<'static>) },
];

pub(super) fn run(args: &Args, output: &mut Output) -> anyhow::Result<Outcome> {
    let out = output.stream(Stream::Out);
    let Some(name) = &args.name else {
        for entry in SCHEMAS {
            writeln!(out, "{:<10} {}", entry.name, entry.what)?;
        }
        return Ok(Outcome::Clean);
    };
    let Some(entry) = SCHEMAS.iter().find(|entry| entry.name == name) else {
        let names = SCHEMAS.iter().map(|entry| entry.name);
        bail!("there is no schema `{name}`{}; `irc schema` lists them", did_you_mean(name, names));
    };
    serde_json::to_writer_pretty(&mut *out, &(entry.schema)())?;
    writeln!(out)?;
    Ok(Outcome::Clean)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn schemas_are_schemas_and_say_what_things_are() {
        for entry in SCHEMAS {
            let schema = (entry.schema)();
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
