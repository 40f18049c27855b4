//! Requests that a route loses because a key is absent.

use super::*;
use irc::diag::Severity;

/// Each finding as the route, what is absent, and where its request goes; the request was decided again.
fn lost(metadata: &str, conditions: &[&str]) -> Vec<String> {
    let text = router(metadata, conditions);
    let found = findings(&text);
    let lost = found.iter().filter(|(d, _)| d.meta.name == "lost-when-missing");
    lost.map(|(d, decided)| {
        let decided = decided.as_ref().unwrap();
        let words: Vec<&str> = d.message.split('`').skip(1).step_by(2).collect();
        assert_eq!(decided.route.as_deref(), words.get(2).copied(), "{}", d.message);
        assert!(decided.failed > 0);
        format!("{} without {} to {}", words[1], words[0], words.get(2).unwrap_or(&"nowhere"))
    })
    .collect()
}

const ALL: &str = "tier: {type: string, enum: [free, pro]}\nregion: string\nbeta: bool\ntags: list(string)\ncount: int\n\
    account: {type: map, required: true, fields: {plan: string, id: {type: string, required: true}}}\n\
    owner: {type: map, fields: {plan: {type: string, required: true}}}\nsure: {type: string, required: true}";

fn one(condition: &str) -> Vec<String> {
    lost(ALL, &[condition])
}

#[test]
fn a_denied_value_loses_what_has_none() {
    let tier = ["r0 without tier to default"];
    for condition in [
        "tier != \"free\"",
        "\"free\" != tier",
        "!(tier == \"free\")",
        "!(tier in [\"free\"])",
        "!tier.startsWith(\"fr\")",
        "!tier.matches(\"^f\")",
        "tier != \"free\" && tier != \"pro\" && region == \"eu\"",
        "tier != \"free\" || region == \"eu\"",
        "region == \"eu\" && !(tier == \"free\" && count > 5)",
        "beta ? tier != \"free\" : region == \"eu\"",
    ] {
        assert_eq!(one(condition), tier, "{condition}");
    }
    assert_eq!(one("!beta"), ["r0 without beta to default"]);
    assert_eq!(one("beta == false"), ["r0 without beta to default"]);
    assert_eq!(one("beta != true"), ["r0 without beta to default"]);
    assert_eq!(one("!(\"vip\" in tags)"), ["r0 without tags to default"]);
    assert_eq!(one("!tags.exists(t, t == \"vip\")"), ["r0 without tags to default"]);
    let both = ["r0 without tier to default", "r0 without region to default"];
    assert_eq!(one("tier != \"free\" && region != \"eu\""), both);
}

#[test]
fn what_an_absent_key_rightly_does_not_pass_is_left_alone() {
    for condition in [
        "tier == \"free\"",
        "count > 5",
        "count < 5",
        "!(count < 5)",
        "beta",
        "beta == true",
        "beta != false",
        "\"vip\" in tags",
        "size(tags) == 0",
        // Who asks for these thinks of what is absent.
        "region != \"\"",
        "count != 0",
        "!(region in [\"\", \"eu\"])",
        // Always there.
        "sure != \"x\"",
        "account.id != \"x\"",
        // Asked for before.
        "has(account.plan) && account.plan != \"x\"",
        "!has(account.plan) || account.plan != \"x\"",
        "\"plan\" in account && account[\"plan\"] != \"x\"",
        // The other side is true whenever this one would be.
        "tier != \"free\" || sure != \"x\" || sure == \"x\"",
        // Not this alone keeps the request out.
        "tier != \"free\" && tier.size() > 2",
        "messages.last().role != \"user\"",
    ] {
        assert_eq!(one(condition), NOTHING, "{condition}");
    }
}

#[test]
fn fields_of_maps() {
    assert_eq!(one("account.plan != \"x\""), ["r0 without account.plan to default"]);
    assert_eq!(one("account[\"plan\"] != \"x\""), ["r0 without account[\"plan\"] to default"]);
    assert_eq!(one("owner.plan != \"x\""), ["r0 without owner to default"]);
    assert_eq!(one("!has(owner.plan) || owner.plan != \"x\""), ["r0 without owner to default"]);
}

#[test]
fn the_request_goes_where_it_is_said_to_go() {
    let all_of_them = ["tier == \"free\"", "tier != \"free\"", "region != \"eu\"", "sure == \"x\""];
    assert_eq!(
        lost(ALL, &all_of_them),
        // All of these routes lead to one model: only what goes to the default route is lost.
        ["r1 without tier to default", "r2 without region to default"]
    );
    let text = "name: support\nroutes:\n  - {id: a, when: 'tier != \"free\"', model: openai/gpt-5.2}\n";
    let found = findings(text);
    let message = &found.iter().find(|(d, _)| d.meta.name == "lost-when-missing").unwrap().0.message;
    assert_eq!(message, "a request without `tier` misses `a` and reaches no route");
}

#[test]
fn the_same_outcome_is_no_loss() {
    let text = |rest: &str| {
        format!(
            "name: support\nmetadata: {{tier: string, region: string}}\nroutes:\n  \
             - {{id: a, when: 'tier != \"free\"', model: openai/gpt-5.2}}\n  \
             - {{id: b, when: 'region == \"eu\"', model: openai/gpt-4o-mini}}\n{rest}"
        )
    };
    let lost = |rest: &str| {
        let found = findings(&text(rest));
        found
            .into_iter()
            .filter(|(d, _)| d.meta.name == "lost-when-missing")
            .map(|(d, _)| d.message)
            .collect::<Vec<_>>()
    };
    // Some request goes to `b`, whatever the default route is.
    let to_b = ["a request without `tier` misses `a` and goes to `b`"];
    assert_eq!(lost("default: {model: openai/gpt-5.2, variant: other}\n"), to_b);
    let same = text("default: {model: openai/gpt-5.2}\n").replace("gpt-4o-mini", "gpt-5.2");
    assert!(findings(&same).is_empty());
}

#[test]
fn without_declarations_it_is_information() {
    let found = findings(&router("", &["tier != \"free\""]));
    assert_eq!(found[0].0.severity, Severity::Info);
    let found = findings(&router("tier: string", &["tier != \"free\""]));
    assert_eq!(found[0].0.severity, Severity::Warning);
}

#[test]
fn the_fix_ends_it() {
    for condition in [
        "account.plan != \"x\"",
        "sure == \"y\" && account.plan != \"x\" && !(account.plan == \"y\")",
        "!(account.plan == \"x\" && sure == \"y\")",
        "!(account[\"plan\"] in [\"x\"]) || sure == \"y\"",
        "sure == \"a\" ? account.plan != \"x\" : sure == \"b\"",
    ] {
        let text = router(ALL, &[condition]);
        let found = findings(&text);
        let (diagnostic, _) = found.iter().find(|(d, _)| d.meta.name == "lost-when-missing").unwrap();
        let fix = &diagnostic.fixes[0];
        assert!(!fix.safe);
        let mended = irc::diag::apply(&text, diagnostic.span.file, &fix.edits).unwrap();
        assert!(findings(&mended).is_empty(), "{mended}");
    }
}
