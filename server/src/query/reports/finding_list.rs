//! What a list of findings is asked for: its order, the place to go on from, and the statements for it.

use app::model::{Filter, FilterError, Sort, SortDirection};
use duckdb::types::Value;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::query::compile::{Conditions, direction_of, order_of};
use crate::query::row::COLUMNS;
use crate::store::sql_time;

/// Rows of a page unless asked otherwise.
const USUAL_LIMIT: u32 = 50;

/// The place after a row: valid only for the order it was made in.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Cursor {
    sort: String,
    direction: String,
    value: String,
    created: Timestamp,
    key: String,
}

impl Cursor {
    pub(super) fn print(&self) -> String {
        let json = serde_json::to_vec(self).unwrap_or_default();
        json.iter().fold(String::new(), |text, byte| text + &format!("{byte:02x}"))
    }

    fn parse(text: &str) -> Option<Self> {
        let digits = text.as_bytes().chunks(2).map(|pair| {
            let pair = std::str::from_utf8(pair).ok()?;
            (pair.len() == 2).then(|| u8::from_str_radix(pair, 16).ok()).flatten()
        });
        serde_json::from_slice(&digits.collect::<Option<Vec<u8>>>()?).ok()
    }
}

/// A checked request for a list: order and place.
#[derive(Debug, Clone)]
pub struct FindingList {
    pub(super) sort: Sort,
    pub(super) direction: SortDirection,
    pub(super) after: Option<Cursor>,
    pub(super) limit: u32,
}

impl FindingList {
    /// Reads order and place from a filter.
    pub fn of(filter: &Filter) -> Result<Self, FilterError> {
        let sort = filter.sort.unwrap_or_default();
        let direction = filter.direction.unwrap_or(match sort {
            Sort::Type | Sort::Title => SortDirection::Ascending,
            _ => SortDirection::Descending,
        });
        let bad = || FilterError::bad("cursor", "is not a cursor of this list; start from the first page");
        let after = filter.cursor.as_deref().map(|text| Cursor::parse(text).ok_or_else(bad)).transpose()?;
        if after.as_ref().is_some_and(|after| after.sort != sort.as_str() || after.direction != direction.as_str()) {
            return Err(bad());
        }
        Ok(Self { sort, direction, after, limit: filter.limit.unwrap_or(USUAL_LIMIT) })
    }

    pub(super) fn place_after(&self, value: String, created: Timestamp, key: String) -> Cursor {
        Cursor {
            sort: self.sort.as_str().to_owned(),
            direction: self.direction.as_str().to_owned(),
            value,
            created,
            key,
        }
    }

    /// Until when findings of what is left of the list were created, in the order of time with the newest first; `None`: it
    /// has another order. `newest` is when the first one of the list was.
    pub(super) fn goes_back_from(&self, newest: Timestamp) -> Option<Timestamp> {
        let goes_back = self.sort == Sort::Created && self.direction == SortDirection::Descending;
        goes_back.then(|| self.after.as_ref().map_or(newest, |after| after.created))
    }

    /// Whether many rows may stand at one place of the order, which are newest first among themselves.
    pub(super) fn has_ties(&self) -> bool {
        matches!(self.sort, Sort::Severity | Sort::Count | Sort::Type | Sort::Title)
    }

    /// What comes after the list's place in two parts, one after the other: rows at the same place of the order, then
    /// those beyond it. The first part has the order of time, in which the database looks at few rows, and most pages are
    /// full before the second is asked for.
    pub(in crate::query) fn parts_after(&self, conditions: &Conditions) -> Option<[(Conditions, Within); 2]> {
        let after = self.after.as_ref().filter(|_| self.has_ties())?;
        let (order, sql_type) = order_of(self.sort);
        let place = || Value::Text(after.value.clone());
        let created = || sql_time(after.created);
        let ties =
            include_str!("../sql/after_tied.sql").trim_end().replace("{order}", order).replace("{type}", sql_type);
        let ties = conditions.clone().and(&ties, [place(), created(), created(), Value::Text(after.key.clone())]);
        Some([(ties, Within::Ties), (self.beyond(conditions, &after.value), Within::Order)])
    }

    /// The whole list in the same two parts, from its first place on.
    pub(super) fn parts_from(&self, first: &str, conditions: &Conditions) -> [(Conditions, Within); 2] {
        let (order, sql_type) = order_of(self.sort);
        let ties = format!("{order} = try_cast(? AS {sql_type})");
        let ties = conditions.clone().and(&ties, [Value::Text(first.to_owned())]);
        [(ties, Within::Ties), (self.beyond(conditions, first), Within::Order)]
    }

    fn beyond(&self, conditions: &Conditions, place: &str) -> Conditions {
        let (order, sql_type) = order_of(self.sort);
        let (_, beyond) = direction_of(self.direction);
        conditions.clone().and(&format!("{order} {beyond} try_cast(? AS {sql_type})"), [Value::Text(place.to_owned())])
    }

    /// Whether finding the first place of the list pays: in an order of so few places that, among many findings, the first
    /// one mostly fills a page. Sorting all of them takes twice as long.
    pub(super) fn begins_at_a_place(&self) -> bool {
        self.after.is_none() && matches!(self.sort, Sort::Severity | Sort::Type | Sort::Title)
    }

    /// A statement for the first place of the list among what meets conditions.
    pub(super) fn first_place(&self, conditions: &Conditions) -> (String, Vec<Value>) {
        let (order, _) = order_of(self.sort);
        let first = match self.direction {
            SortDirection::Ascending => "min",
            SortDirection::Descending => "max",
        };
        let sql = format!("SELECT {first}({order})::VARCHAR FROM finding f WHERE {}", conditions.sql());
        (sql, conditions.values.clone())
    }

    /// Conditions for what comes after the list's place.
    pub(in crate::query) fn rest_of(&self, conditions: Conditions) -> Conditions {
        let Some(after) = &self.after else { return conditions };
        let (order, sql_type) = order_of(self.sort);
        let (_, beyond) = direction_of(self.direction);
        conditions.and(
            &include_str!("../sql/after.sql")
                .trim_end()
                .replace("{order}", order)
                .replace("{beyond}", beyond)
                .replace("{type}", sql_type),
            [
                Value::Text(after.value.clone()),
                Value::Text(after.value.clone()),
                sql_time(after.created),
                sql_time(after.created),
                Value::Text(after.key.clone()),
            ],
        )
    }

    /// Rows that are equal in the list's order come newest first. That is what readers want, and such rows lie close
    /// together on disk: a page of the worst findings is read from a few places instead of from everywhere.
    fn print(&self, template: &str, conditions: &Conditions) -> String {
        let (order, _) = order_of(self.sort);
        let (direction, _) = direction_of(self.direction);
        template
            .replace("{columns}", COLUMNS)
            .replace("{order}", order)
            .replace("{direction}", direction)
            .replace("{conditions}", &conditions.sql())
    }

    /// A statement for the row numbers of the first findings, with when they were created.
    pub(in crate::query) fn chosen(
        &self,
        conditions: Conditions,
        within: Within,
        limit: Option<u32>,
    ) -> (String, Vec<Value>) {
        let limit = limit.map_or_else(String::new, |limit| format!("LIMIT {limit}"));
        let first = match within {
            Within::Order => "place {direction}, ",
            Within::Ties => "",
        };
        let template = include_str!("../sql/findings_chosen.sql").replace("{first}", first).replace("{limit}", &limit);
        (self.print(&template, &conditions), conditions.values)
    }

    /// The same list from another place on.
    pub(super) fn after(self, place: Cursor) -> Self {
        Self { after: Some(place), ..self }
    }

    /// A statement for the whole rows of everything that meets conditions.
    pub(super) fn whole(&self, conditions: Conditions) -> (String, Vec<Value>) {
        (self.print(include_str!("../sql/findings.sql"), &conditions), conditions.values)
    }
}

/// What rows are told apart by.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::query) enum Within {
    /// The list's order.
    Order,
    /// They stand at one place of it: the time they were created.
    Ties,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cursors_belong_to_their_order() {
        let cursor = Cursor {
            sort: "created_at".into(),
            direction: "desc".into(),
            value: "v\"é".into(),
            created: Timestamp::UNIX_EPOCH,
            key: "k".into(),
        };
        assert_eq!(Cursor::parse(&cursor.print()), Some(cursor));
        for (query, fine) in [("", true), ("&sort=title", false), ("&dir=asc", false)] {
            let cursor = Cursor {
                sort: "created_at".into(),
                direction: "desc".into(),
                value: String::new(),
                created: Timestamp::UNIX_EPOCH,
                key: String::new(),
            };
            let filter = Filter::parse(&format!("cursor={}{query}", cursor.print()), &[]).unwrap_or_default();
            assert_eq!(FindingList::of(&filter).is_ok(), fine, "{query}");
        }
        let filter = Filter { cursor: Some("zz".to_owned()), ..Filter::default() };
        assert!(FindingList::of(&filter).is_err_and(|error| error.parameter() == "cursor"));
    }
}
