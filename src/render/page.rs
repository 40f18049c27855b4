//! What the pages for a browser share: one file without scripts and without anything from the network, light and dark, wide
//! and narrow.

use std::fmt::Write as _;

use super::escape;

const STYLE: &str = include_str!("page.css");

/// Begins a page. `title`: what it is about, in words; `style`: what it has beside the style that all share.
pub(super) fn open(title: &str, style: &str) -> String {
    let title = text(title);
    format!(
        "<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n\
         <meta name=\"color-scheme\" content=\"light dark\">\n<title>{title}</title>\n\
         <style>\n{STYLE}{style}</style>\n</head>\n<body>\n<main>\n<h1>{title}</h1>\n"
    )
}

/// Ends it.
pub(super) fn close(page: &mut String) {
    page.push_str("</main>\n</body>\n</html>\n");
}

/// Figures, each HTML, with what they are of.
pub(super) fn figures<'f>(figures: impl IntoIterator<Item = (&'f str, String)>, page: &mut String) {
    page.push_str("<dl class=\"figures\">\n");
    for (what, figure) in figures {
        let _ = writeln!(page, "<div><dt>{}</dt><dd>{figure}</dd></div>", text(what));
    }
    page.push_str("</dl>\n");
}

/// A percentage with a bar; a mark where it was expected to be.
pub(super) fn share(percent: f64, expected: Option<f64>) -> String {
    let mark = expected.map_or(String::new(), |expected| {
        format!("<line class=\"mark\" x1=\"{expected:.1}\" x2=\"{expected:.1}\" y1=\"0\" y2=\"10\"/>")
    });
    format!(
        "<span class=\"share\"><span>{percent:.1}%</span><svg viewBox=\"0 0 100 10\" preserveAspectRatio=\"none\" \
         role=\"img\" aria-label=\"{percent:.1} percent\"><rect class=\"back\" width=\"100\" height=\"10\"/>\
         <rect class=\"bar\" width=\"{percent:.1}\" height=\"10\"/>{mark}</svg></span>"
    )
}

/// Columns in which nothing stands are left out, and so are tables without rows.
pub(super) struct Table<'t, const N: usize> {
    title: &'t str,
    columns: &'t [&'t str; N],
    rows: Vec<[String; N]>,
}

impl<'t, const N: usize> Table<'t, N> {
    /// With these columns.
    pub(super) fn new(title: &'t str, columns: &'t [&'t str; N]) -> Self {
        Self { title, columns, rows: Vec::new() }
    }

    /// Cells are HTML.
    pub(super) fn row(&mut self, cells: &[String; N]) {
        self.rows.push(cells.clone());
    }

    /// Writes it.
    pub(super) fn write(&self, page: &mut String) {
        if self.rows.is_empty() {
            return;
        }
        let used: [bool; N] = std::array::from_fn(|at| {
            self.rows.iter().any(|row| row.get(at).is_some_and(|cell| !cell.is_empty()))
        });
        let _ = write!(page, "<h3>{}</h3>\n<table>\n<thead><tr>", text(self.title));
        for (column, _) in self.columns.iter().zip(used).filter(|(_, used)| *used) {
            let _ = write!(page, "<th scope=\"col\">{}</th>", text(column));
        }
        page.push_str("</tr></thead>\n<tbody>\n");
        for row in &self.rows {
            page.push_str("<tr>");
            for ((cell, column), _) in row.iter().zip(self.columns).zip(used).filter(|(_, used)| *used) {
                let number = cell.starts_with(|c: char| c.is_ascii_digit() || c == '$');
                let class = if number { " class=\"number\"" } else { "" };
                let _ = write!(page, "<td{class} data-label=\"{}\">{cell}</td>", text(column));
            }
            page.push_str("</tr>\n");
        }
        page.push_str("</tbody>\n</table>\n");
    }
}

/// Text of users: what HTML would act upon, and what hides or turns round what stands beside it, is escaped.
pub(super) fn text(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\'' => out.push_str("&#39;"),
            c if escape::is_hidden(c) => escape::push(&mut out, c),
            c => out.push(c),
        }
    }
    out
}
