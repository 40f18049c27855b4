//! Routes that take every request take them as long as callers keep what `metadata` declares. Without a default route the
//! first new plan or region is an error.

use crate::analyze::never_taken;
use crate::analyze::rules::{ANALYSIS_INCOMPLETE, CALLER_WITHOUT_ROUTE, NO_ROUTE_FOR_SOME_REQUESTS};
use crate::cel::ast::{Kind, Literal};
use crate::diag::{Diagnostic, Meta};
use crate::lint::context::Context;
use crate::lint::{Check, Rule};
use crate::model::Form;
use crate::rule_meta;

pub(super) static RULE: Rule = Rule {
    meta: rule_meta!("IRC504" "no-default-route", Info, Resilience, None),
    check: Check::Definition(check),
};

fn check(context: &Context<'_>, found: &mut Vec<Diagnostic>) {
    let definition = context.definition();
    let router = &definition.router;
    let (Some(name), None) = (&router.name, &router.default) else { return };
    let takes_all = context.checked.conditions.iter().flatten().any(|condition| {
        matches!(condition.ast.kind(condition.ast.root()), Kind::Literal(Literal::Bool(true)))
    });
    let said = |rule: &'static Meta| context.found(rule).next().is_some();
    // Where the analysis was not through, it says so, and asking it again would take as long.
    if takes_all
        || [&NO_ROUTE_FOR_SOME_REQUESTS, &CALLER_WITHOUT_ROUTE, &ANALYSIS_INCOMPLETE].into_iter().any(said)
    {
        return;
    }
    let key = match definition.form {
        Form::Authoring => "default",
        Form::Wire => "defaultRoute",
    };
    let proofs =
        never_taken(context.checked, context.options.catalogue, context.sources, context.options.analysis);
    let note = match proofs.last() {
        // For whatever anybody may send.
        Some(Some(proof)) if proof.given.is_empty() => return,
        Some(Some(proof)) => format!(
            "the routes take every request, {}: one that breaks this reaches none and is answered with an error",
            proof.given
        ),
        _ => "whether the routes take every request cannot be told; one that they leave over is answered with an error".to_owned(),
    };
    found.push(
        context.about(
            key,
            Diagnostic::new(&RULE.meta, name.span, "this router has no default route")
                .note(note)
                .help(format!("make the last route the `{key}`, or add one for what nobody expects")),
        ),
    );
}

#[cfg(test)]
mod tests {
    use super::RULE;
    use crate::lint::testing::{findings, findings_with};

    const ALL: &str = "name: a\nmetadata: {beta: {type: bool, required: true}}\nroutes:\n  - {id: r, when: beta, model: openai/gpt-5.2}\n  - {id: s, when: '!beta', model: openai/gpt-4o}\n";

    #[test]
    fn a_promise_may_be_broken() {
        assert_eq!(findings(&RULE, ALL), ["a: this router has no default route"]);
        assert_eq!(findings(&RULE, &format!("{ALL}default: {{model: openai/gpt-4o-mini}}\n")), [""; 0]);
        assert_eq!(findings(&RULE, &ALL.replace("'!beta'", "true")), [""; 0]);
        let sizes =
            ALL.replace("when: beta", "when: messages.size() > 3").replace("'!beta'", "messages.size() <= 3");
        assert_eq!(findings(&RULE, &sizes), [""; 0]);
    }

    #[test]
    fn requests_without_a_route_are_the_analysis_s_to_report() {
        let some = ALL.replace("'!beta'", "'!beta && messages.has()'");
        assert_eq!(findings(&RULE, &some), [""; 0]);
        assert_eq!(findings_with(&RULE, &some, 1), [""; 0]);
    }
}
