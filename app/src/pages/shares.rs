//! `/shares`: every share with its last use, and forms that pause, resume, change or end its link.

use leptos::prelude::*;

use crate::components::shell::{Document, Place};
use crate::format::Reader;
use crate::model::{AuditEntry, Share, ShareState, Shares};
use crate::page::rendered;
use crate::text::fill;

/// The list, and what was done last.
pub fn document(reader: &Reader, shares: &Shares, audit: &[AuditEntry]) -> Document {
    let main = rendered(|| layout(reader, shares, audit));
    Document { place: Place::Shares, title: reader.text.shares.heading.to_owned(), main, refresh_seconds: None }
}

fn layout(reader: &Reader, shares: &Shares, audit: &[AuditEntry]) -> AnyView {
    let text = &reader.text.shares;
    let (ended, others): (Vec<&Share>, Vec<&Share>) =
        shares.shares.iter().partition(|share| share.revoked_at.is_some());
    let list = if others.is_empty() {
        view! { <p class="empty">{text.none}</p> }.into_any()
    } else {
        table(reader, shares, &others)
    };
    let revoked = (!ended.is_empty()).then(|| {
        let count = reader.number(i64::try_from(ended.len()).unwrap_or(i64::MAX));
        view! {
            <details class="panel">
                <summary>{fill(text.revoked_open, &[("n", &count)])}</summary>
                {table(reader, shares, &ended)}
            </details>
        }
    });
    let done = (!audit.is_empty()).then(|| {
        let lines: Vec<_> = audit.iter().map(|entry| line(reader, entry)).collect();
        view! {
            <details class="panel">
                <summary>{text.audit_heading}</summary>
                <ul class="audit">{lines}</ul>
            </details>
        }
    });
    view! {
        <div class="page-head">
            <h1>{text.heading}</h1>
            <span class="panel-actions"><a class="button" href="/shares/new">{text.new_heading}</a></span>
        </div>
        <p class="panel-note">{text.note}</p>
        <section class="panel panel-flush" aria-label=text.heading>{list}</section>
        {revoked}
        {done}
    }
    .into_any()
}

fn table(reader: &Reader, shares: &Shares, listed: &[&Share]) -> AnyView {
    let text = &reader.text.shares;
    let rows: Vec<_> = listed.iter().map(|share| row(reader, share, share.state(shares.as_of))).collect();
    view! {
        <div class="scroller" tabindex="0" role="group" aria-label=text.heading>
            <table class="data shares">
                <thead>
                    <tr>
                        <th scope="col">{text.column_what}</th>
                        <th scope="col">{text.column_state}</th>
                        <th scope="col">{text.column_expires}</th>
                        <th scope="col">{text.column_used}</th>
                        <th scope="col" class="number">{text.column_hits}</th>
                        <th scope="col">{text.column_actions}</th>
                    </tr>
                </thead>
                <tbody>{rows}</tbody>
            </table>
        </div>
    }
    .into_any()
}

fn row(reader: &Reader, share: &Share, state: ShareState) -> AnyView {
    let text = &reader.text.shares;
    let name = share.note.clone().unwrap_or_else(|| text.report(share.report).to_owned());
    let kind = share.note.is_some().then(|| view! { <span class="tag">{text.report(share.report)}</span> });
    let forms = share.formats.iter().map(|format| format.as_str()).collect::<Vec<_>>().join(" ");
    let hidden = share.redaction.iter().map(|hidden| hidden.as_str()).collect::<Vec<_>>().join(", ");
    let hidden = (!hidden.is_empty()).then(|| format!(" · {}: {hidden}", text.label_redaction));
    let when =
        |at: Option<jiff::Timestamp>, none: &'static str| at.map_or_else(|| none.to_owned(), |at| reader.time(at));
    let class = format!("state share-state share-state-{state}");
    view! {
        <tr data-share=share.id.clone()>
            <th scope="row">
                {name}
                <span class="sub">{kind}<code>{share.query.clone()}</code></span>
                <span class="sub">{fill(text.id, &[("id", &share.id)])}" · "{forms}{hidden}</span>
            </th>
            <td><span class=class>{text.state(state)}</span></td>
            <td class="nowrap">{when(share.expires_at, text.never)}</td>
            <td class="nowrap">{when(share.last_used_at, text.not_yet)}</td>
            <td class="number">{reader.number(share.hits)}</td>
            <td>{actions(reader, share)}</td>
        </tr>
    }
    .into_any()
}

/// What may still be done.
fn actions(reader: &Reader, share: &Share) -> Option<AnyView> {
    let text = &reader.text.shares;
    if share.revoked_at.is_some() {
        return None;
    }
    let pause = if share.paused_at.is_some() { ("resume", text.resume) } else { ("pause", text.pause) };
    let buttons = [pause, ("rotate", text.rotate), ("revoke", text.revoke)].map(|(action, name)| {
        let label = fill(text.act_label, &[("action", name), ("id", &share.id)]);
        view! {
            <form method="post" action=format!("/shares/{}/{action}", share.id)>
                <button type="submit" class="copy" aria-label=label>{name}</button>
            </form>
        }
    });
    Some(view! { <div class="share-acts">{buttons.to_vec()}</div> }.into_any())
}

fn line(reader: &Reader, entry: &AuditEntry) -> AnyView {
    let detail = entry.detail.clone().map(|detail| view! { <code>{detail}</code> });
    view! {
        <li>
            <time datetime=entry.at.to_string()>{reader.time(entry.at)}</time>
            <span>{entry.actor.clone()}</span>
            <code>{entry.action.clone()}</code>
            <span>{entry.subject.clone()}</span>
            {detail}
        </li>
    }
    .into_any()
}
