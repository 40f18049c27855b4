//! The nearest of several names.

/// Up to three of `known` that `wanted` may be a slip of, the nearest first.
pub(super) fn nearest<'a>(wanted: &str, known: impl IntoIterator<Item = &'a str>) -> Vec<&'a str> {
    let lower = wanted.to_lowercase();
    let mut near: Vec<(usize, &str)> = known
        .into_iter()
        .filter_map(|name| {
            let distance = strsim::damerau_levenshtein(&lower, name);
            // A part of a longer name is worth a hint as well: `weights` for `weights-not-100`.
            let part = lower.len() >= 4 && name.contains(&lower);
            (distance <= 1 + lower.chars().count() / 4 || part).then_some((distance, name))
        })
        .collect();
    near.sort();
    near.dedup();
    near.into_iter().take(3).map(|(_, name)| name).collect()
}

/// `: did you mean …?`, or nothing when no name is near.
pub(super) fn did_you_mean<'a>(wanted: &str, known: impl IntoIterator<Item = &'a str>) -> String {
    let names: Vec<String> = nearest(wanted, known).into_iter().map(|name| format!("`{name}`")).collect();
    if names.is_empty() { String::new() } else { format!(": did you mean {}?", names.join(" or ")) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn finds_slips_and_parts() {
        let known = ["weights-not-100", "unknown-model", "unknown-field"];
        assert_eq!(nearest("unknwon-model", known), ["unknown-model"]);
        assert_eq!(nearest("weights", known), ["weights-not-100"]);
        assert!(nearest("zzz", known).is_empty());
        assert!(nearest("", known).is_empty());
        assert_eq!(did_you_mean("unknown-fields", known), ": did you mean `unknown-field`?");
        assert_eq!(did_you_mean("qqqqqq", known), "");
    }
}
