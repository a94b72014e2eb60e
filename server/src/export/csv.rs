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
}

impl CsvOptions {
    /// Parameters of the file besides the filter.
    pub const PARAMETERS: [&'static str; 3] = ["bom", "guard", "columns"];

    /// Reads them from a query string.
    pub fn parse(query: &str) -> Result<Self, FilterError> {
        let mut options = Self { form: Form::parse(query)?, columns: Column::ALL.to_vec() };
        for (name, value) in form_urlencoded::parse(query.as_bytes()) {
            if name == "columns" && !value.is_empty() {
                let columns = value.split(',').map(|word| {
                    Column::parse(word).ok_or_else(|| {
                        FilterError::bad("columns", format!("`{word}` is no column; there are {}", Column::names()))
                    })
                });
                options.columns = columns.collect::<Result<_, _>>()?;
            }
        }
        Ok(options)
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
    fn parameters_are_checked() {
        let options = CsvOptions::parse("bom=0&guard=0&columns=title,id&severity=high").unwrap();
        assert_eq!((options.form.byte_order_mark, options.form.guard, options.columns.len()), (false, false, 2));
        for (query, parameter) in [("columns=nope", "columns"), ("bom=yes", "bom")] {
            assert_eq!(CsvOptions::parse(query).unwrap_err().parameter(), parameter);
        }
    }
}
