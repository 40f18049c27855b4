//! Invariants: proved, refuted, unknown.

use super::findings;

const ROUTES: &str = "\
name: support
metadata:
  region: {type: string, required: true}
  tier: string
routes:
  - id: europe
    when: region == \"eu\"
    variants:
      - {id: main, weight: 80, model: mistral/mistral-large-latest}
      - {id: try, weight: 20, model: openai/gpt-5.2, fallbacks: [groq/openai/gpt-oss-120b]}
      - {id: off, weight: 0, model: xai/grok-3}
  - id: open
    when: tier == \"open\"
    model: auto
    ignore: [groq]
default:
  model: openai/gpt-4o-mini
  fallbacks: [anthropic/claude-opus-4-6]
invariants:
";

/// What is said of an invariant: nothing, or its rule, the witness's route and its attempts.
fn told(invariant: &str) -> Option<String> {
    let found = findings(&format!("{ROUTES}  - {invariant}\n"));
    assert!(found.len() <= 1, "{found:?}");
    let (diagnostic, decided) = found.first()?;
    let route = decided.as_ref().and_then(|d| d.route.clone()).unwrap_or_default();
    Some(format!("{} {route}", diagnostic.meta.name).trim_end().to_owned())
}

fn violated(route: &str) -> Option<String> {
    Some(format!("invariant-violated {route}"))
}

#[test]
fn never_counts_fallbacks_and_pools_and_not_what_has_no_weight() {
    assert_eq!(told("never: {provider: xai, route: europe}"), None);
    assert_eq!(told("{when: region == \"eu\", never: {provider: groq}}"), violated("europe"));
    assert_eq!(told("{unless: region == \"eu\", never: {provider: groq}}"), None);
    assert_eq!(told("{unless: region == \"eu\", never: {provider: deepseek}}"), violated("open"));
    assert_eq!(told("{unless: region == \"eu\" || tier == \"open\", never: {provider: deepseek}}"), None);
    assert_eq!(told("{when: region == \"us\" && tier != \"open\", never: {provider: deepseek}}"), None);
    assert_eq!(told("never: {model: gpt-oss*}"), violated("europe"));
    assert_eq!(told("never: {model: gpt-oss*, variant: main, route: europe}"), None);
    assert_eq!(
        told("{when: tier == \"x\" && region == \"us\", never: {provider: openai}}"),
        violated("default")
    );
}

#[test]
fn unless_speaks_of_what_has_no_value_too() {
    // Without a tier, `tier != "open"` has no value.
    assert_eq!(
        told("{when: tier != \"open\" && region == \"us\", never: {route: default}}"),
        violated("default")
    );
    assert_eq!(told("{unless: tier != \"open\", never: {route: default}}"), violated("default"));
    assert_eq!(told("{when: tier == \"open\", never: {route: default}}"), None);
}

#[test]
fn only_and_always() {
    assert_eq!(told("{when: region == \"eu\", only: {provider: [mistral, openai, groq]}}"), None);
    assert_eq!(told("{when: region == \"eu\", only: {provider: [mistral, openai]}}"), violated("europe"));
    assert_eq!(told("{when: region == \"eu\", always: {provider: [mistral, openai]}}"), None);
    assert_eq!(told("{when: region == \"eu\", always: {variant: main}}"), violated("europe"));
    assert_eq!(told("{when: tier == \"open\" && region != \"eu\", always: {route: open}}"), None);
    assert_eq!(
        told("{when: tier == \"open\" && region != \"eu\", always: {provider: openai}}"),
        violated("open")
    );
    assert_eq!(told("{when: tier == \"open\" && region != \"eu\", only: {provider: \"*\"}}"), None);
}

#[test]
fn outages() {
    assert_eq!(told("survives: any-provider"), violated("europe"));
    assert_eq!(told("{unless: region == \"eu\", survives: any-provider}"), None);
}

#[test]
fn the_witness_draws_the_variant() {
    let found = findings(&format!("{ROUTES}  - never: {{provider: groq, route: europe}}\n"));
    let witness = found[0].0.witness.as_deref().unwrap();
    assert!(witness.contains("\"user\":\"user-"), "{witness}");
    assert!(found[0].1.as_ref().unwrap().models.contains("groq"), "{:?}", found[0].1);
    assert_eq!(
        found[0].0.message,
        "invariant 1 does not hold: variant `try` of `europe` may ask `groq/openai/gpt-oss-120b`"
    );
    assert!(found[0].0.assumptions.contains(&"A09"));
}

#[test]
fn without_a_default_route_always_fails() {
    let text = "name: a\nroutes:\n  - {id: a, when: 'tier == \"x\"', model: openai/gpt-5.2}\n\
        invariants:\n  - always: {provider: openai}\n";
    let found = findings(text);
    let violated = found.iter().find(|(d, _)| d.meta.name == "invariant-violated").unwrap();
    assert!(violated.1.as_ref().unwrap().route.is_none());
}

#[test]
fn arithmetic_leaves_it_unknown() {
    let text = "name: a\nmetadata:\n  n: {type: int, required: true}\nroutes:\n  \
        - {id: a, when: 'n * n + 7 == 4000007', model: openai/gpt-5.2}\n\
        default: {model: mistral/mistral-large-latest}\ninvariants:\n  - never: {provider: openai}\n";
    let found = findings(text);
    assert_eq!(found.len(), 1, "{found:?}");
    assert_eq!(found[0].0.meta.name, "invariant-unknown");
    assert!(found[0].0.witness.is_none());
}
