//! What to set for Claude Code, in the words of each shell.

use serde_json::{Map, Value as Json, json};

/// The variables that name the models of background and subagent calls, which `--model` does not move.
pub const DEFAULT_MODELS: [&str; 3] =
    ["ANTHROPIC_DEFAULT_OPUS_MODEL", "ANTHROPIC_DEFAULT_SONNET_MODEL", "ANTHROPIC_DEFAULT_HAIKU_MODEL"];

/// The address: no slash at its end and no path, for the caller appends its own.
pub const BASE_URL: &str = "https://api.inworld.ai";

/// The variable that is to hold the key.
pub const KEY_VARIABLE: &str = "INWORLD_API_KEY";

/// Whose language is spoken.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Shell {
    /// Lines for a POSIX shell.
    Sh,
    /// Lines for PowerShell.
    PowerShell,
    /// One command of a POSIX shell that sets nothing beyond itself.
    Inline,
    /// A settings file of Claude Code. It cannot refer to a variable: the token stays in the environment.
    SettingsJson,
}

/// What Claude Code is to be set up for.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Setup {
    /// What its requests name as their model: `inworld/support`.
    pub model: String,
    /// The variable that holds the key. Its value is never asked for.
    pub key: String,
}

impl Setup {
    /// As text to paste, with a line break at its end.
    pub fn write(&self, shell: Shell) -> String {
        match shell {
            Shell::Sh => self.sh(),
            Shell::PowerShell => self.powershell(),
            Shell::Inline => self.inline(),
            Shell::SettingsJson => self.settings(),
        }
    }

    fn sh(&self) -> String {
        let key = &self.key;
        let model = sh_word(&self.model);
        let mut lines = vec![
            "unset ANTHROPIC_API_KEY".to_owned(),
            format!("export ANTHROPIC_BASE_URL={BASE_URL}"),
            format!("export ANTHROPIC_AUTH_TOKEN=\"${{{key}:?holds no key}}\""),
        ];
        lines.extend(DEFAULT_MODELS.map(|variable| format!("export {variable}={model}")));
        lines.push(format!("# then: claude --model {model}"));
        lines.join("\n") + "\n"
    }

    fn powershell(&self) -> String {
        let model = powershell_word(&self.model);
        let mut lines = vec![
            "Remove-Item Env:ANTHROPIC_API_KEY -ErrorAction SilentlyContinue".to_owned(),
            format!("$env:ANTHROPIC_BASE_URL = '{BASE_URL}'"),
            format!("$env:ANTHROPIC_AUTH_TOKEN = $env:{}", self.key),
        ];
        lines.extend(DEFAULT_MODELS.map(|variable| format!("$env:{variable} = {model}")));
        lines.push(format!("# then: claude --model {model}"));
        lines.join("\n") + "\n"
    }

    fn inline(&self) -> String {
        let model = sh_word(&self.model);
        let mut words = vec![
            "env -u ANTHROPIC_API_KEY".to_owned(),
            format!("ANTHROPIC_BASE_URL={BASE_URL}"),
            format!("ANTHROPIC_AUTH_TOKEN=\"${{{}:?holds no key}}\"", self.key),
        ];
        words.extend(DEFAULT_MODELS.map(|variable| format!("{variable}={model}")));
        words.push(format!("claude --model {model}"));
        words.join(" ") + "\n"
    }

    fn settings(&self) -> String {
        let mut env = Map::new();
        // A settings file cannot take a variable away; an empty one is as good as none.
        env.insert("ANTHROPIC_API_KEY".to_owned(), json!(""));
        env.insert("ANTHROPIC_BASE_URL".to_owned(), json!(BASE_URL));
        for variable in DEFAULT_MODELS {
            env.insert(variable.to_owned(), json!(self.model));
        }
        let settings: Json = json!({"env": env, "model": self.model});
        // What is text and maps of text can be written.
        serde_json::to_string_pretty(&settings).unwrap_or_default() + "\n"
    }
}

/// A text as one word of a POSIX shell.
fn sh_word(text: &str) -> String {
    let plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '/' | '.' | '-' | '_' | ':');
    if !text.is_empty() && text.chars().all(plain) {
        return text.to_owned();
    }
    format!("'{}'", text.replace('\'', r"'\''"))
}

/// A text as one word of PowerShell, to which the curly quotes are quotes too.
fn powershell_word(text: &str) -> String {
    let mut out = String::from("'");
    for c in text.chars() {
        if matches!(c, '\'' | '\u{2018}' | '\u{2019}' | '\u{201a}' | '\u{201b}') {
            out.push(c);
        }
        out.push(c);
    }
    out.push('\'');
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_quoted() {
        assert_eq!(sh_word("inworld/support"), "inworld/support");
        assert_eq!(sh_word("it's $HOME"), r"'it'\''s $HOME'");
        assert_eq!(sh_word(""), "''");
        assert_eq!(powershell_word("it's \u{2019}$x"), "'it''s \u{2019}\u{2019}$x'");
    }

    #[test]
    fn a_settings_file_holds_no_token() {
        let setup = Setup { model: "inworld/support".to_owned(), key: KEY_VARIABLE.to_owned() };
        let settings: Json = serde_json::from_str(&setup.write(Shell::SettingsJson)).unwrap();
        assert_eq!(settings["model"], "inworld/support");
        assert_eq!(settings["env"]["ANTHROPIC_DEFAULT_HAIKU_MODEL"], "inworld/support");
        assert!(settings["env"].get("ANTHROPIC_AUTH_TOKEN").is_none());
    }
}
