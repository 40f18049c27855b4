//! Tables in plain text.

use std::io::{self, Write};

/// Columns as wide as what stands in them; those that hold numbers are aligned to the right.
pub(in crate::render) struct Table<const N: usize> {
    rows: Vec<[String; N]>,
}

impl<const N: usize> Table<N> {
    pub(in crate::render) fn new(titles: &[&str; N]) -> Self {
        Self { rows: vec![titles.map(str::to_owned)] }
    }

    pub(in crate::render) fn row(&mut self, cells: [String; N]) {
        self.rows.push(cells);
    }

    pub(in crate::render) fn write(&self, out: &mut dyn Write) -> io::Result<()> {
        let widths: [usize; N] = std::array::from_fn(|at| {
            // A title over nothing is left out.
            let cells = || self.rows.iter().filter_map(|row| row.get(at));
            let used = cells().skip(1).any(|cell| !cell.is_empty());
            cells().filter(|_| used).map(|cell| cell.chars().count()).max().unwrap_or(0)
        });
        let numeric: [bool; N] = std::array::from_fn(|at| {
            let mut cells =
                self.rows.iter().skip(1).filter_map(|row| row.get(at)).filter(|cell| !cell.is_empty());
            cells.all(|cell| {
                cell.starts_with(|c: char| c.is_ascii_digit() || c == '$' || c == '-') || cell == "unknown"
            })
        });
        for row in &self.rows {
            let mut line = String::from(" ");
            for ((cell, width), numeric) in row.iter().zip(widths).zip(numeric) {
                if width == 0 {
                    continue;
                }
                line.push(' ');
                let pad = " ".repeat(width - cell.chars().count().min(width));
                if numeric {
                    line.push_str(&pad);
                }
                line.push_str(cell);
                if !numeric {
                    line.push_str(&pad);
                }
                line.push(' ');
            }
            writeln!(out, "{}", line.trim_end())?;
        }
        Ok(())
    }
}
