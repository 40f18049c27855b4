//! Definitions at a revision, `main:routers/support.yaml`, and what changed since one; read by the `git` that is
//! installed.

use std::collections::HashSet;
use std::path::{Component, Path, PathBuf};
use std::process::{Command, Output, Stdio};
use std::sync::OnceLock;

use super::config::Patterns;
use super::files::{self, Input, Place, SOUGHT};
use crate::source::{LoadError, Loader};

/// A revision: anything that git takes for one; empty for what is staged.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub(super) struct Revision {
    name: String,
}

/// The definitions that `REV:path` names, or why there are none. `None` for an argument of another form.
pub(super) fn find(argument: &str, patterns: &Patterns) -> Option<Result<Vec<Input>, String>> {
    let (name, path) = argument.split_once(':')?;
    // `C:\router.yaml` is a path, and `-x` was meant for us.
    let drive = name.len() == 1 && path.starts_with(['\\', '/']);
    if drive || name.starts_with('-') {
        return None;
    }
    let revision = Revision { name: name.to_owned() };
    Some(revision.inputs(path, patterns).map_err(|reason| format!("cannot read {argument}: {reason}")))
}

impl Revision {
    fn object(&self, path: &str) -> String {
        format!("{}:{path}", self.name)
    }

    fn inputs(&self, path: &str, patterns: &Patterns) -> Result<Vec<Input>, String> {
        let input = |path: String| Input {
            name: self.object(&path),
            router: None,
            place: Place::Revision(self.clone(), path),
        };
        match self.kind(path)?.as_str() {
            "blob" => Ok(vec![input(path.to_owned())]),
            "tree" => {
                let inputs: Vec<Input> = self.search(path, patterns)?.into_iter().map(input).collect();
                if inputs.is_empty() {
                    return Err(if patterns.has_include() {
                        "no definitions there: nothing matches `include` of irc.toml".into()
                    } else {
                        format!("no definitions there: looked for {SOUGHT}")
                    });
                }
                Ok(inputs)
            }
            _ => Err("it is neither a file nor a folder".into()),
        }
    }

    /// `blob`, `tree` or whatever else stands there.
    fn kind(&self, path: &str) -> Result<String, String> {
        let found = git(&["cat-file", "-t", &self.object(path)])?;
        if found.status.success() {
            return Ok(String::from_utf8_lossy(&found.stdout).trim().to_owned());
        }
        let works = |arguments: &[&str]| git(arguments).is_ok_and(|output| output.status.success());
        if !works(&["rev-parse", "--git-dir"]) {
            return Err("this folder is in no git repository".into());
        }
        let revision = format!("{}^{{tree}}", self.name);
        if !self.name.is_empty() && !works(&["rev-parse", "--verify", "--quiet", &revision]) {
            return Err(format!("there is no such file, and git knows no revision `{}`", self.name));
        }
        let at = if self.name.is_empty() { "what is staged".to_owned() } else { format!("`{}`", self.name) };
        let beside = format!("./{path}");
        if !path.starts_with("./") && works(&["cat-file", "-e", &self.object(&beside)]) {
            return Err(format!(
                "there is no such file in {at}; paths of a revision begin at the top of the repository: write {}",
                self.object(&beside)
            ));
        }
        Err(format!("there is no such file in {at}"))
    }

    /// The definitions below a folder, in alphabetical order.
    fn search(&self, folder: &str, patterns: &Patterns) -> Result<Vec<String>, String> {
        let listed = git(&["ls-tree", "-r", "-z", "--full-tree", &self.object(folder)])?;
        if !listed.status.success() {
            return Err(complaint(&listed));
        }
        let folder = folder.trim_end_matches('/');
        let own_name = folder.trim_start_matches("./");
        let root = located(folder);
        let wanted = |below: &str| {
            patterns.wants(&root.join(below), || files::is_definition(&Path::new(own_name).join(below)))
        };
        let mut found = Vec::new();
        for entry in String::from_utf8_lossy(&listed.stdout).split_terminator('\0') {
            // `100644 blob <object>\t<path>`; links and submodules have other modes.
            let Some((about, below)) = entry.split_once('\t') else { continue };
            if about.starts_with("100") && wanted(below) {
                found.push(if folder.is_empty() { below.to_owned() } else { format!("{folder}/{below}") });
            }
        }
        found.sort();
        Ok(found)
    }

    /// The path in the name of a file of this revision.
    pub(super) fn below<'n>(&self, name: &'n str) -> &'n str {
        name.strip_prefix(self.name.as_str()).and_then(|rest| rest.strip_prefix(':')).unwrap_or(name)
    }

    /// The bytes of a file, never more than is read of any other.
    pub(super) fn read(&self, path: &str) -> Result<Vec<u8>, String> {
        match self.kind(path)?.as_str() {
            "blob" => {}
            _ => return Err("it is a folder".into()),
        }
        let mut child =
            command(&["cat-file", "blob", &self.object(path)]).spawn().map_err(|e| not_run(&e))?;
        let bytes = match child.stdout.take() {
            Some(out) => files::limited(out),
            None => Ok(Vec::new()),
        };
        // It may still be writing what is not wanted.
        let _ = child.kill();
        let _ = child.wait();
        bytes
    }
}

/// What a definition of this revision refers to is read from this revision.
impl Loader for Revision {
    fn load(&self, from: &str, path: &str) -> Result<(String, Vec<u8>), LoadError> {
        let refuse = |reason: String| LoadError { reason };
        let joined = Path::new(self.below(from)).parent().unwrap_or(Path::new("")).join(path);
        let path = folded(&joined).ok_or_else(|| refuse("it lies outside the repository".into()))?;
        let bytes = self.read(&path).map_err(refuse)?;
        Ok((self.object(&path), bytes))
    }
}

/// What is not as it was at a revision.
pub(super) struct Changes {
    top: PathBuf,
    /// The files of the revision.
    then: HashSet<PathBuf>,
    /// Those of them, and of what git knows today, that differ.
    differing: HashSet<PathBuf>,
}

impl Changes {
    /// What of the repository of the current folder differs from a revision. `Err` says why that cannot be told.
    pub(super) fn since(revision: &str) -> Result<Self, String> {
        let fault = |reason: &str| format!("cannot tell what changed since {revision}: {reason}");
        let run = |arguments: &[&str]| match git(arguments) {
            Ok(output) if output.status.success() => Ok(output.stdout),
            Ok(output) => Err(fault(&complaint(&output))),
            Err(reason) => Err(fault(&reason)),
        };
        git(&["rev-parse", "--git-dir"]).map_err(|reason| fault(&reason))?;
        let top = top().ok_or_else(|| fault("this folder is in no git repository"))?;
        let is_option = revision.is_empty() || revision.starts_with('-');
        let tree = format!("{revision}^{{tree}}");
        if is_option || run(&["rev-parse", "--verify", "--quiet", &tree]).is_err() {
            let hint = match revision.split_once("..") {
                Some((first, _)) if !first.is_empty() => "; one revision is to be named, not two",
                _ => "",
            };
            return Err(fault(&format!("git knows no revision `{revision}`{hint}")));
        }
        // From the top, so that no setting of git makes the names relative to something else.
        let at = top.to_string_lossy().into_owned();
        let then = run(&["-C", &at, "ls-tree", "-r", "-z", "--name-only", "--full-tree", &tree])?;
        let differing =
            run(&["-C", &at, "diff", "--name-only", "-z", "--no-renames", "--no-ext-diff", &tree, "--"])?;
        Ok(Self { top, then: names(&then), differing: names(&differing) })
    }

    /// Whether a file that git knows is another one than it was.
    pub(super) fn differs(&self, path: &Path) -> bool {
        let path = files::absolute(path);
        path.strip_prefix(&self.top).is_ok_and(|relative| self.differing.contains(relative))
    }

    /// Whether a file is another one than it was, or was not there as far as git knows.
    pub(super) fn has(&self, path: &Path) -> bool {
        let is_new = |path: &Path| {
            let same = |relative: &Path| self.then.contains(relative) && !self.differing.contains(relative);
            !path.strip_prefix(&self.top).is_ok_and(same)
        };
        let own = files::absolute(path);
        // Of a link git knows where it leads to, and not what is there.
        is_new(&own) || own.canonicalize().is_ok_and(|real| real != own && is_new(&real))
    }
}

/// Names that git prints with a zero behind each.
#[cfg(unix)]
fn names(listed: &[u8]) -> HashSet<PathBuf> {
    use std::os::unix::ffi::OsStrExt;
    let parts = listed.split(|byte| *byte == 0).filter(|name| !name.is_empty());
    parts.map(|name| PathBuf::from(std::ffi::OsStr::from_bytes(name))).collect()
}

#[cfg(not(unix))]
fn names(listed: &[u8]) -> HashSet<PathBuf> {
    let text = String::from_utf8_lossy(listed);
    text.split_terminator('\0').map(PathBuf::from).collect()
}

/// Where a path of a revision lies on the disk: at the top of the repository, or where it says `./` in this folder.
pub(super) fn located(path: &str) -> PathBuf {
    if Path::new(path).starts_with(".") || Path::new(path).starts_with("..") {
        return files::absolute(Path::new(path));
    }
    top().unwrap_or_default().join(path)
}

/// The top of the repository that the current folder lies in.
fn top() -> Option<PathBuf> {
    static TOP: OnceLock<Option<PathBuf>> = OnceLock::new();
    let ask = || {
        let found = git(&["rev-parse", "--show-toplevel"]).ok().filter(|output| output.status.success())?;
        Some(PathBuf::from(String::from_utf8(found.stdout).ok()?.trim_end_matches('\n')))
    };
    TOP.get_or_init(ask).clone()
}

/// A path without `..` in it, which git does not look for inside of a path. One that begins with `./` is relative to
/// the current folder and may leave it.
fn folded(path: &Path) -> Option<String> {
    let relative = path.starts_with(".");
    let mut parts: Vec<&str> = Vec::new();
    let mut up = 0;
    for component in path.components() {
        match component {
            Component::CurDir => {}
            Component::Normal(part) => parts.push(part.to_str()?),
            Component::ParentDir if parts.pop().is_some() => {}
            Component::ParentDir if relative => up += 1,
            _ => return None,
        }
    }
    let start = if relative { format!("./{}", "../".repeat(up)) } else { String::new() };
    Some(format!("{start}{}", parts.join("/")))
}

fn command(arguments: &[&str]) -> Command {
    let mut command = Command::new("git");
    command.args(arguments).stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::null());
    command
}

/// Runs git to its end. What it prints about objects is short, but for the list of a tree.
fn git(arguments: &[&str]) -> Result<Output, String> {
    let mut command = command(arguments);
    command.stderr(Stdio::piped());
    command.output().map_err(|error| not_run(&error))
}

fn not_run(error: &std::io::Error) -> String {
    match error.kind() {
        std::io::ErrorKind::NotFound => "revisions are read by git, and there is no `git` here".into(),
        _ => format!("git cannot be run: {}", files::reason(error)),
    }
}

/// What git says is wrong, in one line.
fn complaint(output: &Output) -> String {
    let text = String::from_utf8_lossy(&output.stderr);
    let line = text.lines().next().unwrap_or_default();
    format!("git says: {}", line.trim_start_matches("fatal: "))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_are_folded() {
        let fold = |path: &str| folded(Path::new(path));
        assert_eq!(fold("routers/../shared/a.yaml").as_deref(), Some("shared/a.yaml"));
        assert_eq!(fold("./routers/../shared.yaml").as_deref(), Some("./shared.yaml"));
        assert_eq!(fold("./../shared.yaml").as_deref(), Some("./../shared.yaml"));
        assert_eq!(fold("../shared.yaml"), None);
        assert_eq!(fold("/etc/passwd"), None);
    }

    #[test]
    fn other_forms_are_left_alone() {
        for other in ["router.yaml", "-", "C:\\router.yaml", "C:/router.yaml", "--x:y"] {
            assert!(find(other, &Patterns::default()).is_none(), "{other}");
        }
    }
}
