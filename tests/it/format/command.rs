//! `irc fmt` at the command line: what it writes, what it says, what it leaves alone.

use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

const MESSY: &str = "name:   a\ndefault: {model:  openai/gpt-5.2}\n";
const CLEAN: &str = "name: a\ndefault: {model: openai/gpt-5.2}\n";

fn folder(name: &str, files: &[(&str, &str)]) -> PathBuf {
    let path = Path::new(env!("CARGO_TARGET_TMPDIR")).join("fmt").join(name);
    let _ = fs::remove_dir_all(&path);
    fs::create_dir_all(&path).unwrap();
    for (name, text) in files {
        fs::write(path.join(name), text).unwrap();
    }
    path
}

fn run(folder: &Path, arguments: &[&str], stdin: &str) -> (i32, String, String) {
    let mut command = Command::new(env!("CARGO_BIN_EXE_irc"));
    command.current_dir(folder).args(arguments);
    command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = command.spawn().unwrap();
    let mut pipe = child.stdin.take().unwrap();
    // Who is refused early reads nothing.
    let _ = pipe.write_all(stdin.as_bytes());
    drop(pipe);
    let output = child.wait_with_output().unwrap();
    let text = |bytes| String::from_utf8(bytes).unwrap();
    (output.status.code().unwrap(), text(output.stdout), text(output.stderr))
}

fn read(folder: &Path, name: &str) -> String {
    fs::read_to_string(folder.join(name)).unwrap()
}

#[test]
fn files_are_replaced_and_what_cannot_be_read_stays() {
    let broken = "name:   [\n";
    let files = [
        ("a.router.yaml", MESSY),
        ("b.router.yaml", CLEAN),
        ("c.router.yaml", broken),
        ("d.router.json", "{\"name\":  1}"),
    ];
    let folder = folder("files", &files);
    let (code, out, err) = run(&folder, &["fmt", "--check"], "");
    assert_eq!((code, read(&folder, "a.router.yaml").as_str()), (1, MESSY));
    assert_eq!(
        out,
        "would format a.router.yaml\n1 file to format, 1 formatted already; 1 JSON file is left as it is\n"
    );
    assert!(err.contains("c.router.yaml"), "{err}");
    let (code, out, err) = run(&folder, &["fmt"], "");
    assert_eq!(
        out,
        "formatted a.router.yaml\n1 file formatted, 1 formatted already; 1 JSON file is left as it is\n"
    );
    assert_eq!((code, read(&folder, "a.router.yaml").as_str()), (1, CLEAN), "{err}");
    assert_eq!(read(&folder, "c.router.yaml"), broken);
    assert_eq!(read(&folder, "d.router.json"), "{\"name\":  1}");
    fs::remove_file(folder.join("c.router.yaml")).unwrap();
    let (code, out, err) = run(&folder, &["fmt", "--check", "--quiet"], "");
    assert_eq!((code, out.as_str(), err.as_str()), (0, "", ""));
    let names: Vec<_> = fs::read_dir(&folder).unwrap().map(|entry| entry.unwrap().file_name()).collect();
    assert_eq!(names.len(), 3, "{names:?}");
}

#[test]
fn standard_input_goes_to_standard_output() {
    let folder = folder("stdin", &[]);
    assert_eq!(run(&folder, &["fmt", "-"], MESSY), (0, CLEAN.into(), String::new()));
    assert_eq!(run(&folder, &["fmt", "-"], "{\"a\":1}"), (0, "{\"a\":1}".into(), String::new()));
    let (code, out, err) = run(&folder, &["fmt", "--check", "-"], MESSY);
    assert_eq!((code, out.as_str(), err.as_str()), (1, "would format <stdin>\n1 file to format\n", ""));
    let (code, out, err) = run(&folder, &["fmt", "--diff", "--stdin-filename", "x.yaml", "-"], MESSY);
    assert_eq!((code, err.as_str()), (0, ""));
    assert!(out.starts_with("--- x.yaml\n+++ x.yaml\n@@ -1,2 +1,2 @@\n-name:   a\n"), "{out}");
    let (code, out, err) = run(&folder, &["fmt", "--stdin-filename", "x.yaml", "-"], "a: [");
    assert_eq!((code, out.as_str()), (1, ""));
    assert!(err.contains("x.yaml:1:4"), "{err}");
}

#[test]
fn what_makes_no_sense_is_refused() {
    let folder = folder("refused", &[("a.yaml", MESSY)]);
    for (arguments, words) in [
        (&["fmt", "a.yaml:a"] as &[&str], "irc: cannot format a.yaml: only whole files can be formatted\n"),
        (&["fmt", "-", "a.yaml"], "irc: `-` stands alone: what is formatted goes to standard output\n"),
        (&["fmt", "none.yaml"], "irc: cannot read none.yaml: there is no such file\n"),
    ] {
        let (code, out, err) = run(&folder, arguments, MESSY);
        assert_eq!((code, out.as_str(), err.as_str()), (2, "", words));
    }
    assert_eq!(read(&folder, "a.yaml"), MESSY);
}
