//! What of a finding changes when only its place does.

/// `routes[3].variants[0]` as `routes[].variants[]`.
pub fn without_numbers(path: &str) -> String {
    path.chars().filter(|c| !c.is_ascii_digit()).collect()
}

/// A message may name another line (`line 6`); its number is no part of what the finding is.
pub fn without_lines(message: &str) -> String {
    let mut out = String::with_capacity(message.len());
    let mut after_line = false;
    for word in message.split_whitespace() {
        let number = word.starts_with(|c: char| c.is_ascii_digit());
        out.push_str(if after_line && number { "#" } else { word });
        out.push(' ');
        let bare = word.trim_start_matches(|c: char| !c.is_alphanumeric());
        after_line = matches!(bare, "line" | "lines") || (after_line && (number || word == "and"));
    }
    out
}
