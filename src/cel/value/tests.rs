use proptest::prelude::*;
use serde_json::json;

use super::equality::equals;
use super::order::compare;
use super::*;

fn map(entries: &[(Key, Value)]) -> Value {
    Value::map(entries.iter().cloned().collect())
}

#[test]
fn json_numbers_are_ints_where_they_are_written_so() {
    let json: serde_json::Value =
        serde_json::from_str("[1, 1.0, 1e2, -5, 9223372036854775807, 9223372036854775808, 1e400]")
            .unwrap_or_else(|_| json!([1, 1.0, 1e2, -5, i64::MAX, 9_223_372_036_854_775_808_u64]));
    let Value::List(list) = Value::from_json(&json, JsonNumbers::IntOrDouble) else { panic!() };
    let expected = [
        Value::Int(1),
        Value::Double(1.0),
        Value::Double(100.0),
        Value::Int(-5),
        Value::Int(i64::MAX),
        Value::Double(9_223_372_036_854_775_808.0),
    ];
    assert_eq!(list[..6], expected);
    assert_eq!(Value::from_json(&json!(3), JsonNumbers::Double), Value::Double(3.0));
}

#[test]
fn equal_numbers_are_one_key_that_remembers_its_type() {
    let value = map(&[(Key::Uint(1), "one".into()), (Key::Int(-1), "minus one".into())]);
    let Value::Map(entries) = &value else { panic!() };
    for key in [Value::Int(1), Value::Uint(1), Value::Double(1.0)] {
        assert_eq!(entries.get(KeyRef::from_value(&key).unwrap()), Some(&"one".into()), "{key}");
    }
    assert_eq!(KeyRef::from_value(&Value::Double(1.5)), None);
    assert_eq!(entries.entry(0).unwrap().0.to_value(), Value::Uint(1));
    assert_eq!(value.to_string(), r#"{1u: "one", -1: "minus one"}"#);
    let ints = map(&[(Key::Int(-1), "minus one".into()), (Key::Int(1), "one".into())]);
    assert!(equals(&value, &ints, &mut Meter::new(10)).unwrap());
    assert_ne!(value, ints, "structurally they differ");
}

#[test]
fn large_maps_find_every_key() {
    let entries = |n: i64| (0..n).map(|k| (Key::Int(k), Value::Int(k * 2))).collect::<MapValue>();
    for size in [0, 1, 8, 9, 10, 1_000] {
        let mut map = entries(size);
        assert_eq!(map.len(), usize::try_from(size).unwrap());
        for k in 0..size {
            assert_eq!(map.get(KeyRef::Number(k.into())), Some(&Value::Int(k * 2)));
        }
        assert_eq!(map.get(KeyRef::Number(size.into())), None);
        assert_eq!(map.get_str("x"), None);
        assert!(!map.insert(Key::String("x".into()), Value::Null));
        assert!(map.insert(Key::String("x".into()), Value::Bool(true)));
        assert_eq!(map.get_str("x"), Some(&Value::Bool(true)));
    }
}

#[test]
fn not_a_number_equals_nothing_and_has_no_place() {
    let nan = Value::Double(f64::NAN);
    for other in [nan.clone(), Value::Int(1), Value::Uint(1)] {
        assert!(!equals(&nan, &other, &mut Meter::new(1)).unwrap());
        assert_eq!(compare(&nan, &other), Ok(None));
    }
    let list = Value::list(vec![nan]);
    assert!(!equals(&list, &list, &mut Meter::new(5)).unwrap());
    assert_eq!(list, list, "tables and tests need it to be the same");
}

#[test]
fn values_print_as_cel_writes_them() {
    let cases = [
        (Value::Double(1.0), "1.0"),
        (Value::Double(1e300), "1e300"),
        (Value::Double(f64::NEG_INFINITY), r#"double("-Inf")"#),
        (Value::Uint(3), "3u"),
        ("a\"\\\n\u{7}é".into(), r#""a\"\\\n\u0007é""#),
        (Value::Bytes(b"a\"\xff"[..].into()), r#"b"a\"\xff""#),
        (Value::Timestamp { seconds: 0, nanos: 500_000_000 }, r#"timestamp("1970-01-01T00:00:00.5Z")"#),
        (Value::Duration { seconds: -1, nanos: -500_000_000 }, r#"duration("-1.5s")"#),
        (Value::some(Value::list(vec![Value::Null])), "optional.of([null])"),
        (Value::Type("int".into()), "int"),
    ];
    for (value, text) in cases {
        assert_eq!(value.to_string(), text);
    }
    assert_eq!(Value::from("ééé").show(4), "\"é…");
}

#[test]
fn a_value_that_holds_itself_many_times_over_is_cut_off() {
    let mut value = Value::Null;
    for _ in 0..100 {
        value = Value::list(vec![value.clone(), value]);
    }
    assert!(value.show(1_000).len() < 1_010);
    assert_eq!(equals(&value, &value.clone(), &mut Meter::new(10_000)), Err(EvalErrorKind::Budget));
    assert_eq!(value.to_json(), None);
    assert_eq!(value.to_tagged(), None);
}

#[test]
fn depth_is_bounded() {
    let mut value = Value::Null;
    for _ in 0..MAX_DEPTH {
        value = Value::list(vec![value]).bounded().unwrap();
    }
    assert_eq!(value.depth(), MAX_DEPTH);
    assert_eq!(Value::some(value.clone()).bounded(), Err(EvalErrorKind::TooDeep(MAX_DEPTH)));
    assert_eq!(map(&[(Key::Int(1), value)]).bounded(), Err(EvalErrorKind::TooDeep(MAX_DEPTH)));
}

#[test]
fn what_json_cannot_hold_is_no_json() {
    assert_eq!(Value::list(vec![Value::Int(1), "a".into()]).to_json(), Some(json!([1, "a"])));
    for value in [Value::Double(f64::NAN), Value::Type("int".into()), map(&[(Key::Int(1), Value::Null)])] {
        assert_eq!(value.to_json(), None, "{value}");
    }
}

#[test]
fn tagged_values_that_cannot_be_read_say_so() {
    for json in [
        json!(1),
        json!({"t": "int", "v": 1}),
        json!({"t": "bytes", "v": "abc"}),
        json!({"t": "map", "v": [[1]]}),
        json!({"t": "what"}),
        json!({"t": "timestamp", "v": {"seconds": 999_999_999_999_i64}}),
    ] {
        assert!(Value::from_tagged(&json).is_err(), "{json}");
    }
}

fn key() -> impl Strategy<Value = Key> {
    prop_oneof![
        any::<bool>().prop_map(Key::Bool),
        (-3i64..3).prop_map(Key::Int),
        (0u64..3).prop_map(Key::Uint),
        ".{0,2}".prop_map(|text| Key::String(text.into())),
    ]
}

fn value() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::Bool),
        any::<i64>().prop_map(Value::Int),
        any::<u64>().prop_map(Value::Uint),
        any::<f64>().prop_map(Value::Double),
        ".{0,5}".prop_map(Value::from),
        prop::collection::vec(any::<u8>(), 0..5).prop_map(|bytes| Value::Bytes(bytes.into())),
        (-62_135_596_800i64..253_402_300_799, 0..1_000_000_000u32)
            .prop_map(|(seconds, nanos)| Value::Timestamp { seconds, nanos }),
        (0i64..1_000_000, 0..1_000_000_000i32)
            .prop_map(|(seconds, nanos)| Value::Duration { seconds, nanos }),
        Just(Value::Optional(None)),
    ];
    leaf.prop_recursive(3, 20, 4, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..4).prop_map(Value::list),
            prop::collection::vec((key(), inner.clone()), 0..4).prop_map(|entries| map(&entries)),
            inner.prop_map(Value::some),
        ]
    })
}

proptest! {
    #[test]
    fn the_tagged_form_loses_nothing(value in value()) {
        prop_assert_eq!(Value::from_tagged(&value.to_tagged().unwrap()).unwrap(), value);
    }

    #[test]
    fn equality_and_order_are_symmetric(a in value(), b in value()) {
        let forth = equals(&a, &b, &mut Meter::new(1_000)).unwrap();
        let back = equals(&b, &a, &mut Meter::new(1_000)).unwrap();
        prop_assert_eq!(forth, back);
        prop_assert_eq!(compare(&a, &b), compare(&b, &a).map(|order| order.map(std::cmp::Ordering::reverse)));
    }
}

proptest! {
    /// A map that was written over another is the map that one makes anew.
    #[test]
    fn what_is_written_over_is_gone(
        maps in prop::collection::vec(
            prop::collection::vec(prop::option::weighted(0.8, (0_usize..3, any::<bool>())), 0..12),
            1..5,
        ),
        cut in 0_usize..12,
    ) {
        let keys: Vec<Key> = (0..12).map(|i| Key::String(format!("key {i}").into())).collect();
        let texts = ["", "a", "more than sixteen bytes of it"];
        let mut written = MapValue::default();
        for entries in maps {
            let mut fresh = MapValue::default();
            let mut at = 0;
            for (key, entry) in keys.iter().zip(&entries) {
                let Some((text, plain)) = *entry else { continue };
                let text = texts[text];
                if plain {
                    match written.text_at(at, key) {
                        Some(held) => *held = text.into(),
                        None => written.write(at, key, text.into()),
                    }
                    fresh.insert(key.clone(), text.into());
                } else {
                    let list = Value::list(vec![text.into()]);
                    written.write(at, key, list.clone());
                    fresh.insert(key.clone(), list);
                }
                at += 1;
                // As it is done for a key that comes again.
                if at == cut {
                    written.end_at(at);
                    prop_assert!(written.insert(key.clone(), Value::Null));
                    fresh.insert(key.clone(), Value::Null);
                }
            }
            written.end_at(at);
            prop_assert_eq!(written.iter().collect::<Vec<_>>(), fresh.iter().collect::<Vec<_>>());
            for key in &keys {
                prop_assert_eq!(written.get(key.as_ref()), fresh.get(key.as_ref()));
            }
            let depth = fresh.iter().map(|(_, value)| value.depth() + 1).max().unwrap_or(1);
            prop_assert_eq!(Value::map(written.clone()).depth(), depth);
        }
    }
}
