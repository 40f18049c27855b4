//! What may have been meant.

use crate::catalogue::nearest::OWN_MODELS_ONLY;
use crate::catalogue::{Catalogue, Reason, Suggestion};

fn nearest(id: &str) -> Vec<Suggestion> {
    Catalogue::embedded().nearest(id, 3)
}

/// The first suggestion, held to be a slip.
fn meant(id: &str) -> String {
    let first = nearest(id).into_iter().next().unwrap_or_else(|| panic!("nothing near {id}"));
    assert!(first.slip, "{id}: {first:?}");
    first.id
}

#[test]
fn finds_what_slips_meant() {
    for (written, expected) in [
        ("openai/gpt-5.2x", "openai/gpt-5.2"),
        ("openai/gpt-52", "openai/gpt-5.2"),
        ("openai/gpt5.2", "openai/gpt-5.2"),
        ("openai/GPT-5.2", "openai/gpt-5.2"),
        ("openai/gtp-5.2", "openai/gpt-5.2"),
        ("openai/gpt-4o-mni", "openai/gpt-4o-mini"),
        ("openai/gpt-5.2x:free", "openai/gpt-5.2:free"),
        ("OpenAI/gpt-5.2", "openai/gpt-5.2"),
        ("opnai/gpt-5.2", "openai/gpt-5.2"),
        ("anthropic/claude-opus-4.6", "anthropic/claude-opus-4-6"),
        ("antropic/claude-opus-4-6", "anthropic/claude-opus-4-6"),
        ("antropic/claude-opus-4.6", "anthropic/claude-opus-4-6"),
        ("anthropic/claude-sonet-4-6", "anthropic/claude-sonnet-4-6"),
        ("anthropic/claude_opus_4_6", "anthropic/claude-opus-4-6"),
        ("google/gemini-2.5-pro", "google-ai-studio/gemini-2.5-pro"),
        ("vertex/gemini-2.5-pro", "google-vertex/gemini-2.5-pro"),
        ("x-ai/grok-4.7", "xai/grok-4.7"),
        ("fireworks-ai/kimi-k3", "fireworks/kimi-k3"),
        ("fireworks/glm-4.7", "fireworks/glm-4p7"),
        ("groq/gpt-oss-120b", "groq/openai/gpt-oss-120b"),
        ("meta-llama/Llama-3.1-8B-Instruct", "deepinfra/meta-llama/Llama-3.1-8B-Instruct"),
        ("inworld/GLM-5.3-Flash", "inworld/models/GLM-5.3-Flash"),
        ("models/GLM-5.3-Flash", "inworld/models/GLM-5.3-Flash"),
        ("openai/claude-opus-4-6", "anthropic/claude-opus-4-6"),
        ("azure/gpt-5.2", "openai/gpt-5.2"),
        ("gpt-5.2x", "gpt-5.2"),
        ("claude-opus-4.6", "claude-opus-4-6"),
        ("Gemini-2.5-Flash", "gemini-2.5-flash"),
        ("Auto", "auto"),
        ("atuo", "auto"),
    ] {
        assert_eq!(meant(written), expected, "{written}");
    }
}

#[test]
fn another_version_is_no_slip() {
    for (written, expected) in [
        ("openai/gpt-5.9", "openai/gpt-5.5"),
        ("openai/gpt-5.2-2026-12-11", "openai/gpt-5.2"),
        ("anthropic/claude-opus-6", "anthropic/claude-opus-5"),
        ("anthropic/claude-sonnet-4-6-latest", "anthropic/claude-sonnet-4-6"),
        ("gemini-3.9-flash", "gemini-3.8-flash"),
    ] {
        let found = nearest(written);
        assert!(found.iter().all(|s| s.reason == Reason::OtherVersion && !s.slip), "{written}: {found:?}");
        assert_eq!(found.first().map(|s| s.id.as_str()), Some(expected), "{written}: {found:?}");
    }
    assert!(nearest("fireworks/kimi-k3-eu").iter().all(|s| !s.slip));
    assert!(nearest("openai/gpt-5.4-maxi").iter().all(|s| !s.slip));
}

#[test]
fn a_provider_that_hosts_what_it_likes_may_host_more() {
    let found = nearest("groq/kimi-k3");
    assert_eq!(
        found,
        [Suggestion { id: "fireworks/kimi-k3".into(), reason: Reason::OtherProvider, slip: false }]
    );
}

#[test]
fn providers_said_to_serve_only_their_own_do_in_the_snapshot() {
    let catalogue = Catalogue::embedded();
    for provider in OWN_MODELS_ONLY {
        let filter = crate::catalogue::Filter { provider: Some(provider.into()), ..Default::default() };
        let rows = catalogue.list(&filter, crate::catalogue::Order::Id);
        let creator = rows.first().unwrap().creator.clone();
        assert!(
            creator.is_some() && rows.iter().all(|row| row.creator == creator && !row.model.contains('/'))
        );
    }
}

#[test]
fn finds_providers() {
    let catalogue = Catalogue::embedded();
    for (written, expected) in [
        ("antropic", &["anthropic"][..]),
        ("google", &["google-ai-studio", "google-vertex"]),
        ("vertex", &["google-vertex"]),
        ("x-ai", &["xai"]),
        ("mistralai", &["mistral"]),
        ("Fireworks-AI", &["fireworks"]),
        ("azure-openai", &["openai"]),
        ("grok", &["groq"]),
        ("together", &[]),
        ("bedrock", &[]),
        ("ai", &[]),
        ("", &[]),
    ] {
        assert_eq!(catalogue.nearest_providers(written), expected, "{written}");
    }
}

#[test]
fn nothing_is_near_what_is_far() {
    for written in
        ["", "/", "openai/", "a b", "auto", "zzzzzz", "acme/house-model", "inworld/support", "x", "openai/x"]
    {
        assert_eq!(nearest(written), [], "{written}");
    }
    assert_eq!(nearest(&"gpt-5.2".repeat(1_000_000)), []);
    assert!(Catalogue::embedded().nearest_providers(&"openai".repeat(1_000_000)).is_empty());
    assert_eq!(Catalogue::embedded().nearest("openai/gpt-5.9", 0), []);
    assert_eq!(Catalogue::embedded().nearest("openai/gpt-5.9", 2).len(), 2);
}

#[test]
fn only_what_is_served_is_suggested() {
    let json = r#"{"models": [{"provider": "openai", "model": "gpt-5.1"}]}"#;
    let catalogue = Catalogue::embedded().overlay(json).unwrap().with_extra(["house-modell"]).unwrap();
    let ids = |id: &str| catalogue.nearest(id, 9).into_iter().map(|s| s.id).collect::<Vec<_>>();
    assert_eq!(ids("openai/gpt-5.2"), ["openai/gpt-5.1"]);
    assert_eq!(ids("house-model"), ["house-modell"]);
}
