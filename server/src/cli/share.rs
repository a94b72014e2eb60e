//! `yagura share`: links for people outside, made and changed with or without a running server.

use std::fmt::Write;

use app::model::{Hidden, ShareFormat, ShareReport, Shares};
use clap::builder::PossibleValuesParser;
use clap::{Args, Subcommand};
use serde_json::json;

use super::desk::{Action, Desk, Told};
use super::error::CommandError;
use crate::config::Config;
use crate::share::draft::Given;

/// Options of `share`.
#[derive(Debug, Args)]
pub struct ShareArgs {
    #[command(subcommand)]
    action: ShareAction,
}

#[derive(Debug, Subcommand)]
enum ShareAction {
    /// Make a link and print it. It is told this once: only its hash is kept.
    Create(Box<CreateArgs>),
    /// Print every share.
    List {
        /// As JSON.
        #[arg(long)]
        json: bool,
    },
    /// Let a link sleep.
    Pause { id: String },
    /// Wake a link.
    Resume { id: String },
    /// Give a share another link and print it; the one before is dead.
    Rotate {
        id: String,
        /// Print `{"id","token","url","expires_at"}`.
        #[arg(long)]
        json: bool,
    },
    /// End a link for ever.
    Revoke { id: String },
}

/// Options of `share create`.
#[derive(Debug, Args)]
struct CreateArgs {
    /// What to show.
    #[arg(long, value_name = "REPORT", value_parser = PossibleValuesParser::new(ShareReport::ALL.iter().map(|report| report.as_str())))]
    report: String,
    /// The query string of the same report, such as 'range=7d&severity=high'. It is locked; relative ranges stay relative.
    #[arg(long, value_name = "QUERY", default_value = "")]
    filter: String,
    /// Origins that may show it in a frame, such as `https://wiki.example.com`; `none` for no page
    /// [default: setting `share.frame_ancestors`].
    #[arg(long, value_name = "ORIGIN,…", value_delimiter = ',')]
    frame_ancestors: Option<Vec<String>>,
    /// Forms it is given in [default: all].
    #[arg(long, value_name = "FORM,…", value_delimiter = ',', value_parser = PossibleValuesParser::new(ShareFormat::ALL.iter().map(|format| format.as_str())))]
    formats: Option<Vec<String>>,
    /// When it ends: a duration such as 30d, or `never` [default: setting `share.default_expiry`].
    #[arg(long, value_name = "DURATION")]
    expires: Option<String>,
    /// What to hide: `counts` leaves nothing but counts, `none` hides nothing [default: counts].
    #[arg(long, value_name = "WHAT,…", value_delimiter = ',', value_parser = PossibleValuesParser::new(Hidden::ALL.iter().map(|hidden| hidden.as_str()).chain(["counts", "none"])))]
    redact: Option<Vec<String>>,
    /// Language, unless the link says otherwise.
    #[arg(long, value_name = "LANG", value_parser = ["en", "ja"])]
    lang: Option<String>,
    /// Colours, unless the link says otherwise [default: auto].
    #[arg(long, value_name = "THEME", value_parser = ["auto", "light", "dark"])]
    theme: Option<String>,
    /// For you; readers do not see it.
    #[arg(long, value_name = "TEXT")]
    note: Option<String>,
    /// Print `{"id","token","url","expires_at"}`.
    #[arg(long)]
    json: bool,
}

/// Does it in the database, or through the server that has it.
pub async fn run(args: ShareArgs, config: &Config) -> Result<(), CommandError> {
    let desk = Desk::open(config).await?;
    let done = done(args.action, &desk).await;
    let closed = desk.close().await;
    print!("{}", done?);
    closed
}

/// What to print.
async fn done(action: ShareAction, desk: &Desk) -> Result<String, CommandError> {
    match action {
        ShareAction::Create(args) => {
            let json = args.json;
            Ok(link(&desk.create(&args.given()).await?, json))
        }
        ShareAction::Rotate { id, json } => Ok(link(&desk.rotate(&id).await?, json)),
        ShareAction::List { json } => {
            let shares = desk.list().await?;
            if json {
                let list = serde_json::to_string(&shares).map_err(|error| CommandError::Failed(error.to_string()))?;
                return Ok(format!("{list}\n"));
            }
            Ok(table(&shares))
        }
        ShareAction::Pause { id } => desk.act(&id, Action::Pause).await.map(|()| format!("paused {id}\n")),
        ShareAction::Resume { id } => desk.act(&id, Action::Resume).await.map(|()| format!("resumed {id}\n")),
        ShareAction::Revoke { id } => desk.act(&id, Action::Revoke).await.map(|()| format!("revoked {id}\n")),
    }
}

impl CreateArgs {
    fn given(self) -> Given {
        Given {
            report: self.report,
            filter: self.filter,
            formats: self.formats,
            redact: self.redact,
            frame_ancestors: self.frame_ancestors,
            expires: self.expires,
            lang: self.lang,
            theme: self.theme,
            note: self.note,
        }
    }
}

fn link(told: &Told, json: bool) -> String {
    let Told { id, token, url, expires_at } = told;
    if json {
        return format!("{}\n", json!({"id": id, "token": token, "url": url, "expires_at": expires_at}));
    }
    format!("{url}\n")
}

fn table(shares: &Shares) -> String {
    if shares.shares.is_empty() {
        return "nothing is shared\n".to_owned();
    }
    let mut out = String::new();
    for share in &shares.shares {
        let end =
            share.expires_at.map_or_else(|| "never".to_owned(), |end| end.strftime("%Y-%m-%d %H:%MZ").to_string());
        let used =
            share.last_used_at.map_or_else(|| "never".to_owned(), |at| at.strftime("%Y-%m-%d %H:%MZ").to_string());
        let note = share.note.as_deref().map(|note| format!("  # {note}")).unwrap_or_default();
        // Writing to a string cannot fail.
        let _ = writeln!(
            out,
            "{}  {:<7}  {:<9}  ends {end}  used {used} ({})  {}{note}",
            share.id,
            share.state(shares.as_of),
            share.report,
            share.hits,
            share.query
        );
    }
    out
}
