//! "Did you mean …?"

/// The word of `known` that `word` was most probably meant to be: equal but for case, `-`, `_` and spaces, or a few
/// typing slips away. Ties go to the first.
pub fn nearest<'k>(word: &str, known: impl IntoIterator<Item = &'k str>) -> Option<&'k str> {
    let folded = fold(word);
    let allowed = match folded.chars().count() {
        0 => return None,
        1..=2 => 1,
        3..=5 => 2,
        n => n / 3,
    };
    known
        .into_iter()
        .filter_map(|candidate| {
            let other = fold(candidate);
            let distance = strsim::damerau_levenshtein(&folded, &other);
            // A short word must keep more than its length in common, or `id` would suggest `if`.
            let close =
                distance <= allowed && distance * 2 <= other.chars().count().max(folded.chars().count());
            close.then_some((distance, candidate))
        })
        .min_by_key(|(distance, _)| *distance)
        .map(|(_, candidate)| candidate)
}

/// Whether `word` is `known` but for case, `-`, `_`, spaces, or a single slip in a word of some length: close enough
/// to be put right without asking.
pub fn is_slip(word: &str, known: &str) -> bool {
    let (a, b) = (fold(word), fold(known));
    a == b || (b.chars().count() >= 4 && strsim::damerau_levenshtein(&a, &b) == 1)
}

/// Whether `word` is a slip of `meant` and of nothing else that is `known`: then no other correction can be meant.
pub fn is_slip_of_one<'k>(word: &str, meant: &str, known: impl IntoIterator<Item = &'k str>) -> bool {
    let folded = fold(word);
    let mut others = known.into_iter().filter(|other| *other != meant);
    if folded == fold(meant) {
        return !others.any(|other| fold(other) == folded);
    }
    is_slip(word, meant) && !others.any(|other| is_slip(word, other))
}

fn fold(word: &str) -> String {
    word.chars().take(80).filter(|c| !matches!(c, '-' | '_' | ' ')).flat_map(char::to_lowercase).collect()
}

/// A list for people: `` `a`, `b` or `c` ``.
pub fn or_list<S: AsRef<str>>(items: impl IntoIterator<Item = S>) -> String {
    list(items, "or")
}

/// A list for people: `` `a`, `b` and `c` ``.
pub fn and_list<S: AsRef<str>>(items: impl IntoIterator<Item = S>) -> String {
    list(items, "and")
}

fn list<S: AsRef<str>>(items: impl IntoIterator<Item = S>, word: &str) -> String {
    let items: Vec<String> = items.into_iter().map(|i| format!("`{}`", i.as_ref())).collect();
    match items.split_last() {
        None => String::new(),
        Some((last, [])) => last.clone(),
        Some((last, rest)) => format!("{} {word} {last}", rest.join(", ")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn finds_what_was_meant() {
        let known = ["weight", "when", "variants", "model", "id", "text_generation_config"];
        assert_eq!(nearest("wieght", known), Some("weight"));
        assert_eq!(nearest("varients", known), Some("variants"));
        assert_eq!(nearest("textGenerationConfig", known), Some("text_generation_config"));
        assert_eq!(nearest("zzz", known), None);
        assert_eq!(nearest("x", known), None);
        assert!(is_slip("wieght", "weight"));
        assert!(!is_slip("whole", "when"));
        assert!(is_slip_of_one("wieght", "weight", known));
        assert!(!is_slip_of_one("rate_", "rates", ["rates", "rated"]));
        assert!(is_slip_of_one("Rates", "rates", ["rates", "rated"]));
        assert!(!is_slip_of_one("Rates", "rates", ["rates", "ra_tes"]));
        assert!(is_slip_of_one("ratess", "rates", ["rates", "rated"]));
        assert_eq!(or_list(["a", "b", "c"]), "`a`, `b` or `c`");
        assert_eq!(and_list(["a", "b"]), "`a` and `b`");
    }
}
