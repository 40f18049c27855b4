//! The published schemas: the committed files are what the types say, and the one of definitions agrees with the tool.

use std::fs;

use irc::cli::{Published, SCHEMAS};
use serde_json::Value;

use crate::read::read;
use crate::tree::ROOT;

fn schema(name: &str) -> Value {
    let published: &Published = SCHEMAS.iter().find(|s| s.name == name).unwrap();
    published.generate().to_value()
}

/// `IRC_BLESS=1` writes the committed files anew.
#[test]
fn committed_schemas_are_current() {
    for published in SCHEMAS {
        let path = format!("{ROOT}/schemas/{}.schema.json", published.name);
        let text = irc::emit::to_json(&published.generate());
        if std::env::var_os("IRC_BLESS").is_some() {
            fs::write(&path, &text).unwrap();
        } else {
            assert_eq!(published.text, text, "{path} is stale: run the tests with IRC_BLESS=1");
        }
    }
    let files = fs::read_dir(format!("{ROOT}/schemas")).unwrap().count();
    assert_eq!(files, SCHEMAS.len(), "a file of `schemas/` belongs to nothing");
}

/// Keys that stand with a value wherever one of the schemas says something about them.
const CASES: &[(Place, bool, &str)] = &[
    // The router.
    (Place::Root, true, "{name: a, default: {model: x}}"),
    (Place::Root, true, "{irc: 1, name: a, display_name: A, description: why, default: {model: x}}"),
    (Place::Root, true, "{name: routers/a-1, routes: [], default: {model: x}}"),
    (Place::Root, true, "{name: a, routes: [{id: r, when: x, model: m}]}"),
    (Place::Root, true, "{name: a, default: {model: x}, x-owner: [1, {b: c}]}"),
    (Place::Root, true, "{name: a, default: {model: x}, defaults: {text_generation_config: {seed: -3}}}"),
    (Place::Root, false, "[]"),
    (Place::Root, false, "text"),
    (Place::Root, false, "{default: {model: x}}"),
    (Place::Root, false, "{name: A, default: {model: x}}"),
    (Place::Root, false, "{name: inworld/a, default: {model: x}}"),
    (Place::Root, false, "{name: 7, default: {model: x}}"),
    (Place::Root, false, "{name: a}"),
    (Place::Root, false, "{name: a, routes: []}"),
    (Place::Root, false, "{name: a, default: null}"),
    (Place::Root, false, "{irc: 2, name: a, default: {model: x}}"),
    (Place::Root, false, "{irc: '1', name: a, default: {model: x}}"),
    (Place::Root, false, "{name: a, displayName: A, default: {model: x}}"),
    (Place::Root, false, "{name: a, default: {model: x}, display_name: null}"),
    (Place::Root, false, "{name: a, default: {model: x}, description: [a]}"),
    (Place::Root, false, "{name: a, default: {model: x}, routs: []}"),
    (Place::Root, false, "{name: a, default: {model: x}, defaults: {compression: {}}}"),
    (Place::Root, false, "{name: a, default: {model: x, when: 'true'}}"),
    (Place::Root, false, "{name: a, default: {id: '', model: x}}"),
    (Place::Root, false, "{name: a, default: [{model: x}]}"),
    // Routes.
    (Place::Route, true, "id: r, when: true, model: m"),
    (Place::Route, true, "id: r, when: a == 1, model: m, variant: v, weight: 100, description: d"),
    (Place::Route, true, "id: r, when: a, variants: [{id: v, model: m}]"),
    (
        Place::Route,
        true,
        "id: r, when: a, variants: [{id: v, model: m, weight: 1}, {id: w, model: m, weight: 99}]",
    ),
    (Place::Route, true, "id: r, when: a, x-note: n, variants: [{id: v, model: m, description: d, x-a: b}]"),
    (Place::Route, false, "when: a, model: m"),
    (Place::Route, false, "id: r, model: m"),
    (Place::Route, false, "id: r, when: a"),
    (Place::Route, false, "id: 5, when: a, model: m"),
    (Place::Route, false, "id: ' ', when: a, model: m"),
    (Place::Route, false, "id: r, when: 5, model: m"),
    (Place::Route, false, "id: r, when: '', model: m"),
    (Place::Route, false, "id: r, when: null, model: m"),
    (Place::Route, false, "id: r, when: [a], model: m"),
    (Place::Route, false, "id: r, when: a, model: null"),
    (Place::Route, false, "id: r, when: a, model: m, variants: [{id: v, model: m}]"),
    (Place::Route, false, "id: r, when: a, weight: 100, variants: [{id: v, model: m}]"),
    (Place::Route, false, "id: r, when: a, variants: []"),
    (Place::Route, false, "id: r, when: a, variants: {id: v, model: m}"),
    (Place::Route, false, "id: r, when: a, variants: [{model: m}]"),
    (Place::Route, false, "id: r, when: a, variants: [{id: v}]"),
    (Place::Route, false, "id: r, when: a, variants: [{id: v, model: m, weight: 50}, {id: w, model: m}]"),
    (Place::Route, false, "id: r, when: a, variants: [{id: v, model: m, when: b}]"),
    (Place::Route, false, "id: r, when: a, variants: [{id: v, model: m, colour: red}]"),
    // The keys of a variant.
    (Place::Variant, true, "weight: 0"),
    (Place::Variant, true, "fallbacks: a/b, ignore: [], provider: {order: [a, b], allow_fallbacks: false}"),
    (Place::Variant, true, "sort: price"),
    (Place::Variant, true, "sort: [intelligence, price asc, ' latency  desc ', {math: ascending}]"),
    (Place::Variant, true, "sort: {metric: coding, direction: descending, x-why: w}"),
    (
        Place::Variant,
        true,
        "web_search: {engine: exa, max_results: 20, max_steps: 5}, compression: {aggressiveness: 1}",
    ),
    (Place::Variant, true, "web_search_options: {search_context_size: low}"),
    (
        Place::Variant,
        true,
        "message_templates: [{role: system, content: ''}, {role: user, content_items: [{text: t}]}]",
    ),
    (
        Place::Variant,
        true,
        "message_templates: [{role: assistant, content: c, tool_calls: [{name: f, args: [1]}]}]",
    ),
    (
        Place::Variant,
        true,
        "text_generation_config: {max_tokens: 1, temperature: 2, top_p: 1, presence_penalty: -2}",
    ),
    (
        Place::Variant,
        true,
        "text_generation_config: {stop_sequences: [a, b, c, d], logit_bias: [{token_id: '1', bias_value: -1}]}",
    ),
    (
        Place::Variant,
        true,
        "text_generation_config: {reasoning: {effort: xhigh, max_tokens: 10, exclude: true}, x-a: 1}",
    ),
    (Place::Variant, false, "weight: 101"),
    (Place::Variant, false, "weight: -1"),
    (Place::Variant, false, "weight: 12.5"),
    (Place::Variant, false, "weight: '50'"),
    (Place::Variant, false, "candidates: [openai]"),
    (Place::Variant, false, "fallbacks: [a/b], candidates: [openai]"),
    (Place::Variant, false, "fallbacks: [5]"),
    (Place::Variant, false, "fallbacks: ['']"),
    (Place::Variant, false, "ignore: {a: b}"),
    (Place::Variant, false, "sort: cost"),
    (Place::Variant, false, "sort: Price"),
    (Place::Variant, false, "sort: ''"),
    (Place::Variant, false, "sort: price up"),
    (Place::Variant, false, "sort: price asc now"),
    (Place::Variant, false, "sort: SORT_METRIC_PRICE"),
    (Place::Variant, false, "sort: [5]"),
    (Place::Variant, false, "sort: {price: up}"),
    (Place::Variant, false, "sort: {price: asc, latency: asc}"),
    (Place::Variant, false, "sort: {direction: asc}"),
    (Place::Variant, false, "sort: {metric: price, order: asc}"),
    (Place::Variant, false, "provider: openai"),
    (Place::Variant, false, "provider: {only: [openai]}"),
    (Place::Variant, false, "provider: {allow_fallbacks: 'no'}"),
    (Place::Variant, false, "model_selection: {models: [a/b]}"),
    (Place::Variant, false, "web_search: {engine: bing}"),
    (Place::Variant, false, "web_search: {max_results: 21}"),
    (Place::Variant, false, "web_search: {max_steps: 0}"),
    (Place::Variant, false, "web_search: true"),
    (Place::Variant, false, "web_search: {}, web_search_options: {}"),
    (Place::Variant, false, "web_search_options: {search_context_size: huge}"),
    (Place::Variant, false, "compression: {aggressiveness: 1.5}"),
    (Place::Variant, false, "compression: {agressiveness: 0.5}"),
    (Place::Variant, false, "text_generation_config: null"),
    (Place::Variant, false, "text_generation_config: {max_tokens: 0}"),
    (Place::Variant, false, "text_generation_config: {max_tokens: 1.5}"),
    (Place::Variant, false, "text_generation_config: {temperature: 2.1}"),
    (Place::Variant, false, "text_generation_config: {temperature: '1'}"),
    (Place::Variant, false, "text_generation_config: {top_p: 0}"),
    (Place::Variant, false, "text_generation_config: {top_p: 1.1}"),
    (Place::Variant, false, "text_generation_config: {presence_penalty: -2.5}"),
    (Place::Variant, false, "text_generation_config: {frequency_penalty: 3}"),
    (Place::Variant, false, "text_generation_config: {repetition_penalty: 0}"),
    (Place::Variant, false, "text_generation_config: {stop_sequences: [a, b, c, d, e]}"),
    (Place::Variant, false, "text_generation_config: {stop_sequences: a}"),
    (Place::Variant, false, "text_generation_config: {seed: a}"),
    (Place::Variant, false, "text_generation_config: {logit_bias: [{token_id: 1, bias_value: 1}]}"),
    (Place::Variant, false, "text_generation_config: {logit_bias: [{token_id: '1'}]}"),
    (Place::Variant, false, "text_generation_config: {reasoning: {effort: max}}"),
    (Place::Variant, false, "text_generation_config: {reasoning: {max_tokens: 0}}"),
    (Place::Variant, false, "text_generation_config: {maxTokens: 5}"),
    (Place::Variant, false, "message_templates: {role: system, content: c}"),
    (Place::Variant, false, "message_templates: [{content: c}]"),
    (Place::Variant, false, "message_templates: [{role: system}]"),
    (Place::Variant, false, "message_templates: [{role: system, content: c, content_items: [{text: t}]}]"),
    (Place::Variant, false, "message_templates: [{role: system, content_items: [{txt: t}]}]"),
    (Place::Variant, false, "message_templates: [{role: assistant, tool_calls: [{id: a}]}]"),
    (Place::Root, true, "{name: a, default: {model: auto, candidates: openai, sort: price}}"),
    (Place::Root, false, "{name: a, default: {model: auto, fallbacks: [openai/x]}}"),
    // Metadata.
    (Place::Root, true, "{name: a, default: {model: x}, metadata: shared.yaml}"),
    (Place::Root, false, "{name: a, default: {model: x}, metadata: [tier]}"),
    (Place::Root, false, "{name: a, default: {model: x}, metadata: 5}"),
    (
        Place::Root,
        true,
        "{name: a, default: {model: x}, prompt_variables: {agent-name: string, in: {type: int}, x-a: 1}}",
    ),
    (Place::Root, false, "{name: a, default: {model: x}, prompt_variables: {agent: text}}"),
    (Place::Metadata, true, "tier: string, _n1: ' int ', x-note: {a: b}"),
    (Place::Metadata, true, "a: 'list(string)', b: 'map(string, list(int))', c: 'list (dyn)'"),
    (
        Place::Metadata,
        true,
        "a: {type: string, enum: [x, y], required: true, nullable: false, description: d, x-a: 1}",
    ),
    (
        Place::Metadata,
        true,
        "a: {enum: [1, 2]}, b: {type: number, min: 0, max: 1.5}, c: {type: number, enum: [1, 2.5]}",
    ),
    (
        Place::Metadata,
        true,
        "a: {type: list, items: string}, b: {items: {type: int}}, c: {type: map, values: bool}",
    ),
    (
        Place::Metadata,
        true,
        "a: {type: map, fields: {plan-x: string, x-b: {type: string, enum: [c]}}}, b: {fields: {}}",
    ),
    (Place::Metadata, true, "a: {type: dyn, enum: [x, 1, null]}"),
    (Place::Metadata, false, "user-tier: string"),
    (Place::Metadata, false, "1a: string"),
    (Place::Metadata, false, "package: string"),
    (Place::Metadata, false, "messages: list"),
    (Place::Metadata, false, "a: text"),
    (Place::Metadata, false, "a: 'set(string)'"),
    (Place::Metadata, false, "a: 'map(int, string)'"),
    (Place::Metadata, false, "a: timestamp"),
    (Place::Metadata, false, "a: null"),
    (Place::Metadata, false, "a: [string]"),
    (Place::Metadata, false, "a: {}"),
    (Place::Metadata, false, "a: {required: true}"),
    (Place::Metadata, false, "a: {type: String}"),
    (Place::Metadata, false, "a: {type: string, default: x}"),
    (Place::Metadata, false, "a: {type: string, required: maybe}"),
    (Place::Metadata, false, "a: {type: string, enum: []}"),
    (Place::Metadata, false, "a: {type: string, enum: x}"),
    (Place::Metadata, false, "a: {type: string, enum: [x, x]}"),
    (Place::Metadata, false, "a: {type: string, enum: [x, 1]}"),
    (Place::Metadata, false, "a: {type: bool, enum: ['true']}"),
    (Place::Metadata, false, "a: {type: int, enum: [1.5]}"),
    (Place::Metadata, false, "a: {type: number, enum: [x]}"),
    (Place::Metadata, false, "a: {type: list, enum: [x]}"),
    (Place::Metadata, false, "a: {enum: [null]}"),
    (Place::Metadata, false, "a: {enum: [x, 1]}"),
    (Place::Metadata, false, "a: {type: string, min: 0}"),
    (Place::Metadata, false, "a: {enum: [x, y], min: 0}"),
    (Place::Metadata, false, "a: {type: number, min: low}"),
    (Place::Metadata, false, "a: {type: string, items: string}"),
    (Place::Metadata, false, "a: {type: list, values: string}"),
    (Place::Metadata, false, "a: {type: list, items: text}"),
    (Place::Metadata, false, "a: {type: list, fields: {b: string}}"),
    (Place::Metadata, false, "a: {type: map, items: string}"),
    (Place::Metadata, false, "a: {type: map, fields: [b]}"),
    // Invariants.
    (Place::Invariant, true, "never: {provider: groq}"),
    (
        Place::Invariant,
        true,
        "name: n, description: d, unless: a == 1, only: {model: [a/*, b/*]}, survives: any-provider",
    ),
    (Place::Invariant, true, "when: true, always: {route: r, variant: [v]}, x-a: 1"),
    (Place::Invariant, false, "name: n"),
    (Place::Invariant, false, "never: {}"),
    (Place::Invariant, false, "never: groq"),
    (Place::Invariant, false, "never: {providers: groq}"),
    (Place::Invariant, false, "never: {provider: 5}"),
    (Place::Invariant, false, "survives: everything"),
    (Place::Invariant, false, "when: a, unless: b, never: {provider: groq}"),
    (Place::Invariant, false, "when: 5, never: {provider: groq}"),
    (Place::Invariant, false, "name: '', never: {provider: groq}"),
    // Tests.
    (Place::Test, true, "request: {metadata: {a: 1}}, expect: {route: r}"),
    (
        Place::Test,
        true,
        "name: n, down: [openai], expect: {route: null, shares: {a: 70, b: 30.5}, plan: [a/b], cost_usd: 1}",
    ),
    (Place::Test, true, "cases: [{request: {}, expect: {}}]"),
    (Place::Test, true, "expect: {attempts: [a/b, {model: c/d, outcome: ok}]}"),
    (Place::Test, false, "request: {}"),
    (Place::Test, false, "request: text, expect: {route: r}"),
    (Place::Test, false, "expect: r"),
    (Place::Test, false, "expect: {route: 5}"),
    (Place::Test, false, "expect: {model: [a/b]}"),
    (Place::Test, false, "expect: {plan: a/b}"),
    (Place::Test, false, "expect: {plan: [5]}"),
    (Place::Test, false, "expect: {shares: {a: 101}}"),
    (Place::Test, false, "expect: {shares: {a: many}}"),
    (Place::Test, false, "expect: {rout: r}"),
    (Place::Test, false, "expects: {route: r}"),
];

/// Where the keys of a case stand.
#[derive(Clone, Copy)]
enum Place {
    Root,
    Route,
    Variant,
    Metadata,
    Invariant,
    Test,
}

impl Place {
    fn whole(self, keys: &str) -> String {
        match self {
            Self::Root => keys.to_owned(),
            Self::Route => format!("{{name: a, routes: [{{{keys}}}]}}"),
            Self::Variant => format!("{{name: a, default: {{model: a/b, {keys}}}}}"),
            Self::Metadata => format!("{{name: a, default: {{model: m}}, metadata: {{{keys}}}}}"),
            Self::Invariant => format!("{{name: a, default: {{model: m}}, invariants: [{{{keys}}}]}}"),
            Self::Test => format!("{{name: a, default: {{model: m}}, tests: [{{{keys}}}]}}"),
        }
    }
}

/// What the schema refuses the tool refuses, and the other way round, wherever a schema can see it.
#[test]
fn schema_and_tool_agree() {
    let validator = jsonschema::validator_for(&schema("router")).unwrap();
    let mut faults = Vec::new();
    for (place, valid, keys) in CASES {
        let text = place.whole(keys);
        let read = read(&text);
        let json = read.json.first().unwrap();
        let errors = read.errors();
        if errors.is_empty() != *valid {
            faults.push(format!("{text}\n    the tool: {errors:?}"));
        }
        let seen: Vec<String> = validator.iter_errors(json).map(|e| e.to_string()).collect();
        if seen.is_empty() != *valid {
            faults.push(format!("{text}\n    the schema: {seen:?}"));
        }
    }
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}

/// Every authoring fixture that YAML can read whole: what the schema refuses is an error of the shape, and an error of
/// the shape that a schema can see is refused by it.
#[test]
fn schema_and_tool_agree_on_every_fixture() {
    let validator = jsonschema::validator_for(&schema("router")).unwrap();
    let (mut faults, mut count) = (Vec::new(), 0);
    let mut folders = vec![std::path::PathBuf::from(format!("{ROOT}/tests/ui"))];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
                continue;
            }
            let Ok(text) = fs::read_to_string(&path) else { continue };
            if path.extension().is_none_or(|e| e != "yaml") {
                continue;
            }
            let read = read(&text);
            let of_shape = |d: &&irc::diag::Diagnostic| {
                d.meta.group == irc::diag::Group::Shape || d.meta.code.starts_with("IRC1")
            };
            let unreadable = read.found.iter().any(|d| d.meta.code.starts_with("IRC0"));
            let authoring = read.definitions.iter().all(|d| d.form == irc::model::Form::Authoring);
            if unreadable || !authoring || read.json.is_empty() || read.holds_shared {
                continue;
            }
            count += 1;
            let refused: Vec<String> = read
                .json
                .iter()
                .flat_map(|json| validator.iter_errors(json).map(|e| e.to_string()).collect::<Vec<_>>())
                .collect();
            let errors: Vec<&str> = read
                .found
                .iter()
                .filter(of_shape)
                .filter(|d| d.severity == irc::diag::Severity::Error)
                .map(|d| d.message.as_str())
                .collect();
            if refused.is_empty() != errors.is_empty() {
                faults.push(format!(
                    "{}\n    the tool: {errors:?}\n    the schema: {refused:?}",
                    path.display()
                ));
            }
        }
    }
    assert!(count > 20, "only {count} fixtures");
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}

#[test]
fn examples_of_definitions_fit() {
    let shared = jsonschema::validator_for(&schema("shared")).unwrap();
    let acme = read(&fs::read_to_string(format!("{ROOT}/examples/shared/acme.yaml")).unwrap());
    assert!(acme.holds_shared && acme.json.iter().all(|json| shared.is_valid(json)));
    let validator = jsonschema::validator_for(&schema("router")).unwrap();
    let mut count = 0;
    for folder in fs::read_dir(format!("{ROOT}/examples")).unwrap() {
        for file in fs::read_dir(folder.unwrap().path()).unwrap() {
            let path = file.unwrap().path();
            if !path.to_str().unwrap().ends_with("router.yaml") {
                continue;
            }
            count += 1;
            for json in read(&fs::read_to_string(&path).unwrap()).json {
                let faults: Vec<String> = validator.iter_errors(&json).map(|e| e.to_string()).collect();
                assert!(faults.is_empty(), "{}: {faults:?}", path.display());
            }
        }
    }
    assert!(count > 0, "no examples");
}

/// What an editor offers as an example is valid where it is offered.
#[test]
fn examples_inside_schemas_fit() {
    let mut count = 0;
    for published in SCHEMAS {
        let root = published.generate().to_value();
        let mut open = vec![&root];
        while let Some(value) = open.pop() {
            match value {
                Value::Array(items) => open.extend(items),
                Value::Object(keys) => {
                    open.extend(keys.values());
                    let Some(Value::Array(examples)) = keys.get("examples") else { continue };
                    let mut part = keys.clone();
                    part.insert("$defs".to_owned(), root.get("$defs").cloned().unwrap_or_default());
                    let validator = jsonschema::validator_for(&Value::Object(part)).unwrap();
                    for example in examples {
                        count += 1;
                        assert!(validator.is_valid(example), "{}: {example}", published.name);
                    }
                }
                _ => {}
            }
        }
    }
    assert!(count > 50, "{count} examples");
}

/// Every key that people write has words that an editor can show.
#[test]
fn every_key_is_described() {
    let root = schema("router");
    let mut open = vec![&root];
    let mut count = 0;
    while let Some(value) = open.pop() {
        match value {
            Value::Array(items) => open.extend(items),
            Value::Object(keys) => {
                open.extend(keys.values());
                let Some(Value::Object(properties)) = keys.get("properties") else { continue };
                if keys.get("type").is_none() {
                    continue;
                }
                for (name, property) in properties {
                    count += 1;
                    assert!(property.get("description").is_some(), "{name}: {property}");
                }
            }
            _ => {}
        }
    }
    assert!(count > 80, "{count} keys");
}

/// Runs the command in the project's folder and reads each line, or the whole, of what it prints as JSON.
fn printed(arguments: &[&str], lines: bool) -> Vec<Value> {
    let output = std::process::Command::new(env!("CARGO_BIN_EXE_irc"))
        .current_dir(ROOT)
        .args(arguments)
        .output()
        .unwrap();
    let text = String::from_utf8(output.stdout).unwrap();
    let parts: Vec<&str> = if lines { text.lines().collect() } else { vec![&text] };
    assert!(!parts.is_empty(), "{arguments:?} printed nothing");
    parts.into_iter().map(|part| serde_json::from_str(part).unwrap()).collect()
}

#[test]
fn outputs_fit_their_schemas() {
    let tiers = ["examples/tiers/router.yaml", "examples/tiers/requests.jsonl"];
    let cases: &[(&str, &[&str], bool)] = &[
        ("report", &["check", "--no-config", "--format", "json", "tests/ui/spine/nine-faults.yaml"], false),
        ("decision", &["simulate", "--format", "jsonl", "--explain", tiers[0], tiers[1]], true),
        (
            "decision",
            &["simulate", "--format", "jsonl", "examples/auto/router.yaml", "examples/auto/requests.jsonl"],
            true,
        ),
        ("decision", &["simulate", "--format", "jsonl", tiers[0], "--request", "5", "--request", "{"], true),
        ("diff", &["diff", "--format", "json", "tests/diff/log/old.yaml", "tests/diff/log/new.yaml"], false),
        (
            "diff",
            &[
                "diff",
                "--format",
                "json",
                "tests/diff/contract/old.yaml",
                "tests/diff/log/new.yaml",
                "--requests",
                "tests/diff/log/log.jsonl",
                "--fail-if",
                "moved>0",
            ],
            false,
        ),
        ("diff", &["diff", "--format", "json", "examples/reference", "examples/tiers"], false),
        (
            "diff",
            &[
                "diff",
                "--format",
                "json",
                "tests/diff/router-renamed/old.yaml",
                "tests/diff/router-renamed/new.yaml",
            ],
            false,
        ),
        ("doctor", &["doctor", "--format", "json", "--settings", "tests/data/claude-settings.json"], false),
        ("metadata", &["metadata", "infer", "--format", "json", tiers[1]], false),
        ("metadata-check", &["metadata", "check", "--format", "json", tiers[0], tiers[1]], false),
        ("models", &["models", "list", "--format", "json"], false),
        ("models", &["models", "compare", "gpt-oss-120b", "--format", "json"], false),
        (
            "models-import",
            &[
                "models",
                "import",
                "tests/data/models/answer.json",
                "--output",
                concat!(env!("CARGO_TARGET_TMPDIR"), "/imported.json"),
                "--format",
                "json",
            ],
            false,
        ),
        (
            "models-retiring",
            &[
                "models",
                "retiring",
                "--as-of",
                "2026-11-22",
                "examples",
                "tests/data/models/router.yaml",
                "--format",
                "json",
            ],
            false,
        ),
        (
            "models-replace",
            &[
                "models",
                "replace",
                "gpt-5-nano",
                "gpt-5.4-nano",
                "tests/data/models/router.yaml",
                "--diff",
                "--format",
                "json",
            ],
            false,
        ),
        (
            "models-impact",
            &[
                "models",
                "impact",
                "tests/data/models/answer.json",
                "tests/data/models/router.yaml",
                "--format",
                "json",
            ],
            false,
        ),
        ("explain", &["explain", "--format", "json"], false),
        ("explain", &["explain", "weights-not-100", "--format", "json"], false),
        ("wire", &["build", tiers[0]], false),
        ("update", &["build", "--update", tiers[0]], false),
    ];
    for (name, arguments, lines) in cases {
        let validator = jsonschema::validator_for(&schema(name)).unwrap();
        for json in printed(arguments, *lines) {
            let faults: Vec<String> = validator.iter_errors(&json).map(|e| e.to_string()).collect();
            assert!(faults.is_empty(), "{arguments:?}: {faults:?}");
        }
    }
}
