//! The user's own answers and ids.

use crate::catalogue::*;

fn overlay(json: &str) -> Catalogue {
    Catalogue::embedded().overlay(json).unwrap_or_else(|error| panic!("{error}"))
}

fn one(fields: &str) -> Model {
    let json = format!(r#"{{"models": [{{"provider": "acme", "model": "m", {fields}}}]}}"#);
    overlay(&json).get("acme/m").unwrap()
}

#[test]
fn prices_have_new_names_and_old_ones() {
    let expected =
        Prices { prompt: Some(1e-6), completion: Some(2.5e-6), cache_read: Some(1e-7), cache_write: None };
    for pricing in [
        r#"{"promptToken": 0.000001, "completionToken": 0.0000025, "cacheReadToken": 1e-7}"#,
        r#"{"prompt": "0.000001", "completion": "0.0000025", "cacheReadToken": "1e-7"}"#,
        r#"{"prompt": 1, "promptToken": "0.000001", "completionToken": 2.5e-6, "completion": 3, "cacheReadToken": 1e-7}"#,
        r#"{"prompt_token": 1e-6, "completion_token": " 2.5e-6 ", "cache_read_token": 1e-7, "cacheWriteToken": -1}"#,
        r#"{"prompt": 1e-6, "promptToken": null, "completion": 2.5e-6, "cacheReadToken": 1e-7, "image": {"x": [1]}}"#,
    ] {
        assert_eq!(one(&format!(r#""pricing": {pricing}"#)).prices, expected, "{pricing}");
    }
    assert_eq!(one(r#""pricing": {"promptToken": 0}"#).prices.prompt, Some(0.0));
    assert_eq!(one(r#""pricing": null"#).prices, Prices::default());
}

#[test]
fn reads_all_that_the_api_says() {
    let model = one(
        r#""modelCreator": "Acme", "isSupported": true, "retiresOn": "2027-01-31", "somethingNew": {}, "spec": {
            "inputModalities": ["text", "smell"], "outputModalities": ["text"], "contextLength": "128000",
            "maxCompletionTokens": 0,
            "capabilities": {"functionCalling": true, "webSearch": false, "reasoning": true, "promptCaching": true,
                "responseSchema": false, "vision": null}}"#,
    );
    let expected = Model {
        provider: "acme".into(),
        model: "m".into(),
        creator: Some("Acme".into()),
        prices: Prices::default(),
        context: Some(128_000),
        max_output: None,
        input: vec!["text".into(), "smell".into()],
        output: vec!["text".into()],
        capabilities: Capabilities {
            function_calling: Some(true),
            web_search: Some(false),
            reasoning: Some(true),
            response_schema: Some(false),
            vision: None,
            prompt_caching: Some(true),
        },
        retires_on: Some("2027-01-31".parse().unwrap()),
        supported: Some(true),
        origin: Origin::User,
    };
    assert_eq!(model, expected);
}

#[test]
fn the_users_facts_win_one_by_one_and_the_snapshot_fills_the_rest() {
    let catalogue = overlay(
        r#"{"models": [{"provider": "openai", "model": "gpt-5-mini", "pricing": {"promptToken": 7},
            "spec": {"capabilities": {"vision": false}}, "isSupported": true}]}"#,
    );
    let before = Catalogue::embedded().get("openai/gpt-5-mini").unwrap();
    let mut expected = before.clone();
    expected.origin = Origin::User;
    expected.prices.prompt = Some(7.0);
    expected.capabilities.vision = Some(false);
    expected.supported = Some(true);
    assert_eq!(catalogue.get("openai/gpt-5-mini"), Some(expected));
    assert!(before.retires_on.is_some() && before.prices.completion.is_some());
}

#[test]
fn what_the_answer_lacks_is_not_served() {
    let catalogue = overlay(
        r#"{"models": [{"provider": "openai", "model": "gpt-5.2"}, {"provider": "acme", "model": "x/gpt-5.2"}]}"#,
    );
    assert!(catalogue.is_authoritative() && !Catalogue::embedded().is_authoritative());
    assert!(catalogue.contains("openai/gpt-5.2") && !catalogue.contains("openai/gpt-5.1"));
    assert_eq!(catalogue.get("openai/gpt-5.1"), None);
    assert!(catalogue.in_snapshot("openai/gpt-5.1") && !catalogue.in_snapshot("acme/x/gpt-5.2"));
    assert!(!catalogue.knows_bare("gpt-5.1"));
    let serving: Vec<String> = catalogue.serving("gpt-5.2").iter().map(Model::id).collect();
    assert_eq!(serving, ["acme/x/gpt-5.2", "openai/gpt-5.2"]);
    assert!(catalogue.has_provider("acme") && catalogue.has_provider("groq"));
    assert!(catalogue.providers().starts_with(&["acme", "anthropic"]));
    assert_eq!(catalogue.list(&Filter::default(), Order::Price).len(), 2);
}

#[test]
fn what_is_not_supported_is_known_but_serves_nobody() {
    let catalogue =
        overlay(r#"{"models": [{"provider": "openai", "model": "gpt-5.2", "isSupported": false}]}"#);
    assert_eq!(catalogue.get("openai/gpt-5.2").unwrap().supported, Some(false));
    assert!(catalogue.serving("gpt-5.2").is_empty() && catalogue.knows_bare("gpt-5.2"));
}

#[test]
fn a_row_that_comes_twice_and_a_second_answer_add_up() {
    let catalogue = overlay(
        r#"{"models": [{"provider": "a", "model": "m", "modelCreator": "A", "spec": {"contextLength": 1}},
            {"provider": "a", "model": "m", "spec": {"contextLength": 2}}]}"#,
    );
    let catalogue =
        catalogue.overlay(r#"{"models": [{"provider": "a", "model": "m", "isSupported": true}]}"#).unwrap();
    let model = catalogue.get("a/m").unwrap();
    assert_eq!((model.creator.as_deref(), model.context, model.supported), (Some("A"), Some(2), Some(true)));
    assert_eq!(catalogue.ids().count(), 1);
}

#[test]
fn declared_models_exist() {
    let extra = ["acme/house", "house-model", "openai/gpt-5.2", "groq/next/one:fast", "inworld/models/new"];
    let catalogue = Catalogue::embedded().with_extra(extra).unwrap();
    assert_eq!(catalogue.get("acme/house").unwrap().origin, Origin::Declared);
    assert_eq!(catalogue.get("openai/gpt-5.2").unwrap().origin, Origin::Snapshot);
    assert!(catalogue.contains("groq/next/one") && catalogue.contains("inworld/models/new"));
    assert!(catalogue.has_provider("acme") && catalogue.providers().contains(&"acme"));
    assert!(catalogue.knows_bare("house-model") && catalogue.serving("house-model").is_empty());
    assert!(!catalogue.contains("house-model") && catalogue.get("house-model").is_none());
    assert_eq!(catalogue.serving("one").len(), 1);
    assert_eq!(catalogue.ids().count(), Catalogue::embedded().ids().count() + 3);
    assert!(!catalogue.is_authoritative());

    // With an answer over them they stay, and keep the snapshot's facts.
    let catalogue = catalogue.overlay(r#"{"models": [{"provider": "a", "model": "m"}]}"#).unwrap();
    assert_eq!(catalogue.get("openai/gpt-5.2"), Catalogue::embedded().get("openai/gpt-5.2"));
    assert!(catalogue.contains("openai/gpt-5.2") && catalogue.get("openai/gpt-5.1").is_none());
    assert_eq!(catalogue.ids().count(), 5);
}

#[test]
fn refuses_declarations_that_name_no_model() {
    let error = |id: &str| Catalogue::embedded().with_extra([id]).unwrap_err().to_string();
    assert_eq!(error(""), "`` names no model: it is empty");
    assert_eq!(error("openai/"), "`openai/` names no model: the name of the model is missing at the end");
    assert_eq!(error("/m"), "`/m` names no model: there is no provider before the `/`");
    assert_eq!(error("a m"), "`a m` names no model: it holds a blank");
    assert_eq!(error("a\u{1b}m"), r"`a\u{1b}m` names no model: it holds the control character `\u{1b}`");
    for id in ["auto", "inworld/support"] {
        let expected = format!(
            "`{id}` is not a model that can be declared: write `provider/model` or a bare model name"
        );
        assert_eq!(error(id), expected);
    }
}

#[test]
fn says_where_an_answer_is_wrong() {
    let answer = "expected the answer of the Models API: an object with a list of models under `models`";
    let price = "expected a price: US dollars per token as a number, or a number in quotes";
    let tokens = "expected a count of tokens: a whole number up to 4294967295";
    for (json, expected) in [
        ("", "line 1, column 1: not JSON: EOF while parsing a value".to_owned()),
        ("a: {b: 1}", "line 1, column 1: not JSON: expected value".to_owned()),
        ("[]", format!("line 1, column 1: invalid type: sequence, {answer}")),
        (r#"{"code": 16, "message": "unauthenticated"}"#, format!("line 1, column 42: invalid type: another object, {answer}")),
        (r#"{"models": {}}"#, "line 1, column 11: invalid type: map, expected a list of models".to_owned()),
        (
            "{\"models\": [\n  {\"provider\": \"é\", \"model\": \"m\",\n   \"pricing\": {\"promptToken\": \"cheap\"}}]}",
            format!("line 3, column 37: invalid value: string \"cheap\", {price}"),
        ),
        (
            r#"{"models": [{"provider": "ééé", "model": "m", "pricing": {"prompt": true}}]}"#,
            format!("line 1, column 72: invalid type: boolean `true`, {price}"),
        ),
        (
            r#"{"models": [{"spec": {"contextLength": 1.5}}]}"#,
            format!("line 1, column 42: invalid value: floating point `1.5`, {tokens}"),
        ),
        (
            r#"{"models": [{"spec": {"contextLength": "NaN"}}]}"#,
            format!("line 1, column 44: invalid value: string \"NaN\", {tokens}"),
        ),
        (
            r#"{"models": [{"retiresOn": "soon"}]}"#,
            "line 1, column 32: invalid value: string \"soon\", expected a date such as \"2026-11-22\"".to_owned(),
        ),
        (
            r#"{"models": [[]]}"#,
            "line 1, column 12: invalid type: sequence, expected a model: an object with `provider` and `model`".to_owned(),
        ),
    ] {
        let error = Catalogue::embedded().overlay(json).unwrap_err();
        assert_eq!(error.to_string(), expected, "{json}");
    }
    // Faults of a whole row are found at its end.
    for (row, expected) in [
        (r#"{"model": "m"}"#, "this model has no `provider`"),
        (r#"{"provider": "p"}"#, "this model has no `model`, which is its name"),
        (
            r#"{"provider": "p/q", "model": "m"}"#,
            "invalid value: string \"p/q\", expected a provider's name: text without `/` and blanks",
        ),
        (
            r#"{"provider": "p", "model": " "}"#,
            "invalid value: string \" \", expected a model's name: text without blanks",
        ),
    ] {
        let json = format!("{{\"models\": [\n{row}\n]}}");
        let Err(CatalogueError::Malformed { line, reason, .. }) = Catalogue::embedded().overlay(&json) else {
            panic!("{row}")
        };
        assert_eq!((line, reason.as_str()), (2, expected), "{row}");
    }
}

#[test]
fn has_bounds() {
    let error = |json: &str| Catalogue::embedded().overlay(json).unwrap_err();
    assert_eq!(error(r#"{"models": []}"#), CatalogueError::NoModels);
    assert_eq!(
        error(r#"{"models": null}"#).to_string(),
        "line 1, column 15: invalid type: null, expected a list of models"
    );
    let large = " ".repeat(MAX_BYTES + 1);
    assert_eq!(error(&large).to_string(), "the list of models has 67108865 bytes; at most 67108864 are read");
    let row = r#"{"provider":"p","model":"m"}"#;
    let many = |n: usize| format!(r#"{{"models":[{}{row}]}}"#, format!("{row},").repeat(n - 1));
    assert_eq!(error(&many(MAX_MODELS + 1)), CatalogueError::TooMany);
    assert!(Catalogue::embedded().overlay(&many(MAX_MODELS)).is_ok());
    let deep = format!(r#"{{"x": {}"#, "[".repeat(100_000));
    assert!(matches!(error(&deep), CatalogueError::Malformed { line: 1, .. }));
    let long = format!(r#"{{"models": [{{"pricing": {{"prompt": "{}"}}}}]}}"#, "x".repeat(10_000));
    assert!(error(&long).to_string().len() < 400);
}

#[test]
fn a_byte_order_mark_is_passed_over() {
    assert!(overlay("\u{feff}{\"models\": [{\"provider\": \"p\", \"model\": \"m\"}]}").contains("p/m"));
}
