//! The formatter: the same definition before and after, in a layout that it leaves alone.

mod command;
mod hostile;
mod meaning;

use irc::diag::Sink;
use irc::format::{Formatted, format};
use irc::source::Sources;
use irc::yaml::{self, Limits, Options};

/// What a text is laid out as.
fn laid_out(name: &str, bytes: &[u8]) -> Formatted {
    let (text, fault) = yaml::decode(bytes.to_vec(), &Limits::default());
    let mut sources = Sources::new();
    let file = sources.add(name, text);
    format(sources.get(file).unwrap(), fault.as_ref(), &Options::default(), &mut Sink::new())
}

/// The layout of a text, if it has one. That it is refused, or that its layout has another one, is a failure.
fn settled(name: &str, bytes: &[u8]) -> Option<String> {
    let shown = || String::from_utf8_lossy(bytes).into_owned();
    match laid_out(name, bytes) {
        Formatted::Text(text) => {
            let again = laid_out(name, text.as_bytes());
            assert_eq!(
                again,
                Formatted::Text(text.clone()),
                "{name} is not settled:\n{}\n--- first\n{text}",
                shown()
            );
            Some(text)
        }
        Formatted::Json | Formatted::Unreadable => None,
        Formatted::Refused(what) => panic!("{name} would {what}:\n{}", shown()),
    }
}
