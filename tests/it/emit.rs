//! The emitter: what is written, and that reading it again gives the same.

use irc::emit;
use serde_json::{Value, json};

use crate::read::read;

const SAMPLES: &[(&str, &str)] = &[
    ("split", include_str!("../wire/split.json")),
    ("camel-case", include_str!("../wire/camel-case.json")),
    ("snake-case", include_str!("../wire/snake-case.json")),
    ("list-answer", include_str!("../wire/list-answer.json")),
];

/// The emitted routers of a text without errors.
fn emitted(text: &str) -> Vec<emit::wire::Router> {
    let read = read(text);
    assert_eq!(read.errors(), [""; 0], "{text}");
    read.definitions.iter().map(|d| emit::router(d).unwrap()).collect()
}

/// A text without errors that holds one router, emitted.
fn value(text: &str) -> Value {
    let routers = emitted(text);
    let [router] = routers.as_slice() else { panic!("{} routers: {text}", routers.len()) };
    serde_json::to_value(router).unwrap()
}

/// All keys in snake_case, and without what the wire spells as nothing.
fn normal(value: &Value) -> Value {
    match value {
        Value::Array(items) => items.iter().map(normal).collect(),
        Value::Object(keys) => keys
            .iter()
            .filter(|(key, value)| {
                let empty = value.as_array().is_some_and(Vec::is_empty)
                    || value.as_object().is_some_and(serde_json::Map::is_empty);
                !(empty && matches!(key.as_str(), "routes" | "model_selection" | "modelSelection"))
            })
            .map(|(key, value)| (snake(key), normal(value)))
            .collect(),
        other => other.clone(),
    }
}

fn snake(key: &str) -> String {
    let parts =
        key.chars().map(|c| if c.is_uppercase() { format!("_{}", c.to_lowercase()) } else { c.into() });
    parts.collect::<String>().trim_start_matches('_').to_owned()
}

/// The routers of a sample.
fn routers(sample: &str) -> Vec<Value> {
    let value: Value = serde_json::from_str(sample).unwrap();
    match value.get("routers") {
        Some(Value::Array(routers)) => routers.clone(),
        _ => vec![value],
    }
}

#[test]
fn what_is_read_is_emitted() {
    for (name, sample) in SAMPLES {
        let emitted = emitted(sample);
        let expected: Vec<Value> = routers(sample).iter().map(normal).collect();
        let actual: Vec<Value> =
            emitted.iter().map(|router| normal(&serde_json::to_value(router).unwrap())).collect();
        assert_eq!(actual, expected, "{name}");
    }
}

#[test]
fn what_is_emitted_is_read_and_emitted_as_the_same_bytes() {
    for (name, sample) in SAMPLES {
        for router in emitted(sample) {
            let text = emit::to_json(&router);
            let again = self::emitted(&text);
            assert_eq!(again, [router], "{name}");
            assert_eq!(emit::to_json(&again[0]), text, "{name}");
        }
    }
}

#[test]
fn what_is_emitted_fits_the_schemas() {
    let validator = |name: &str| {
        let schema = irc::cli::SCHEMAS.iter().find(|s| s.name == name).unwrap();
        jsonschema::validator_for(schema.generate().as_value()).unwrap()
    };
    let (wire, update) = (validator("wire"), validator("update"));
    for (name, sample) in SAMPLES {
        let routers = emitted(sample);
        let updates: Vec<_> = routers.iter().map(emit::update).collect();
        for (validator, text) in [
            (&wire, emit::to_json(&routers)),
            (&wire, emit::to_json(&routers[0])),
            (&wire, format!("{{\"routers\": {}}}", emit::to_json(&routers))),
            (&update, emit::to_json(&updates)),
            (&update, emit::to_json(&updates[0])),
        ] {
            let faults: Vec<String> =
                validator.iter_errors(&serde_json::from_str(&text).unwrap()).map(|e| e.to_string()).collect();
            assert!(faults.is_empty(), "{name}: {faults:?}\n{text}");
        }
    }
    let good = json!({"name": "a", "defaultRoute": {"route_id": "r", "variants": [
        {"variant": {"variant_id": "v", "model_id": "m"}, "weight": 100},
    ]}});
    assert!(wire.is_valid(&good));
    for (pointer, bad) in [
        ("/name", json!("A b")),
        ("/defaultRoute", json!({"route_id": "r"})),
        ("/defaultRoute/variants", json!([])),
        ("/defaultRoute/variants/0/weight", json!(101)),
        ("/defaultRoute/variants/0/variant", json!({"variant_id": "v"})),
        ("/defaultRoute/variants/0/variant", json!({"variant_id": "v", "model_id": "m", "web_search": 1})),
    ] {
        let mut router = good.clone();
        *router.pointer_mut(pointer).unwrap() = bad;
        assert!(!wire.is_valid(&router), "{router}");
    }
}

/// Takes every part out of every sample, one at a time: what is left is emitted as it stands, or an error says why not.
#[test]
fn nothing_is_lost_in_silence() {
    let (mut refused, mut kept) = (0, 0);
    for router in SAMPLES.iter().flat_map(|(_, sample)| routers(sample)) {
        for part in parts(&router) {
            let text = emit::to_json(&part);
            let read = read(&text);
            if !read.errors().is_empty() {
                refused += 1;
                continue;
            }
            // Without its routes and its default a router may be read as one of people's own.
            let [definition] = read.definitions.as_slice() else { panic!("{text}") };
            kept += 1;
            let emitted =
                emit::router(definition).unwrap_or_else(|| panic!("no error and no router: {text}"));
            assert_eq!(normal(&serde_json::to_value(emitted).unwrap()), normal(&part), "{text}");
        }
    }
    assert!(refused > 40 && kept > 40, "{refused} {kept}");
}

/// The value without one of its parts, for each of them.
fn parts(value: &Value) -> Vec<Value> {
    match value {
        Value::Array(items) => (0..items.len())
            .flat_map(|at| {
                let mut without = items.clone();
                without.remove(at);
                let inner = parts(&items[at]).into_iter().map(move |part| {
                    let mut with = items.clone();
                    with[at] = part;
                    Value::Array(with)
                });
                std::iter::once(Value::Array(without)).chain(inner)
            })
            .collect(),
        Value::Object(keys) => keys
            .iter()
            .flat_map(|(key, inner)| {
                let mut without = keys.clone();
                without.shift_remove(key);
                let inner = parts(inner).into_iter().map(move |part| {
                    let mut with = keys.clone();
                    with.insert(key.clone(), part);
                    Value::Object(with)
                });
                std::iter::once(Value::Object(without)).chain(inner)
            })
            .collect(),
        _ => Vec::new(),
    }
}

#[test]
fn every_key_of_the_authoring_form_has_its_place() {
    let text = r#"
irc: 1
name: support
display_name: Support
description: who owns it
x-owner: me
metadata: {tier: string, score: number}
prompt_variables: {agent_name: string}
defaults:
  text_generation_config: {temperature: 0.7, max_tokens: 100}
  message_templates:
    - role: system
      content: "You help {{agent_name}}."
routes:
  - id: enterprise
    when: tier == "enterprise" && score >= 80
    description: they pay
    variants:
      - id: flagship
        weight: 70
        model: openai/gpt-5.2
        fallbacks: [anthropic/claude-opus-4-6, google-ai-studio/gemini-2.5-pro]
      - id: best
        weight: 30
        model: auto
        candidates: openai
        sort: [intelligence, price asc, {latency: descending}, {metric: math}]
        ignore: openai/gpt-4o
        provider: {order: openai, allow_fallbacks: false}
  - id: code
    when: >-
      messages.last().content.matches(r"(?i)\bcode\b")
    model: anthropic/claude-opus-4-6
    variant: opus
    web_search: {engine: exa}
    compression: {aggressiveness: 0.5}
default:
  model: openai/gpt-4o-mini
  web_search_options: {search_context_size: low}
invariants:
  - never: {provider: groq}
tests:
  - expect: {route: code}
"#;
    let expected = r#"{
  "name": "support",
  "displayName": "Support",
  "defaults": {
    "text_generation_config": {
      "temperature": 0.7,
      "max_tokens": 100
    },
    "message_templates": [
      {
        "role": "system",
        "content": "You help {{agent_name}}."
      }
    ]
  },
  "routes": [
    {
      "route": {
        "route_id": "enterprise",
        "variants": [
          {
            "variant": {
              "variant_id": "flagship",
              "model_id": "openai/gpt-5.2",
              "model_selection": {
                "models": [
                  "anthropic/claude-opus-4-6",
                  "google-ai-studio/gemini-2.5-pro"
                ]
              }
            },
            "weight": 70
          },
          {
            "variant": {
              "variant_id": "best",
              "model_id": "auto",
              "model_selection": {
                "models": [
                  "openai"
                ],
                "sort": [
                  {
                    "metric": "SORT_METRIC_INTELLIGENCE"
                  },
                  {
                    "metric": "SORT_METRIC_PRICE",
                    "direction": "SORT_DIRECTION_ASCENDING"
                  },
                  {
                    "metric": "SORT_METRIC_LATENCY",
                    "direction": "SORT_DIRECTION_DESCENDING"
                  },
                  {
                    "metric": "SORT_METRIC_MATH"
                  }
                ],
                "ignore": [
                  "openai/gpt-4o"
                ],
                "provider": {
                  "order": [
                    "openai"
                  ],
                  "allow_fallbacks": false
                }
              }
            },
            "weight": 30
          }
        ]
      },
      "condition": {
        "cel_expression": "tier == \"enterprise\" && score >= 80"
      }
    },
    {
      "route": {
        "route_id": "code",
        "variants": [
          {
            "variant": {
              "variant_id": "opus",
              "model_id": "anthropic/claude-opus-4-6",
              "web_search": {
                "engine": "exa"
              },
              "compression": {
                "aggressiveness": 0.5
              }
            },
            "weight": 100
          }
        ]
      },
      "condition": {
        "cel_expression": "messages.last().content.matches(r\"(?i)\\bcode\\b\")"
      }
    }
  ],
  "defaultRoute": {
    "route_id": "default",
    "variants": [
      {
        "variant": {
          "variant_id": "main",
          "model_id": "openai/gpt-4o-mini",
          "web_search_options": {
            "search_context_size": "low"
          }
        },
        "weight": 100
      }
    ]
  }
}
"#;
    let routers = emitted(text);
    assert_eq!(emit::to_json(&routers[0]), expected);
    assert_eq!(emitted(expected), routers);
}

#[test]
fn a_condition_is_emitted_as_it_is_written() {
    for (written, expected) in [
        ("true", "true"),
        ("True", "true"),
        ("FALSE", "false"),
        ("'true'", "true"),
        ("a == 1", "a == 1"),
        ("'a == \"x\"'", "a == \"x\""),
        ("\" a\\u00e9 \\t\\n\"", " aé"),
        ("|\n      a &&\n      b\n", "a &&\n b"),
        ("|+\n      a &&\n      b\n\n\n", "a &&\n b"),
        (">\n      a &&\n      b\n", "a && b"),
        ("a &&\n      b", "a && b"),
    ] {
        let text = format!("name: a\nroutes:\n  - id: r\n    model: m\n    when: {written}\n");
        let value = value(&text);
        let condition = value.pointer("/routes/0/condition/cel_expression").unwrap().as_str().unwrap();
        let expected = expected.replace("\n b", "\nb");
        assert_eq!(condition, expected, "{written}");
    }
}

#[test]
fn numbers_keep_their_kind_and_their_shortest_form() {
    let text = "{name: a, default: {model: m, text_generation_config: {temperature: 1, top_p: 1.0, \
                presence_penalty: 0.1, frequency_penalty: -0.30000000000000004, repetition_penalty: 1e2, \
                max_tokens: 9223372036854775807, seed: -1, stop_sequences: ['1']}}}";
    let routers = emitted(text);
    let config =
        routers[0].default_route.as_ref().unwrap().variants[0].variant.text_generation_config.as_ref();
    assert_eq!(
        config.unwrap().to_string(),
        "{\"temperature\":1,\"top_p\":1.0,\"presence_penalty\":0.1,\"frequency_penalty\":-0.30000000000000004,\
         \"repetition_penalty\":100.0,\"max_tokens\":9223372036854775807,\"seed\":-1,\"stop_sequences\":[\"1\"]}"
    );
}

#[test]
fn a_number_that_json_lacks_is_an_error() {
    let read = read(
        "{name: a, default: {model: m, message_templates: [{role: user, tool_calls: [{name: f, args: .inf}]}]}}",
    );
    assert_eq!(read.errors(), ["`.inf` is no number that JSON can write"]);
    assert_eq!(emit::router(&read.definitions[0]), None);
}

#[test]
fn an_update_names_every_field_and_holds_the_router() {
    let routers = emitted("{name: a, default: {model: m}}");
    let update = serde_json::to_value(emit::update(&routers[0])).unwrap();
    assert_eq!(
        update,
        json!({
            "version": 1,
            "update_mask": "displayName,defaults,routes,defaultRoute",
            "body": {"name": "a", "defaultRoute": {"route_id": "default", "variants": [
                {"variant": {"variant_id": "main", "model_id": "m"}, "weight": 100},
            ]}},
        })
    );
}

#[test]
fn half_a_router_is_not_emitted() {
    for text in [
        "{default: {model: m}}",
        "{name: a}",
        "{name: a, routes: [{when: x, model: m}]}",
        "{name: a, routes: [{id: r, model: m}]}",
        "{name: a, routes: [{id: r, when: x}]}",
        "{name: a, default: {model: m, weight: 101}}",
        "{name: a, default: {model: m, sort: 5}}",
        "{name: a, default: {variants: [{model: m}]}}",
        "{name: a, routes: [{id: r, when: x, model: m}, 5]}",
        "name: a\ndefault: {model: m\n",
    ] {
        let read = read(text);
        assert!(!read.errors().is_empty(), "{text}");
        assert!(read.definitions.iter().all(|d| emit::router(d).is_none()), "{text}");
    }
}
