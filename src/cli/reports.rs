//! `--output`: findings in files, in other formats than what is printed.

use std::collections::BTreeSet;
use std::fs;
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::str::FromStr;

use anyhow::{Result, bail};
use clap::ValueEnum;

use super::suggest::did_you_mean;
use super::{files, write};
use crate::render::{Format, Options, Unit};

/// Files that findings are written to besides what is printed.
#[derive(clap::Args, Debug, Default)]
pub(super) struct Reports {
    /// Write findings to a file as well, as in sarif=irc.sarif; can be given several times
    #[arg(long = "output", id = "output", value_name = "FORMAT=FILE")]
    files: Vec<Destination>,
}

/// A format and the file that gets it.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Destination {
    format: Format,
    file: PathBuf,
}

impl FromStr for Destination {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let Some((name, file)) = text.split_once('=') else {
            return Err("write a format and a file, as in `sarif=irc.sarif`".into());
        };
        let Ok(format) = Format::from_str(name, false) else {
            let known: Vec<_> =
                Format::value_variants().iter().filter_map(Format::to_possible_value).collect();
            let near = did_you_mean(name, known.iter().map(|value| value.get_name()));
            let names: Vec<&str> = known.iter().map(|value| value.get_name()).collect();
            let there = if near.is_empty() { "; there" } else { " There" };
            return Err(format!("unknown format `{name}`{near}{there} are {}", names.join(", ")));
        };
        match file {
            "" => Err(format!("no file is named: write `{name}=FILE`")),
            "-" => Err(format!("standard output is for `--format {name}`; name a file here")),
            _ => Ok(Self { format, file: file.into() }),
        }
    }
}

impl Reports {
    /// Refuses what could not be written, before there is work that would be lost.
    pub(super) fn allow(&self) -> Result<()> {
        self.allow_beside([])
    }

    /// The same, with files that are written besides.
    pub(super) fn allow_beside<'p>(&'p self, others: impl IntoIterator<Item = &'p PathBuf>) -> Result<()> {
        let mut seen = BTreeSet::new();
        for file in self.files.iter().map(|to| &to.file).chain(others) {
            let shown = file.display();
            if !seen.insert(place(file)?) {
                bail!("cannot write {shown} twice: each output needs a file of its own");
            }
            match fs::metadata(file) {
                Ok(found) if found.is_dir() => bail!("cannot write {shown}: it is a folder"),
                // What is written replaces what is there, and nobody wants /dev/null replaced.
                Ok(found) if !found.is_file() => bail!("cannot write {shown}: it is no regular file"),
                Err(_) if file.is_symlink() => {
                    bail!("cannot write {shown}: it is a link to what is not there")
                }
                _ => {}
            }
        }
        Ok(())
    }

    /// Refuses to replace a file that is checked.
    pub(super) fn spare(&self, units: &[Unit]) -> Result<()> {
        self.spare_beside([], units)
    }

    /// The same, with files that are written besides.
    pub(super) fn spare_beside<'p>(
        &'p self,
        others: impl IntoIterator<Item = &'p PathBuf>,
        units: &[Unit],
    ) -> Result<()> {
        let files = self.files.iter().map(|to| &to.file).chain(others);
        for file in files.filter(|file| file.exists()) {
            let place = place(file)?;
            let same = |name: &str| fs::canonicalize(name).is_ok_and(|path| path == place);
            if units.iter().flat_map(|unit| unit.sources.iter()).any(|source| same(source.name())) {
                bail!("cannot write {}: it is one of the files that are checked", file.display());
            }
        }
        Ok(())
    }

    /// Writes all files, or none of them. `draw` writes in a format.
    pub(super) fn write(
        &self,
        draw: impl Fn(Format, &Options, &mut dyn Write) -> io::Result<()>,
    ) -> Result<()> {
        let options = Options { color: false, unicode: true, width: 100, summary: true };
        let mut texts = Vec::new();
        for Destination { format, file } in &self.files {
            let mut text = Vec::new();
            draw(*format, &options, &mut text)?;
            texts.push((file.clone(), String::from_utf8(text)?));
        }
        write::replace(&texts)
    }
}

/// Which file a path leads to. The file need not be there, but its folder has to be.
fn place(file: &Path) -> Result<PathBuf> {
    if let Ok(path) = fs::canonicalize(file) {
        return Ok(path);
    }
    let folder = file.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    match (fs::canonicalize(folder), file.file_name()) {
        (Ok(folder), Some(name)) if folder.is_dir() => Ok(folder.join(name)),
        (Ok(_), _) => bail!("cannot write {}: {} is no folder", file.display(), folder.display()),
        (Err(error), _) if error.kind() == std::io::ErrorKind::NotFound => {
            bail!("cannot write {}: there is no folder {}", file.display(), folder.display())
        }
        (Err(error), _) => bail!("cannot write {}: {}", file.display(), files::reason(&error)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_destination_is_a_format_and_a_file() {
        let read = Destination::from_str;
        let fault = |text| read(text).unwrap_err();
        assert_eq!(
            read("sarif=a=b.sarif"),
            Ok(Destination { format: Format::Sarif, file: "a=b.sarif".into() })
        );
        assert_eq!(fault("sarif"), "write a format and a file, as in `sarif=irc.sarif`");
        assert_eq!(
            fault("sarfi=x"),
            "unknown format `sarfi`: did you mean `sarif`? There are human, short, json, github, sarif, gitlab, junit"
        );
        assert_eq!(
            fault("xml=x"),
            "unknown format `xml`; there are human, short, json, github, sarif, gitlab, junit"
        );
        assert_eq!(fault("junit="), "no file is named: write `junit=FILE`");
        assert_eq!(fault("junit=-"), "standard output is for `--format junit`; name a file here");
    }
}
