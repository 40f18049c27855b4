//! Colours and characters, where they are wanted.

use super::Options;

/// How words are painted.
pub(super) struct Ink {
    color: bool,
    pub(super) unicode: bool,
}

impl Ink {
    pub(super) fn new(options: &Options) -> Self {
        Self { color: options.color, unicode: options.unicode }
    }
    pub(super) fn arrow(&self) -> &'static str {
        if self.unicode { "→" } else { "->" }
    }
    fn paint(&self, code: &str, text: &str) -> String {
        if self.color { format!("\x1b[{code}m{text}\x1b[0m") } else { text.to_owned() }
    }
    pub(super) fn bold(&self, text: &str) -> String {
        self.paint("1", text)
    }
    pub(super) fn dim(&self, text: &str) -> String {
        self.paint("2", text)
    }
    pub(super) fn good(&self, text: &str) -> String {
        self.paint("32", text)
    }
    pub(super) fn warn(&self, text: &str) -> String {
        self.paint("33", text)
    }
    pub(super) fn bad(&self, text: &str) -> String {
        self.paint("31", text)
    }
}
