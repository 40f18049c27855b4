use super::*;
use crate::cel::parser::{ParseOptions, parse};

fn expanded(text: &str, options: &ExpandOptions) -> Expanded {
    let (ast, issues) = parse(text, &ParseOptions::full());
    assert!(issues.is_empty(), "{text}: {}", issues[0].message());
    expand(&ast, options)
}

/// The expanded tree without the kinds of its nodes.
fn short(text: &str) -> String {
    let debug = expanded(text, &ExpandOptions::default()).debug();
    let mut out = String::new();
    let mut rest = debug.as_str();
    while let Some((before, after)) = rest.split_once("^*expr.") {
        out.push_str(before);
        rest = after.trim_start_matches(|c: char| c.is_ascii_alphanumeric() || c == '_');
    }
    out + rest
}

#[test]
fn chains_are_balanced() {
    assert_eq!(short("a && b && c"), "_&&_(_&&_(a,b),c)");
    assert_eq!(short("a || b || c || d"), "_||_(_||_(a,b),_||_(c,d))");
    assert_eq!(short("a && (b && c) && d"), "_&&_(_&&_(a,_&&_(b,c)),d)");
    let variadic = ExpandOptions { variadic_logic: true, ..ExpandOptions::default() };
    assert!(expanded("a && b && c", &variadic).debug().starts_with("_&&_(a^"));
}

#[test]
fn macros_of_the_larger_profile() {
    let fold =
        |var: &str, range: &str, accumulator: &str, init: &str, condition: &str, step: &str, result: &str| {
            format!(
                "__comprehension__(//Variable{var},//Target{range},//Accumulator{accumulator},//Init{init},\
             //LoopCondition{condition},//LoopStep{step},//Result{result})"
            )
        };
    let bind = |var: &str, init: &str, body: &str| fold("#unused", "[]", var, init, "false", var, body);
    assert_eq!(short("cel.bind(x, a, x)"), bind("x", "a", "x"));
    let mapped = format!(
        "_?_:_(@target.hasValue(),optional.of({}),optional.none())",
        bind("v", "@target.value()", "_+_(v,1)")
    );
    assert_eq!(short("o.optMap(v, v + 1)"), bind("@target", "o", &mapped));
    assert_eq!(
        short("m.transformMap(k, v, v > 1, v)"),
        fold(
            "k,v",
            "m",
            "@result",
            "{}",
            "true",
            "_?_:_(_>_(v,1),cel.@mapInsert(@result,k,v),@result)",
            "@result"
        )
    );
    assert_eq!(
        short("m.transformMapEntry(k, v, {v: k})"),
        fold("k,v", "m", "@result", "{}", "true", "cel.@mapInsert(@result,{v:k})", "@result")
    );
    assert_eq!(
        short("m.transformList(i, v, i)"),
        fold("i,v", "m", "@result", "[]", "true", "_+_(@result,[i])", "@result")
    );
    assert_eq!(short("cel.block([a, cel.index(0)], cel.index(1))"), "cel.@block([a,@index0],@index1)");
    assert_eq!(
        short("m.exists(cel.iterVar(0, 1), cel.iterVar(0, 1))"),
        fold(
            "@it:0:1",
            "m",
            "@result",
            "false",
            "@not_strictly_false(!_(@result))",
            "_||_(@result,@it:0:1)",
            "@result"
        )
    );
}

#[test]
fn size_stays_linear() {
    let text = format!("o{}", ".optMap(v, v)".repeat(100));
    assert!(expanded(&text, &ExpandOptions::default()).nodes.len() < 2_000);
}

#[test]
fn literals_as_the_reference_shows_them() {
    assert_eq!(
        short("1e21 + 1.5e-7 + 1e20 + 0.0001 + -0.0"),
        "_+_(_+_(_+_(_+_(1e+21,1.5e-07),100000000000000000000),0.0001),-0)"
    );
    assert_eq!(short(r#"'a"\n\x01\u200b' + b'é'"#), "_+_(\"a\\\"\\n\\x01\\u200b\",b\"é\")");
}
