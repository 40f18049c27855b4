use std::collections::BTreeSet;

use super::*;

#[test]
fn names_and_ids_are_unique() {
    let mut names = BTreeSet::new();
    let mut ids = BTreeSet::new();
    for function in all() {
        assert!(names.insert(function.name), "{} stands twice", function.name);
        assert!(!function.overloads.is_empty(), "{} has no overload", function.name);
        for overload in function.overloads {
            assert!(ids.insert(overload.id), "{} stands twice", overload.id);
            assert!(!overload.member || !overload.params.is_empty(), "{} has no receiver", overload.id);
        }
    }
}

#[test]
fn lookup_finds_every_name() {
    for function in all() {
        assert!(std::ptr::eq(lookup(function.name).unwrap(), function));
    }
    assert!(lookup("nothing").is_none());
}

fn call(name: &str, args: &[Value]) -> Outcome {
    let mut runtime = Runtime::new(&crate::cel::Limits::default());
    let overload = lookup(name).unwrap().overloads.iter().find(|overload| overload.accepts(args)).unwrap();
    overload.call.unwrap().run(args, &mut runtime)
}

fn text(name: &str, args: &[Value]) -> String {
    match call(name, args) {
        Ok(Value::String(text)) => text.to_string(),
        other => panic!("{name}: {other:?}"),
    }
}

#[test]
fn no_function_panics_whatever_it_is_given() {
    let samples = [
        Value::Null,
        Value::Bool(true),
        Value::Int(i64::MIN),
        Value::Int(-1),
        Value::Int(0),
        Value::Int(1),
        Value::Int(i64::MAX),
        Value::Uint(u64::MAX),
        Value::Double(f64::NAN),
        Value::Double(f64::MAX),
        Value::Double(-0.0),
        Value::from(""),
        Value::from("é%s%.99999f"),
        Value::from("%.3f%x"),
        Value::from("192.168.0.1/99"),
        Value::from("-99999999999999999999999h"),
        Value::from("+99:99"),
        Value::Bytes(b"\xff\x00"[..].into()),
        Value::list(vec![]),
        Value::list(vec![Value::Double(f64::NAN), Value::Double(1.0)]),
        Value::list(vec![Value::from("a"), Value::list(vec![Value::Null])]),
        Value::map([(super::super::value::Key::Int(1), Value::Null)].into_iter().collect()),
        Value::Timestamp { seconds: -62_135_596_800, nanos: 0 },
        Value::Timestamp { seconds: 253_402_300_799, nanos: 999_999_999 },
        Value::Duration { seconds: 315_576_000_000, nanos: 999_999_999 },
        Value::Duration { seconds: -315_576_000_000, nanos: -999_999_999 },
        Value::Type("int".into()),
        Value::Optional(None),
        call("ip", &["::1".into()]).unwrap(),
        call("cidr", &["10.0.0.1/0".into()]).unwrap(),
    ];
    let mut runtime = Runtime::new(&crate::cel::Limits { steps: u64::MAX, ..Default::default() });
    let mut answers = 0;
    for overload in all().flat_map(|function| function.overloads) {
        let Some(call) = overload.call else { continue };
        let mut rows: Vec<Vec<Value>> = vec![vec![]];
        for param in overload.params {
            let fitting = || samples.iter().filter(|value| param.accepts(value));
            rows = rows
                .iter()
                .flat_map(|row| fitting().map(|value| [&row[..], std::slice::from_ref(value)].concat()))
                .collect();
        }
        assert!(!rows.is_empty(), "{} was not tried", overload.id);
        for row in rows {
            assert!(overload.accepts(&row));
            answers += usize::from(call.run(&row, &mut runtime).is_ok());
        }
    }
    assert!(answers > 1_000, "only {answers} calls had an answer");
}

#[test]
fn results_are_of_the_types_that_the_tables_say() {
    let samples = [Value::Int(2), Value::Uint(3), Value::Double(1.5), Value::from("1"), Value::Bool(true)];
    let mut runtime = Runtime::new(&crate::cel::Limits::default());
    for overload in all().flat_map(|function| function.overloads) {
        for value in &samples {
            let args = vec![value.clone(); overload.params.len()];
            if let (Some(call), true) = (overload.call, overload.accepts(&args))
                && let Ok(result) = call.run(&args, &mut runtime)
            {
                assert!(overload.result.accepts(&result), "{} answers {result}", overload.id);
            }
        }
    }
}

#[test]
fn days_are_counted_as_the_calendar_has_them() {
    for (text, seconds) in [
        ("0001-01-01T00:00:00Z", -62_135_596_800),
        ("1969-12-31T23:59:59Z", -1),
        ("2000-02-29T00:00:00Z", 951_782_400),
        ("2100-03-01T00:00:00Z", 4_107_542_400),
        ("9999-12-31T23:59:59Z", 253_402_300_799),
    ] {
        let value = call("timestamp", &[text.into()]).unwrap();
        assert_eq!(value, Value::Timestamp { seconds, nanos: 0 });
        assert_eq!(self::text("string", &[value]), text);
    }
    for wrong in [
        "2100-02-29T00:00:00Z",
        "2024-13-01T00:00:00Z",
        "2024-01-01T00:00:60Z",
        "2024-01-01",
        "0000-01-01T00:00:00Z",
    ] {
        assert!(call("timestamp", &[wrong.into()]).is_err(), "{wrong}");
    }
}

#[test]
#[cfg(feature = "time-zones")]
fn zones_have_their_history() {
    let hours = |text: &str, zone: &str| {
        let at = call("timestamp", &[text.into()]).unwrap();
        (call("getHours", &[at.clone(), zone.into()]), call("getMinutes", &[at, zone.into()]))
    };
    let at = |hour, minute| (Ok(Value::Int(hour)), Ok(Value::Int(minute)));
    assert_eq!(hours("2024-07-01T12:00:00Z", "America/St_Johns"), at(9, 30));
    assert_eq!(hours("2024-01-01T12:00:00Z", "Asia/Kathmandu"), at(17, 45));
    assert_eq!(hours("1800-07-01T12:00:00Z", "Europe/Paris"), at(12, 9));
    // The first and the last second, and the years beyond them that a zone leads to.
    assert_eq!(hours("9999-12-31T23:59:59Z", "Asia/Kathmandu"), at(5, 44));
    assert_eq!(hours("0001-01-01T00:00:00Z", "America/New_York"), at(19, 3));
    for zone in ["europe/paris", "Local", "Nowhere/Land", "+1", "24:00", "Z", "../../etc/passwd"] {
        assert!(hours("2024-01-01T12:00:00Z", zone).0.is_err(), "{zone}");
    }
}

#[test]
fn zero_has_one_sign() {
    for zero in [0.0, -0.0] {
        assert_eq!(text("string", &[call("math.sign", &[Value::Double(zero)]).unwrap()]), "0");
    }
}

#[test]
fn durations_read_and_print() {
    for (written, printed) in [
        ("1h30m", "5400s"),
        ("-1.5s", "-1.5s"),
        ("+1us", "0.000001s"),
        ("0.5h", "1800s"),
        ("1h0.000000001s", "3600.000000001s"),
        ("0", "0s"),
    ] {
        let value = call("duration", &[written.into()]).unwrap();
        assert_eq!(text("string", &[value]), printed);
    }
    for wrong in ["", "1", "s", "1x", "1h-1s", "--1s", "1.2.3s", "999999999999999h"] {
        assert!(call("duration", &[wrong.into()]).is_err(), "{wrong}");
    }
}

#[test]
fn formats_print_and_refuse() {
    let format = |pattern: &str, values: Vec<Value>| call("format", &[pattern.into(), Value::list(values)]);
    for (pattern, value, printed) in [
        ("%s", Value::Double(1.0), "1"),
        ("%.2f", Value::Double(2.675), "2.67"),
        ("%.0f", Value::Double(2.5), "2"),
        ("%e", Value::Double(-1234.5), "-1.234500e+03"),
        ("%x", Value::Int(-255), "-ff"),
        ("%X", Value::from("é"), "C3A9"),
        ("%b", Value::Bool(true), "1"),
        ("%s", Value::Bytes(b"a\xff\xfeb"[..].into()), "a\u{fffd}b"),
        ("100%%%s", Value::Null, "100%null"),
    ] {
        assert_eq!(format(pattern, vec![value]), Ok(printed.into()), "{pattern}");
    }
    for (pattern, values) in [
        ("%s", vec![]),
        ("%", vec![]),
        ("%.s", vec![]),
        ("%y", vec![Value::Null]),
        ("%.9999f", vec![Value::Double(1.0)]),
    ] {
        assert!(format(pattern, values).is_err(), "{pattern}");
    }
}

#[test]
fn results_cannot_grow_without_bound() {
    let long = Value::from("x".repeat(1 << 16));
    let error = call("replace", &[long.clone(), "x".into(), long.clone()]).unwrap_err();
    assert!(matches!(error, EvalErrorKind::TooLong(_)), "{error}");
    let error = call("join", &[Value::list(vec![long; 1 << 12])]).unwrap_err();
    assert!(matches!(error, EvalErrorKind::TooLong(_)), "{error}");
    assert!(call("lists.range", &[Value::Int(i64::MAX)]).is_err());
}

#[test]
fn addresses_and_blocks() {
    let ip = |text: &str| call("ip", &[text.into()]).unwrap();
    let cidr = |text: &str| call("cidr", &[text.into()]).unwrap();
    assert_eq!(text("string", &[call("masked", &[cidr("192.168.7.9/21")]).unwrap()]), "192.168.0.0/21");
    assert_eq!(call("containsIP", &[cidr("0.0.0.0/0"), ip("8.8.8.8")]), Ok(Value::Bool(true)));
    assert_eq!(call("containsIP", &[cidr("::/0"), ip("8.8.8.8")]), Ok(Value::Bool(false)));
    assert_eq!(
        call("containsCIDR", &[cidr("2001:db8::/32"), cidr("2001:db8:1::/48")]),
        Ok(Value::Bool(true))
    );
    assert_eq!(call("isMask", &[cidr("192.168.8.0/21")]), Ok(Value::Bool(true)));
    assert_eq!(call("isMask", &[cidr("192.168.7.9/21")]), Ok(Value::Bool(false)));
    for wrong in [
        "10.0.0.0/33",
        "10.0.0.0/+8",
        "10.0.0.0/08",
        "10.0.0.0",
        "::1/129",
        "fe80::1%en0/64",
        "::ffff:1.2.3.4/96",
    ] {
        assert!(call("cidr", &[wrong.into()]).is_err(), "{wrong}");
    }
}

#[test]
fn an_ipv4_address_within_ipv6_is_that_address() {
    let mapped = call("ip", &["::ffff:c0a8:1".into()]).unwrap();
    assert_eq!(mapped, call("ip", &["192.168.0.1".into()]).unwrap());
    assert_eq!(text("string", std::slice::from_ref(&mapped)), "192.168.0.1");
    assert_eq!(call("family", std::slice::from_ref(&mapped)), Ok(Value::Int(4)));
    let block = call("cidr", &["192.168.0.0/24".into()]).unwrap();
    assert_eq!(call("containsIP", &[block.clone(), mapped]), Ok(Value::Bool(true)));
    assert_eq!(call("containsIP", &[block, "::ffff:c0a8:1".into()]), Ok(Value::Bool(true)));
    assert_eq!(call("ip.isCanonical", &["::ffff:c0a8:1".into()]), Ok(Value::Bool(false)));
}

#[test]
fn the_last_index_may_fall_within_a_later_character() {
    // From `o` on, two bytes further lies the middle of `é`.
    for (offset, found) in [(0, -1), (1, 1), (2, 1), (3, 3), (4, 3)] {
        let answer = call("lastIndexOf", &["aéoéz".into(), "é".into(), Value::Int(offset)]);
        assert_eq!(answer, Ok(Value::Int(found)), "{offset}");
    }
}

proptest::proptest! {
    #[test]
    fn base64_reads_back(bytes: Vec<u8>) {
        let encoded = call("base64.encode", &[Value::Bytes(bytes.clone().into())]).unwrap();
        let Value::String(text) = &encoded else { panic!() };
        let bare = Value::from(text.trim_end_matches('='));
        let broken = Value::from(text.chars().flat_map(|c| [c, '\r', '\n']).collect::<String>());
        for written in [encoded.clone(), bare, broken] {
            proptest::prop_assert_eq!(call("base64.decode", &[written]).unwrap(), Value::Bytes(bytes.clone().into()));
        }
    }

    #[test]
    fn timestamps_read_back(seconds in -62_135_596_800i64..253_402_300_800, nanos in 0..1_000_000_000u32) {
        let value = Value::Timestamp { seconds, nanos };
        let printed = call("string", std::slice::from_ref(&value)).unwrap();
        proptest::prop_assert_eq!(call("timestamp", &[printed]).unwrap(), value);
    }
}
