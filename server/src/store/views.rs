//! Saved views, written one at a time. Names are told apart without regard to case.

use app::model::SavedView;
use app::model::saved::MOST_VIEWS;
use duckdb::{Connection, Row, params};
use jiff::Timestamp;

use super::StoreError;
use super::values::{read_time, sql_time};

/// What to do with a view.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ViewChange {
    Add(SavedView),
    /// Gives the view of this id another name, page and query; it keeps when it was created.
    Replace(SavedView),
    /// Gives the view of this id another name at this moment, and leaves its address alone.
    Rename {
        id: String,
        name: String,
        now: Timestamp,
    },
    /// By id.
    Remove(String),
}

/// Why a view stays as it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ViewRefusal {
    /// Another view has the name.
    NameTaken,
    /// There are [`MOST_VIEWS`] already.
    Full,
    /// No view has the id.
    Missing,
}

const COLUMNS: &str = "view_id, name, page, query, created_at, updated_at";

/// Every view, by name.
pub(super) fn all(connection: &Connection) -> Result<Vec<SavedView>, StoreError> {
    let sql = format!("SELECT {COLUMNS} FROM saved_view ORDER BY lower(name), view_id");
    let mut statement = connection.prepare(&sql)?;
    let mut rows = statement.query([])?;
    let mut views = Vec::new();
    while let Some(row) = rows.next()? {
        views.push(read(row)?);
    }
    Ok(views)
}

/// Makes the change and gives the view as it is now, or as it was before it went.
pub(super) fn apply(
    transaction: &Connection,
    change: ViewChange,
) -> Result<Result<SavedView, ViewRefusal>, StoreError> {
    let known = all(transaction)?;
    let taken = |view: &SavedView| {
        let name = view.name.to_lowercase();
        known.iter().any(|other| other.id != view.id && other.name.to_lowercase() == name)
    };
    let of_id = |id: &str| known.iter().find(|other| other.id == id);
    match change {
        ViewChange::Add(view) if taken(&view) => Ok(Err(ViewRefusal::NameTaken)),
        ViewChange::Add(_) if known.len() >= MOST_VIEWS => Ok(Err(ViewRefusal::Full)),
        ViewChange::Add(view) => {
            insert(transaction, &view)?;
            Ok(Ok(view))
        }
        ViewChange::Replace(view) => match of_id(&view.id) {
            None => Ok(Err(ViewRefusal::Missing)),
            Some(_) if taken(&view) => Ok(Err(ViewRefusal::NameTaken)),
            Some(before) => write_anew(transaction, SavedView { created_at: before.created_at, ..view }),
        },
        ViewChange::Rename { id, name, now } => match of_id(&id) {
            None => Ok(Err(ViewRefusal::Missing)),
            Some(before) => {
                let view = SavedView { name, updated_at: now, ..before.clone() };
                if taken(&view) { Ok(Err(ViewRefusal::NameTaken)) } else { write_anew(transaction, view) }
            }
        },
        ViewChange::Remove(id) => {
            let Some(before) = of_id(&id).cloned() else { return Ok(Err(ViewRefusal::Missing)) };
            delete(transaction, &id)?;
            Ok(Ok(before))
        }
    }
}

/// In the place of the view that has its id.
fn write_anew(transaction: &Connection, view: SavedView) -> Result<Result<SavedView, ViewRefusal>, StoreError> {
    delete(transaction, &view.id)?;
    insert(transaction, &view)?;
    Ok(Ok(view))
}

fn insert(transaction: &Connection, view: &SavedView) -> Result<(), StoreError> {
    let sql = format!("INSERT INTO saved_view ({COLUMNS}) VALUES (?, ?, ?, ?, ?, ?)");
    let times = (sql_time(view.created_at), sql_time(view.updated_at));
    transaction.execute(&sql, params![view.id, view.name, view.page.as_str(), view.query, times.0, times.1])?;
    Ok(())
}

fn delete(transaction: &Connection, id: &str) -> Result<(), StoreError> {
    transaction.execute("DELETE FROM saved_view WHERE view_id = ?", [id])?;
    Ok(())
}

fn read(row: &Row<'_>) -> Result<SavedView, StoreError> {
    let page: String = row.get(2)?;
    Ok(SavedView {
        id: row.get(0)?,
        name: row.get(1)?,
        page: page.parse().map_err(|_| StoreError::Unreadable(format!("page `{page}` of a saved view")))?,
        query: row.get(3)?,
        created_at: read_time(row, 4)?,
        updated_at: read_time(row, 5)?,
    })
}
