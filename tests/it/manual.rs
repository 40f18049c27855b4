//! What is made from the definitions of the arguments: completions, manual pages, the reference in `docs/cli.md`.

use std::fs;
use std::process::{Command, Stdio};

use crate::readme::generated;
use crate::sessions::Session;

/// Runs a program on a text, where there is such a program.
fn accepts(program: &str, arguments: &[&str], text: &str) -> Option<bool> {
    use std::io::Write;
    let mut command = Command::new(program);
    command.args(arguments).stdin(Stdio::piped()).stdout(Stdio::null()).stderr(Stdio::inherit());
    let mut child = match command.spawn() {
        Ok(child) => child,
        Err(_) => {
            eprintln!("skipped: there is no {program}");
            return None;
        }
    };
    child.stdin.take().unwrap().write_all(text.as_bytes()).unwrap();
    Some(child.wait().unwrap().success())
}

#[test]
fn shells_can_read_the_completions() {
    let s = Session::new("completions");
    for (shell, program, arguments) in [
        ("bash", "bash", &["-n"][..]),
        ("zsh", "zsh", &["-n"][..]),
        ("fish", "fish", &["--no-execute"][..]),
        ("powershell", "", &[][..]),
        ("elvish", "", &[][..]),
    ] {
        let (code, script, err) = s.run(&["completions", shell]);
        assert_eq!((code, err.as_str()), (0, ""), "{shell}");
        for word in ["simulate", "--fail-on", "completions"] {
            // Fish writes options without their dashes.
            let found = script.contains(word) || script.contains(word.trim_start_matches('-'));
            assert!(found, "{shell}: {word}");
        }
        if !program.is_empty() {
            assert_ne!(accepts(program, arguments, &script), Some(false), "{shell}");
        }
    }
    let (code, out, err) = s.run(&["completions", "tcsh"]);
    assert!(code == 2 && out.is_empty() && err.contains("bash"), "{err}");
}

#[test]
fn bash_completes() {
    let s = Session::new("completions-bash");
    let (_, script, _) = s.run(&["completions", "bash"]);
    let ask = format!(
        "{script}\nCOMP_WORDS=(irc che); COMP_CWORD=1; COMPREPLY=(); _irc irc che irc\necho \"${{COMPREPLY[@]}}\"\n"
    );
    let output = Command::new("bash").args(["--norc", "-c", &ask]).output();
    match output {
        Ok(output) => assert_eq!(String::from_utf8(output.stdout).unwrap(), "check\n"),
        Err(_) => eprintln!("skipped: there is no bash"),
    }
}

/// The commands with the words that name them, `irc` itself first.
fn commands() -> Vec<(Vec<String>, clap::Command)> {
    fn collect(words: &[String], command: &clap::Command, all: &mut Vec<(Vec<String>, clap::Command)>) {
        all.push((words.to_vec(), command.clone()));
        for below in command.get_subcommands() {
            collect(&[words, &[below.get_name().to_owned()]].concat(), below, all);
        }
    }
    let mut top = irc::cli::command();
    top.build();
    let mut all = Vec::new();
    collect(&[], &top, &mut all);
    all
}

#[test]
fn every_command_has_a_manual_page() {
    let s = Session::new("man");
    let (code, out, err) = s.run(&["man", "-o", "man1"]);
    assert_eq!((code, out.as_str(), err.as_str()), (0, "", ""));
    let all = commands();
    assert_eq!(fs::read_dir(s.folder.join("man1")).unwrap().count(), all.len());
    for (words, _) in all {
        let name = [&["irc".to_owned()], words.as_slice()].concat().join("-");
        let page = fs::read_to_string(s.folder.join("man1").join(format!("{name}.1"))).unwrap();
        for wanted in [".TH ", ".SH NAME", ".SH SYNOPSIS", ".SH EXAMPLES"] {
            assert!(page.contains(wanted), "{name} has no {wanted}");
        }
        let arguments: Vec<&str> = ["man"].into_iter().chain(words.iter().map(String::as_str)).collect();
        assert_eq!(s.run(&arguments).1, page, "{name}");
    }
    let (code, out, err) = s.run(&["man", "modles"]);
    assert_eq!((code, out.as_str()), (2, ""));
    assert_eq!(err, "irc: irc has no command `modles`: did you mean `models`?\n");
}

/// A text for a cell of a table, in which placeholders are no HTML.
fn cell(text: &str) -> String {
    text.replace('|', "\\|").replace('<', "&lt;").replace('\n', " ")
}

/// What is written in place of an argument: `--format FORM`, `[PATH]...`.
fn spelling(argument: &clap::Arg) -> String {
    let names: Vec<String> = argument
        .get_short()
        .map(|short| format!("-{short}"))
        .into_iter()
        .chain(argument.get_long().map(|long| format!("--{long}")))
        .collect();
    let takes = argument.get_action().takes_values();
    let values = argument.get_value_names().unwrap_or_default();
    let value = values.iter().map(|name| name.to_string()).collect::<Vec<_>>().join(" ");
    let several = argument.get_num_args().is_some_and(|range| range.max_values() > 1);
    let value = if several { format!("{value}…") } else { value };
    match (names.is_empty(), takes) {
        (true, _) => value,
        (false, false) => names.join(", "),
        (false, true) => {
            let optional = argument.get_num_args().is_some_and(|range| range.min_values() == 0);
            let value = if optional { format!("[={value}]") } else { format!(" {value}") };
            names.join(", ") + &value
        }
    }
}

/// Help of an argument, and what it is without it.
fn meaning(argument: &clap::Arg) -> String {
    let help = argument.get_help().map(ToString::to_string).unwrap_or_default();
    let defaults: Vec<_> = argument.get_default_values().iter().map(|v| v.to_string_lossy()).collect();
    let shown = argument.get_action().takes_values() && !argument.is_hide_default_value_set();
    if defaults.is_empty() || !shown { help } else { format!("{help} [default: {}]", defaults.join(" ")) }
}

fn table(arguments: &[&clap::Arg]) -> String {
    let rows = arguments.iter().map(|a| format!("| `{}` | {} |\n", spelling(a), cell(&meaning(a))));
    if arguments.is_empty() {
        String::new()
    } else {
        format!("| | |\n|---|---|\n{}\n", rows.collect::<String>())
    }
}

/// Every command with its options.
fn reference() -> String {
    let mut out = String::new();
    for (words, mut command) in commands() {
        let name = [&["irc".to_owned()], words.as_slice()].concat().join(" ");
        let about = command.get_long_about().or(command.get_about()).map(ToString::to_string);
        let usage = command.render_usage().to_string();
        let usage =
            usage.trim_start_matches("Usage:").trim().lines().map(str::trim).collect::<Vec<_>>().join("\n");
        let about = about.unwrap_or_default();
        let (first, rest) = about.split_once('\n').unwrap_or((&about, ""));
        let first = first.trim_end_matches('.');
        out.push_str(&format!("### `{name}`\n\n{}\n\n", format!("{first}.\n{rest}").trim_end()));
        out.push_str(&format!("```text\n{usage}\n```\n\n"));
        let global = |a: &&clap::Arg| a.is_global_set() == words.is_empty() && !a.is_hide_set();
        let own: Vec<&clap::Arg> =
            command.get_arguments().filter(|a| !matches!(a.get_id().as_str(), "help" | "version")).collect();
        out.push_str(&table(&own.into_iter().filter(global).collect::<Vec<_>>()));
        if words.is_empty() {
            out.push_str("These options may stand behind every command, and so may `--help`.\n\n");
        }
    }
    out.trim_end().to_owned() + "\n"
}

#[test]
fn the_commands_are_documented() {
    generated("docs/cli.md", Some("commands"), &reference());
}
