//! Numbers and amounts for people.

use crate::compile::cost::Usd;

/// `12,345`
pub(crate) fn thousands(n: u64) -> String {
    let digits = n.to_string();
    let mut out = String::new();
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            out.push(',');
        }
        out.push(digit);
    }
    out
}

/// An amount.
pub(crate) fn dollars(usd: f64) -> String {
    let size = usd.abs();
    let digits = match size {
        _ if size >= 1_000.0 => return format!("${}", thousands(usd.round().max(0.0) as u64)),
        _ if size >= 1.0 || size == 0.0 => 2,
        _ if size >= 0.01 => 4,
        _ => 6,
    };
    format!("${usd:.digits$}")
}

/// An amount that is known up to bounds.
pub(crate) fn range(usd: Usd) -> String {
    let (min, max) = (dollars(usd.min), dollars(usd.max));
    if min == max { min } else { format!("{min} to {max}") }
}

/// How much more or less, where both are single figures.
pub(crate) fn growth(old: Usd, new: Usd) -> Option<String> {
    let single = |usd: Usd| (usd.max - usd.min).abs() <= usd.max * 1e-9;
    if !single(old) || !single(new) || old.max <= 0.0 {
        return None;
    }
    let growth = (new.max - old.max) / old.max * 100.0;
    let digits = usize::from(growth.abs() < 10.0);
    let text = format!("{growth:+.digits$}");
    Some(if text.trim_start_matches(['+', '-']).parse() == Ok(0.0) {
        "+0%".to_owned()
    } else {
        format!("{text}%")
    })
}
