//! Shares and the audit of what was done to them, each change in one transaction with its line of the audit.
//!
//! A token is known here by its hash alone. Revoked shares stay: their links are dead, their names are not.

use std::fmt::{self, Write};
use std::str::FromStr;

use app::model::share::MOST_SHARES;
use app::model::{AuditEntry, Share};
use app::page::Theme;
use app::text::Language;
use duckdb::{Connection, Row, params};
use jiff::Timestamp;

use super::StoreError;
use super::values::{read_optional_time, read_time, sql_optional_time, sql_time};

/// SHA-256 of a link's token.
pub type TokenHash = [u8; 32];

/// A share with what only the server knows of it.
#[derive(Clone, PartialEq, Eq)]
pub struct KeptShare {
    pub share: Share,
    pub token_hash: TokenHash,
    /// What hidden accounts are renamed with: unknown to those who have the link.
    pub pseudonym_key: [u8; 16],
}

impl fmt::Debug for KeptShare {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("KeptShare").field("share", &self.share).finish_non_exhaustive()
    }
}

/// What to do with a share.
#[derive(Debug, Clone)]
pub enum ShareChange {
    Add(Box<KeptShare>),
    /// By id, like the others.
    Pause(String),
    Resume(String),
    /// Another link: the one before is dead.
    Rotate(String, TokenHash),
    Revoke(String),
}

impl ShareChange {
    const fn action(&self) -> &'static str {
        match self {
            Self::Add(_) => "share.create",
            Self::Pause(_) => "share.pause",
            Self::Resume(_) => "share.resume",
            Self::Rotate(..) => "share.rotate",
            Self::Revoke(_) => "share.revoke",
        }
    }

    fn id(&self) -> &str {
        match self {
            Self::Add(kept) => &kept.share.id,
            Self::Pause(id) | Self::Resume(id) | Self::Rotate(id, _) | Self::Revoke(id) => id,
        }
    }
}

/// Who asks for a change, and when.
#[derive(Debug, Clone)]
pub struct Doer {
    /// `page`, `api` or `cli`, until there is sign-in.
    pub actor: &'static str,
    pub at: Timestamp,
}

/// Why a share stays as it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ShareRefusal {
    /// There are [`MOST_SHARES`] already.
    Full,
    /// No share has the id.
    Missing,
    /// It was revoked, which cannot be undone.
    Revoked,
}

/// Answers given behind a link since they were last written down.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ShareUse {
    pub id: String,
    pub hits: i64,
    pub last_used_at: Timestamp,
}

const COLUMNS: &str = "share_id, report, query, formats, redaction, frame_ancestors, language, theme, note, created_at, \
     created_by, expires_at, paused_at, revoked_at, rotated_at, last_used_at, hits, token_hash, pseudonym_key";

/// Every share: those that are not revoked first, then the newest first.
pub(super) fn all(connection: &Connection) -> Result<Vec<KeptShare>, StoreError> {
    let sql = format!("SELECT {COLUMNS} FROM share ORDER BY revoked_at IS NOT NULL, created_at DESC, share_id");
    let mut statement = connection.prepare(&sql)?;
    let mut rows = statement.query([])?;
    let mut shares = Vec::new();
    while let Some(row) = rows.next()? {
        shares.push(read(row)?);
    }
    Ok(shares)
}

/// The newest lines of the audit.
pub(super) fn audit(connection: &Connection, most: usize) -> Result<Vec<AuditEntry>, StoreError> {
    let sql = "SELECT done_at, actor, action, subject, detail FROM audit ORDER BY done_at DESC, rowid DESC LIMIT ?";
    let mut statement = connection.prepare(sql)?;
    let mut rows = statement.query([i64::try_from(most).unwrap_or(i64::MAX)])?;
    let mut entries = Vec::new();
    while let Some(row) = rows.next()? {
        entries.push(AuditEntry {
            at: read_time(row, 0)?,
            actor: row.get(1)?,
            action: row.get(2)?,
            subject: row.get(3)?,
            detail: row.get(4)?,
        });
    }
    Ok(entries)
}

/// Makes the change, notes it, and gives the share as it is now.
pub(super) fn apply(
    transaction: &Connection,
    change: ShareChange,
    doer: &Doer,
) -> Result<Result<Share, ShareRefusal>, StoreError> {
    let known = all(transaction)?;
    if matches!(change, ShareChange::Add(_)) {
        if known.iter().filter(|kept| kept.share.revoked_at.is_none()).count() >= MOST_SHARES {
            return Ok(Err(ShareRefusal::Full));
        }
    } else {
        match known.iter().find(|kept| kept.share.id == change.id()) {
            None => return Ok(Err(ShareRefusal::Missing)),
            Some(kept) if kept.share.revoked_at.is_some() => return Ok(Err(ShareRefusal::Revoked)),
            Some(_) => {}
        }
    }
    let (action, id) = (change.action(), change.id().to_owned());
    let detail = match &change {
        ShareChange::Add(kept) => Some(summary(&kept.share)),
        _ => None,
    };
    let at = sql_time(doer.at);
    match change {
        ShareChange::Add(kept) => insert(transaction, &kept)?,
        ShareChange::Pause(id) => {
            // A second pause is no news.
            let sql = "UPDATE share SET paused_at = coalesce(paused_at, ?) WHERE share_id = ?";
            transaction.execute(sql, params![at, id])?;
        }
        ShareChange::Resume(id) => {
            transaction.execute("UPDATE share SET paused_at = NULL WHERE share_id = ?", params![id])?;
        }
        ShareChange::Rotate(id, hash) => {
            let sql = "UPDATE share SET token_hash = ?, rotated_at = ? WHERE share_id = ?";
            transaction.execute(sql, params![hex(&hash), at, id])?;
        }
        ShareChange::Revoke(id) => {
            transaction.execute("UPDATE share SET revoked_at = ? WHERE share_id = ?", params![at, id])?;
        }
    }
    let sql = "INSERT INTO audit (done_at, actor, action, subject, detail) VALUES (?, ?, ?, ?, ?)";
    transaction.execute(sql, params![sql_time(doer.at), doer.actor, action, id, detail])?;
    let now = all(transaction)?.into_iter().find(|kept| kept.share.id == id);
    now.map(|kept| Ok(kept.share)).ok_or_else(|| StoreError::Unreadable(format!("share {id} after {action}")))
}

/// Adds up what was counted in memory.
pub(super) fn record_use(transaction: &Connection, uses: &[ShareUse]) -> Result<(), StoreError> {
    let sql = "UPDATE share
        SET hits = hits + ?, last_used_at = greatest(coalesce(last_used_at, TIMESTAMP 'epoch'), ?)
        WHERE share_id = ?";
    let mut statement = transaction.prepare(sql)?;
    for one in uses {
        statement.execute(params![one.hits, sql_time(one.last_used_at), one.id])?;
    }
    Ok(())
}

/// What was shared, for the audit.
fn summary(share: &Share) -> String {
    let words = |list: &[String]| if list.is_empty() { "none".to_owned() } else { list.join(",") };
    let redaction: Vec<String> = share.redaction.iter().map(ToString::to_string).collect();
    let formats: Vec<String> = share.formats.iter().map(ToString::to_string).collect();
    let expires = share.expires_at.map_or_else(|| "never".to_owned(), |end| end.to_string());
    format!(
        "{} '{}' formats={} redact={} expires={expires}",
        share.report,
        share.query,
        words(&formats),
        words(&redaction)
    )
}

fn insert(transaction: &Connection, kept: &KeptShare) -> Result<(), StoreError> {
    let KeptShare { share, token_hash, pseudonym_key } = kept;
    let sql = format!("INSERT INTO share ({COLUMNS}) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)");
    transaction.execute(
        &sql,
        params![
            share.id,
            share.report.as_str(),
            share.query,
            joined(&share.formats),
            joined(&share.redaction),
            share.frame_ancestors.as_ref().map(|origins| origins.join(",")),
            share.language.map(Language::tag),
            share.theme.as_str(),
            share.note,
            sql_time(share.created_at),
            share.created_by,
            sql_optional_time(share.expires_at),
            sql_optional_time(share.paused_at),
            sql_optional_time(share.revoked_at),
            sql_optional_time(share.rotated_at),
            sql_optional_time(share.last_used_at),
            share.hits,
            hex(token_hash),
            hex(pseudonym_key)
        ],
    )?;
    Ok(())
}

fn read(row: &Row<'_>) -> Result<KeptShare, StoreError> {
    let text = |column: usize| -> Result<String, StoreError> { Ok(row.get(column)?) };
    let optional = |column: usize| -> Result<Option<String>, StoreError> { Ok(row.get(column)?) };
    let language = optional(6)?;
    let theme = text(7)?;
    let share = Share {
        id: text(0)?,
        report: word(&text(1)?, "report")?,
        query: text(2)?,
        formats: words(&text(3)?, "format")?,
        redaction: words(&text(4)?, "redaction")?,
        frame_ancestors: optional(5)?.map(|list| split(&list).map(str::to_owned).collect()),
        language: language.map(|tag| Language::from_tag(&tag).ok_or_else(|| bad(&tag, "language"))).transpose()?,
        theme: Theme::parse(&theme).ok_or_else(|| bad(&theme, "theme"))?,
        note: optional(8)?,
        created_at: read_time(row, 9)?,
        created_by: text(10)?,
        expires_at: read_optional_time(row, 11)?,
        paused_at: read_optional_time(row, 12)?,
        revoked_at: read_optional_time(row, 13)?,
        rotated_at: read_optional_time(row, 14)?,
        last_used_at: read_optional_time(row, 15)?,
        hits: row.get(16)?,
    };
    Ok(KeptShare { share, token_hash: bytes(&text(17)?)?, pseudonym_key: bytes(&text(18)?)? })
}

fn joined<T: ToString>(list: &[T]) -> String {
    list.iter().map(ToString::to_string).collect::<Vec<_>>().join(",")
}

fn split(list: &str) -> impl Iterator<Item = &str> {
    list.split(',').filter(|member| !member.is_empty())
}

fn bad(word: &str, what: &str) -> StoreError {
    StoreError::Unreadable(format!("{what} `{word}` of a share"))
}

fn word<T: FromStr>(text: &str, what: &str) -> Result<T, StoreError> {
    text.parse().map_err(|_| bad(text, what))
}

fn words<T: FromStr>(list: &str, what: &str) -> Result<Vec<T>, StoreError> {
    split(list).map(|one| word(one, what)).collect()
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().fold(String::with_capacity(2 * bytes.len()), |mut text, byte| {
        // Writing to a string cannot fail.
        let _ = write!(text, "{byte:02x}");
        text
    })
}

fn bytes<const N: usize>(text: &str) -> Result<[u8; N], StoreError> {
    let unreadable = || StoreError::Unreadable(format!("{N} bytes of a share"));
    let mut bytes = [0; N];
    if text.len() != 2 * N || !text.is_ascii() {
        return Err(unreadable());
    }
    for (index, byte) in bytes.iter_mut().enumerate() {
        *byte = u8::from_str_radix(&text[2 * index..2 * index + 2], 16).map_err(|_| unreadable())?;
    }
    Ok(bytes)
}
