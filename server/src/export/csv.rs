//! CSV: RFC 4180 with CRLF and a header row.

mod columns;
mod form;

use std::borrow::Cow;

use app::model::FilterError;

use super::table::Table;
pub use columns::Column;
pub use form::Form;

/// How a file of findings is written. `columns` is for every form that has columns.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CsvOptions {
    pub form: Form,
    pub columns: Vec<Column>,
    /// Whether the reader chose the columns.
    pub chosen: bool,
}

impl CsvOptions {
    /// Parameters of the file besides the filter.
    pub const PARAMETERS: [&'static str; 3] = ["bom", "guard", "columns"];

    /// Reads them from a query string.
    pub fn parse(query: &str) -> Result<Self, FilterError> {
        let mut columns = Vec::new();
        for (_, words) in form_urlencoded::parse(query.as_bytes()).filter(|(name, _)| name == "columns") {
            for word in words.split(',').filter(|_| !words.is_empty()) {
                let unknown = || format!("`{word}` is no column; there are {}", Column::names());
                columns.push(Column::parse(word).ok_or_else(|| FilterError::bad("columns", unknown()))?);
            }
        }
        let chosen = !columns.is_empty();
        let columns = if chosen { columns } else { Column::ALL.to_vec() };
        Ok(Self { form: Form::parse(query)?, columns, chosen })
    }
}

/// A finished report.
pub fn whole(table: &Table, form: Form) -> Vec<u8> {
    let mut out = Vec::new();
    let names: Vec<&str> = table.columns.iter().map(|(name, _)| *name).collect();
    form.head(&mut out, &names);
    for cells in &table.rows {
        form.record(&mut out, cells.iter().map(|cell| Cow::Borrowed(cell.as_str())));
    }
    out
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "a failing test says where")]
    use super::*;

    #[test]
    fn the_page_and_the_file_have_the_same_columns() {
        let of_the_page = app::model::Column::ALL.iter().map(|column| column.as_str());
        assert!(Column::ALL.iter().map(|column| column.as_str()).eq(of_the_page));
    }

    #[test]
    fn parameters_are_checked() {
        let options = CsvOptions::parse("bom=0&guard=0&columns=title,id&severity=high").unwrap();
        assert_eq!((options.form.byte_order_mark, options.form.guard, options.columns.len()), (false, false, 2));
        let repeated = CsvOptions::parse("columns=title&columns=id,type&columns=").unwrap();
        assert_eq!(repeated.columns, [Column::Title, Column::Id, Column::Type]);
        assert!(repeated.chosen && !CsvOptions::parse("columns=").unwrap().chosen);
        for (query, parameter) in [("columns=,id", "columns"), ("columns=nope", "columns"), ("bom=yes", "bom")] {
            assert_eq!(CsvOptions::parse(query).unwrap_err().parameter(), parameter);
        }
    }
}
