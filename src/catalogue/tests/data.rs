//! The table: its one canonical form, and how it is made.

use std::fmt::Write as _;

use crate::catalogue::{Capability, Catalogue, Model, Origin};

const PATH: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/data/catalogue.tsv");

struct Source {
    date: String,
    sources: Vec<String>,
    note: String,
    models: Vec<Model>,
}

impl Source {
    fn table() -> Source {
        let snapshot = Catalogue::snapshot();
        let catalogue = Catalogue::embedded();
        Source {
            date: snapshot.date.unwrap().to_string(),
            sources: snapshot.sources.iter().map(ToString::to_string).collect(),
            note: snapshot.note.to_owned(),
            models: catalogue.ids().map(|id| catalogue.get(id).unwrap()).collect(),
        }
    }

    fn json(text: &str) -> Source {
        let json: serde_json::Value = serde_json::from_str(text).unwrap();
        let snapshot = &json["snapshot"];
        let line = |value: &serde_json::Value| value.as_str().unwrap().replace(['\n', '\r'], " ");
        Source {
            date: line(&snapshot["date"]),
            sources: snapshot["sources"].as_array().unwrap().iter().map(line).collect(),
            note: line(&snapshot["note"]),
            models: crate::catalogue::overlay::read(text).unwrap(),
        }
    }

    /// The canonical form.
    fn encode(mut self) -> String {
        self.models.sort_by_key(Model::id);
        let mut out = format!("# date: {}\n", self.date);
        for source in &self.sources {
            writeln!(out, "# source: {source}").unwrap();
        }
        writeln!(out, "# note: {}", self.note).unwrap();
        out += "# Below, prices are per million tokens; see README.md beside this file.\n";
        out += "# id\tcreator\tprompt\tcompletion\tcache_read\tcache_write\tcontext\tmax_output\tinput\toutput\tcan\tretires_on\n";
        for model in &self.models {
            out += &row(model);
            out.push('\n');
        }
        out
    }
}

fn row(model: &Model) -> String {
    let text = |value: Option<String>| value.unwrap_or_default();
    let capability = |capability: Capability| {
        let letter = match capability {
            Capability::FunctionCalling => 'F',
            Capability::WebSearch => 'W',
            Capability::Reasoning => 'R',
            Capability::ResponseSchema => 'S',
            Capability::Vision => 'V',
            Capability::PromptCaching => 'C',
        };
        Some(if model.capabilities.get(capability)? { letter } else { letter.to_ascii_lowercase() })
    };
    let columns = [
        model.id(),
        text(model.creator.clone()),
        text(model.prices.prompt.map(per_million)),
        text(model.prices.completion.map(per_million)),
        text(model.prices.cache_read.map(per_million)),
        text(model.prices.cache_write.map(per_million)),
        text(model.context.map(|tokens| tokens.to_string())),
        text(model.max_output.map(|tokens| tokens.to_string())),
        model.input.join(","),
        model.output.join(","),
        Capability::ALL.into_iter().filter_map(capability).collect(),
        text(model.retires_on.map(|date| date.to_string())),
    ];
    columns.join("\t").trim_end().to_owned()
}

/// Dollars per token as dollars per million tokens, by moving the point in the shortest text.
fn per_million(price: f64) -> String {
    let text = format!("{price:e}");
    let (digits, exponent) = text.split_once('e').unwrap();
    let whole = digits.find('.').unwrap_or(digits.len()) as i32;
    let digits = digits.replace('.', "");
    let point = whole + exponent.parse::<i32>().unwrap() + 6;
    let moved = match usize::try_from(point) {
        Err(_) | Ok(0) => format!("0.{}{digits}", "0".repeat(point.unsigned_abs() as usize)),
        Ok(point) if point >= digits.len() => format!("{digits}{}", "0".repeat(point - digits.len())),
        Ok(point) => {
            let (whole, fraction) = digits.split_at(point);
            format!("{whole}.{fraction}")
        }
    };
    if price == 0.0 { "0".to_owned() } else { moved }
}

#[test]
fn the_table_is_canonical() {
    let source = match std::env::var_os("IRC_MODELS") {
        Some(path) => Source::json(&std::fs::read_to_string(path).unwrap()),
        None => Source::table(),
    };
    let expected = source.encode();
    if std::env::var_os("IRC_BLESS").is_some() {
        std::fs::write(PATH, expected).unwrap();
    } else {
        let table = std::fs::read_to_string(PATH).unwrap();
        for (table, expected) in table.lines().zip(expected.lines()) {
            assert_eq!(table, expected, "run with IRC_BLESS=1 to mend");
        }
        assert_eq!(table, expected);
    }
}

#[test]
fn every_id_is_found_and_none_comes_twice() {
    let catalogue = Catalogue::embedded();
    let ids: Vec<&str> = catalogue.ids().collect();
    assert!(ids.len() >= 390 && ids.is_sorted_by(|a, b| a < b));
    for id in ids {
        let model = catalogue.get(id).unwrap_or_else(|| panic!("{id}"));
        assert_eq!((model.id().as_str(), model.origin), (id, Origin::Snapshot));
        assert!(catalogue.contains(id) && catalogue.has_provider(&model.provider), "{id}");
        let (shorter, _) = id.split_at(id.len() - 1);
        for near in [format!("{id}x"), format!("{id}\t"), shorter.to_owned(), format!("a{id}")] {
            assert!(catalogue.ids().any(|id| id == near) || catalogue.get(&near).is_none(), "{near}");
        }
    }
    for odd in ["", "/", "#", "~", "zzz/zzz", "0", "\n", "xai", "openai/", "# date: 2026-11-22"] {
        assert!(catalogue.get(odd).is_none() && !catalogue.contains(odd), "{odd}");
    }
}

/// The snapshot as the Models API would answer it, read back: every fact of every row comes through.
#[test]
fn every_row_survives_the_shape_of_the_models_api() {
    let embedded = Catalogue::embedded();
    let models: Vec<Model> = embedded.ids().map(|id| embedded.get(id).unwrap()).collect();
    let json = serde_json::json!({ "models": models.iter().map(answer).collect::<Vec<_>>() }).to_string();
    let read = crate::catalogue::overlay::read(&json).unwrap();
    assert_eq!(read.len(), models.len());
    for (read, model) in read.into_iter().zip(models) {
        assert_eq!(read, Model { origin: Origin::User, ..model });
    }
}

fn answer(model: &Model) -> serde_json::Value {
    let can = &model.capabilities;
    serde_json::json!({
        "model": model.model,
        "provider": model.provider,
        "modelCreator": model.creator,
        "pricing": {
            "promptToken": model.prices.prompt,
            "completionToken": model.prices.completion,
            "cacheReadToken": model.prices.cache_read,
            "cacheWriteToken": model.prices.cache_write,
        },
        "spec": {
            "inputModalities": model.input,
            "outputModalities": model.output,
            "contextLength": model.context,
            "maxCompletionTokens": model.max_output,
            "capabilities": {
                "functionCalling": can.function_calling,
                "webSearch": can.web_search,
                "reasoning": can.reasoning,
                "responseSchema": can.response_schema,
                "vision": can.vision,
                "promptCaching": can.prompt_caching,
            },
        },
        "retiresOn": model.retires_on.map(|date| date.to_string()),
        "isSupported": model.supported,
    })
}

#[test]
fn prices_move_their_point_without_loss() {
    for (price, text) in [
        (1.75e-6, "1.75"),
        (3e-6, "3"),
        (1.5e-5, "15"),
        (0.0006, "600"),
        (2.288e-7, "0.2288"),
        (5e-9, "0.005"),
        (1.25e-4, "125"),
        (1e-12, "0.000001"),
        (2.0, "2000000"),
        (0.0, "0"),
    ] {
        assert_eq!(per_million(price), text);
        assert_eq!(format!("{text}e-6").parse::<f64>().unwrap(), price);
    }
}
