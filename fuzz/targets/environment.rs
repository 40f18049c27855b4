//! The variables that the conditions read, and requests that keep to their types.

use std::sync::Arc;

use indexmap::IndexMap;
use irc::catalogue::functions::router_env;
use irc::cel::env::{Profile, Typing};
use irc::cel::types::{Domain, Field, Record, Type};
use irc::cel::{self, Env, ParseOptions, Value, value::Key};

/// The values of a request's variables.
pub type Row = IndexMap<Arc<str>, Value>;

fn record(name: &str, fields: Vec<(&str, Field)>) -> Type {
    let fields = fields.into_iter().map(|(name, field)| (name.into(), field)).collect();
    Type::Record(Arc::new(Record { name: name.into(), fields, open: false }))
}

fn required(ty: Type) -> Field {
    Field { required: true, ..Field::new(ty) }
}

fn one_of(values: &[&str]) -> Field {
    let one_of = values.iter().map(|value| Value::from(*value)).collect();
    Field { domain: Domain { one_of: Some(one_of), ..Domain::default() }, ..required(Type::String) }
}

/// What the conditions may use.
pub fn environment(profile: Profile) -> Env {
    let owner =
        record("owner", vec![("email", Field::new(Type::String)), ("verified", Field::new(Type::Bool))]);
    let account = record(
        "account",
        vec![
            ("id", required(Type::String)),
            ("plan", Field::new(Type::String)),
            ("seats", required(Type::Int)),
            ("tags", required(Type::list(Type::String))),
            ("owner", required(owner)),
        ],
    );
    let item = record("item", vec![("sku", required(Type::String)), ("count", required(Type::Int))]);
    let order = record(
        "order",
        vec![
            ("total", required(Type::Double)),
            ("status", required(Type::String)),
            ("items", required(Type::list(item))),
            ("coupon", Field::new(Type::String)),
        ],
    );
    let fields = [
        ("tier", one_of(&["free", "pro", "team", "enterprise"])),
        ("plan", Field::new(Type::String)),
        ("region", required(Type::String)),
        ("language", Field::new(Type::String)),
        ("country", Field { nullable: true, ..Field::new(Type::String) }),
        ("user_id", required(Type::String)),
        ("token", Field::new(Type::Bytes)),
        ("token64", Field::new(Type::String)),
        ("address", Field::new(Type::String)),
        ("seats", Field::new(Type::Int)),
        ("retries", required(Type::Int)),
        ("quota", Field::new(Type::Uint)),
        ("score", Field::new(Type::Number)),
        ("ratio", Field::new(Type::Double)),
        ("beta", Field::new(Type::Bool)),
        ("trial", required(Type::Bool)),
        ("tags", Field::new(Type::list(Type::String))),
        ("ports", Field::new(Type::list(Type::Int))),
        ("matrix", Field::new(Type::list(Type::list(Type::Int)))),
        ("account", Field::new(account)),
        ("limits", Field::new(Type::map(Type::String, Type::Int))),
        ("headers", required(Type::map(Type::String, Type::String))),
        ("orders", Field::new(Type::list(order))),
        ("sent_at", Field::new(Type::Timestamp)),
        ("seen_at", Field::new(Type::String)),
        ("idle", Field::new(Type::Duration)),
    ];
    let mut env = Env { profile, typing: Typing::Lenient, ..router_env() };
    env.variables.extend(fields.into_iter().map(|(name, field)| (name.into(), field)));
    env
}

/// Requests: what there is, the other way round, and no more than must be.
const ROWS: &[&str] = &[
    r#"{
        "tier": "pro", "plan": "gold", "region": "eu-west-1", "language": "de", "country": null,
        "user_id": "usr_a1", "token": b"\x00\xff", "token64": "aGk=", "address": "10.1.2.3",
        "seats": 12, "retries": 2, "quota": 1001u, "score": 91, "ratio": 0.3, "beta": true, "trial": false,
        "tags": ["vip", "owner", "team-a", "x:1", "y:2"], "ports": [80, 8043, 443], "matrix": [[1, 2], [3]],
        "account": {"id": "acme", "plan": "team", "seats": 9, "tags": ["eu"],
                    "owner": {"email": "a@example.com", "verified": true}},
        "limits": {"rpm": 60, "tpm": 1000}, "headers": {"x-tier": "gold", "X-Tier": "x"},
        "orders": [{"total": 120.5, "status": "open", "coupon": "c", "items": [{"sku": "SKU-1", "count": 2}]},
                   {"total": 1500.0, "status": "paid", "items": []}],
        "sent_at": timestamp("2026-03-01T23:30:00Z"), "seen_at": "2026-03-01T00:00:00Z",
        "idle": duration("6m"),
        "messages": [{"role": "system", "content": "Be kind."},
                     {"role": "user", "content": "a refund?", "name": "alice"},
                     {"role": "assistant", "content": "sorry", "tool_calls": [{"id": "1"}]}]
    }"#,
    r#"{
        "tier": "free", "plan": "eu-x/_b", "region": "us-east-1", "language": "zh-CN", "country": "CH",
        "user_id": "00000000-aaaa", "token": b"abc", "token64": "", "address": "::1",
        "seats": -1, "retries": 0, "quota": 0u, "score": 0.5, "ratio": -2.5, "beta": false, "trial": true,
        "tags": [], "ports": [], "matrix": [[], [9]],
        "account": {"id": "x", "seats": 0, "tags": [], "owner": {}},
        "limits": {"max_a": 1}, "headers": {"accept-language": "fr-CH"}, "orders": [],
        "sent_at": timestamp("1969-12-31T23:59:59Z"), "seen_at": "no time", "idle": duration("-1s"),
        "messages": [{"role": "user", "content": "hi"}]
    }"#,
    r#"{
        "tier": "enterprise", "region": "", "user_id": "", "retries": 9223372036854775807, "trial": true,
        "headers": {}, "messages": []
    }"#,
];

/// The requests as values.
pub fn rows() -> Vec<Row> {
    let row = |text: &&str| {
        let env = Env { profile: Profile::Full, ..Env::default() };
        let (ast, issues) = cel::parse(text, &ParseOptions::for_env(&env));
        assert!(issues.is_empty(), "{issues:?}");
        let Value::Map(map) = cel::interpret::evaluate(&ast, &env, &()).unwrap() else { panic!("{text}") };
        let entry = |(key, value): (&Key, &Value)| match key {
            Key::String(name) => (Arc::clone(name), value.clone()),
            other => panic!("{other:?}"),
        };
        map.iter().map(entry).collect()
    };
    ROWS.iter().map(row).collect()
}
