//! Markdown: a GitHub-flavoured table that wikis render, safe against what attackers wrote into names and titles.

use std::fmt::Write;

use super::table::Table;

/// Writes the head of a table.
pub fn head(out: &mut Vec<u8>, names: &[&str]) {
    record(out, names.iter().copied());
    record(out, names.iter().map(|_| "---"));
}

/// Writes a record; cells are escaped already.
fn record<'a>(out: &mut Vec<u8>, cells: impl Iterator<Item = &'a str>) {
    for cell in cells {
        out.extend_from_slice(b"| ");
        out.extend_from_slice(cell.as_bytes());
        out.push(b' ');
    }
    out.extend_from_slice(b"|\n");
}

/// Writes a record of texts.
pub fn row<'a>(out: &mut Vec<u8>, cells: impl IntoIterator<Item = &'a str>) {
    let cells: Vec<String> = cells.into_iter().map(escape).collect();
    record(out, cells.iter().map(String::as_str));
}

/// The whole table.
pub fn whole(table: &Table) -> Vec<u8> {
    let mut out = Vec::new();
    let names: Vec<&str> = table.columns.iter().map(|(name, _)| *name).collect();
    head(&mut out, &names);
    for cells in &table.rows {
        row(&mut out, cells.iter().map(String::as_str));
    }
    out
}

/// Text that means nothing to Markdown or HTML and stays within its cell. Addresses do not become links.
pub fn escape(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len() + 8);
    let mut rest = text;
    while let Some(character) = rest.chars().next() {
        rest = &rest[character.len_utf8()..];
        match character {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '\\' | '`' | '*' | '_' | '[' | ']' | '|' | '~' | '#' | '!' | '@' | '$' | '^' | '{' | '}' => {
                escaped.push('\\');
                escaped.push(character);
            }
            // `https://` and `www.` are links without any mark in GitHub's Markdown.
            ':' if rest.starts_with("//") => escaped.push_str("\\:"),
            '.' if ends_with_www(&escaped) => escaped.push_str("\\."),
            control if control.is_control() => escaped.push(' '),
            // Direction marks would let a name rewrite the cells beside it.
            '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' => {
                // Writing to a string cannot fail.
                let _ = write!(escaped, "U+{:04X}", u32::from(character));
            }
            other => escaped.push(other),
        }
    }
    escaped
}

fn ends_with_www(text: &str) -> bool {
    let end = text.len().saturating_sub(3);
    text.get(end..).is_some_and(|end| end.eq_ignore_ascii_case("www"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_attackers_wrote_stays_in_its_cell() {
        for (text, safe) in [
            ("a|b\nc", "a\\|b c"),
            ("[x](https://evil.test)", "\\[x\\](https\\://evil.test)"),
            ("www.evil.test", "www\\.evil.test"),
            ("<script>&amp;", "&lt;script&gt;&amp;amp;"),
            ("`code` **bold**", "\\`code\\` \\*\\*bold\\*\\*"),
            ("a\\|b", "a\\\\\\|b"),
            ("x\u{202e}y", "xU+202Ey"),
            ("日本語", "日本語"),
        ] {
            assert_eq!(escape(text), safe);
        }
    }

    #[test]
    fn every_record_has_as_many_cells_as_the_head() {
        let columns = vec![("key", super::super::table::Kind::Text); 2];
        let table = Table { columns, rows: vec![vec!["a|b".to_owned(), "|\r\n|".to_owned()]] };
        let text = String::from_utf8(whole(&table)).unwrap_or_default();
        assert_eq!(text, "| key | key |\n| --- | --- |\n| a\\|b | \\|  \\| |\n");
    }
}
