//! Questions to a person at a terminal. An empty answer takes what stands in brackets, a wrong one is asked again, and
//! the end of the input ends all.

use std::io::{self, BufRead, Write};

use super::templates::{Ci, Template};

/// Where answers come from and questions go to.
pub(super) struct Questions<'a> {
    from: &'a mut dyn BufRead,
    to: &'a mut dyn Write,
}

impl<'a> Questions<'a> {
    pub(super) fn new(from: &'a mut dyn BufRead, to: &'a mut dyn Write) -> Self {
        Self { from, to }
    }

    pub(super) fn template(&mut self) -> io::Result<Option<Template>> {
        writeln!(self.to, "What is the router to do?")?;
        for (number, (template, what)) in (1..).zip(Template::ALL) {
            writeln!(self.to, "  {number}  {:<12} {what}", template.as_str())?;
        }
        let names = Template::ALL.map(|(template, _)| (template.as_str(), template));
        self.one_of("Number or name", &names)
    }

    pub(super) fn ci(&mut self) -> io::Result<Option<Ci>> {
        let names = Ci::ALL.map(|ci| (ci.as_str(), ci));
        self.one_of("Check it on every push with github, gitlab or none", &names)
    }

    pub(super) fn name(&mut self, proposed: &str) -> io::Result<Option<String>> {
        loop {
            let question = "The router's name: callers write it behind `inworld/`";
            let Some(answer) = self.ask(question, proposed)? else { return Ok(None) };
            match super::name(&answer) {
                Ok(name) => return Ok(Some(name)),
                Err(reason) => writeln!(self.to, "  {reason}")?,
            }
        }
    }

    /// One of these, by name or by number from 1; the first unless they say otherwise.
    fn one_of<T: Copy>(&mut self, question: &str, choices: &[(&str, T)]) -> io::Result<Option<T>> {
        let first = choices.first().map_or("", |(name, _)| name);
        loop {
            let Some(answer) = self.ask(question, first)? else { return Ok(None) };
            let chosen = choices.iter().zip(1_usize..).find(|((name, _), number)| {
                answer.eq_ignore_ascii_case(name) || answer == number.to_string()
            });
            if let Some(((_, choice), _)) = chosen {
                return Ok(Some(*choice));
            }
            let names: Vec<&str> = choices.iter().map(|(name, _)| *name).collect();
            writeln!(self.to, "  one of {}", names.join(", "))?;
        }
    }

    fn ask(&mut self, question: &str, proposed: &str) -> io::Result<Option<String>> {
        write!(self.to, "{question} [{proposed}]: ")?;
        self.to.flush()?;
        let mut line = Vec::new();
        if self.from.read_until(b'\n', &mut line)? == 0 {
            writeln!(self.to)?;
            return Ok(None);
        }
        let line = String::from_utf8_lossy(&line);
        let answer = line.trim();
        Ok(Some(if answer.is_empty() { proposed } else { answer }.to_owned()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn asked<T>(answers: &str, ask: impl Fn(&mut Questions<'_>) -> io::Result<T>) -> (T, String) {
        let (mut from, mut to) = (answers.as_bytes(), Vec::new());
        let answer = ask(&mut Questions::new(&mut from, &mut to)).unwrap();
        (answer, String::from_utf8(to).unwrap())
    }

    #[test]
    fn numbers_names_and_nothing_are_answers() {
        for (answer, wanted) in [
            ("\n", Some(Template::Tiers)),
            ("2\n", Some(Template::AbTest)),
            ("Claude-Code\r\n", Some(Template::ClaudeCode)),
            ("  cost", Some(Template::Cost)),
            ("5\n0\nx\n4\n", Some(Template::Cost)),
            ("", None),
            ("what?\n", None),
        ] {
            assert_eq!(asked(answer, |q| q.template()).0, wanted, "{answer:?}");
        }
        assert_eq!(asked("none\n", |q| q.ci()).0, Some(Ci::None));
        assert_eq!(asked("\n", |q| q.ci()).0, Some(Ci::Github));
    }

    #[test]
    fn a_name_is_asked_for_until_it_is_one() {
        let (name, said) = asked("../x\nA b\n\u{fffd}\nsales\n", |q| q.name("my-router"));
        assert_eq!(name.as_deref(), Some("sales"));
        assert_eq!(said.matches("[my-router]: ").count(), 4);
        assert_eq!(said.matches("small letters").count(), 3);
        assert_eq!(asked("\n", |q| q.name("my-router")).0.as_deref(), Some("my-router"));
    }
}
