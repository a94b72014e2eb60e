//! What was seen, in plain words: the processes, the other ends, the calls, the names others have for it.

use leptos::prelude::*;

use crate::format::Reader;
use crate::model::Evidence;
use crate::model::evidence::{Call, Connection, KnownThreat, Process};
use crate::text::fill;

/// The panel; nothing where the document says nothing more.
pub fn panel(reader: &Reader, evidence: &Evidence) -> Option<AnyView> {
    if evidence.is_empty() {
        return None;
    }
    let text = reader.text;
    let codes = |values: &[String]| {
        let items: Vec<_> = values.iter().map(|value| view! { <li><code>{value.clone()}</code></li> }).collect();
        view! { <ul class="values">{items}</ul> }.into_any()
    };
    let rows = [
        chain(reader, &evidence.processes),
        evidence
            .command
            .clone()
            .map(|command| (text.seen_command, view! { <pre class="command"><code>{command}</code></pre> }.into_any())),
        evidence.tool.clone().map(|tool| (text.seen_tool, view! { <span>{tool}</span> }.into_any())),
        (!evidence.files.is_empty()).then(|| (text.seen_files, codes(&evidence.files))),
        (!evidence.domains.is_empty()).then(|| (text.seen_domains, codes(&evidence.domains))),
        sentences(text.seen_connections, evidence.connections.iter().map(|one| connection(reader, one)).collect()),
        sentences(text.seen_calls, evidence.calls.iter().map(|one| call(reader, one)).collect()),
        sentences(text.seen_threats, evidence.threats.iter().map(known_threat).collect()),
    ];
    let rows: Vec<_> =
        rows.into_iter().flatten().map(|(name, value)| view! { <div><dt>{name}</dt><dd>{value}</dd></div> }).collect();
    let panel = view! {
        <section class="panel" aria-labelledby="seen">
            <header class="panel-head">
                <h2 id="seen">{text.seen_heading}</h2>
                <p class="panel-note">{text.seen_note}</p>
            </header>
            <dl class="facts">{rows}</dl>
        </section>
    };
    Some(panel.into_any())
}

type Row = (&'static str, AnyView);

fn sentences(name: &'static str, sentences: Vec<String>) -> Option<Row> {
    if sentences.is_empty() {
        return None;
    }
    let items: Vec<_> = sentences.into_iter().map(|sentence| view! { <li>{sentence}</li> }).collect();
    Some((name, view! { <ul class="values">{items}</ul> }.into_any()))
}

/// The acting process and who started it, as a line of ancestors.
fn chain(reader: &Reader, processes: &[Process]) -> Option<Row> {
    let (acting, ancestors) = processes.split_first()?;
    let name = |process: &Process| {
        process.name.clone().or_else(|| process.path.clone()).unwrap_or_else(|| reader.text.unknown.to_owned())
    };
    let steps: Vec<_> = ancestors
        .iter()
        .rev()
        .chain([acting])
        .map(|process| {
            let title = process.path.clone().unwrap_or_default();
            view! { <li title=title><code>{name(process)}</code></li> }
        })
        .collect();
    let facts = [
        acting.path.clone().map(|path| (reader.text.process_path, path)),
        acting.user.clone().map(|user| (reader.text.process_user, user)),
        acting.pid.map(|pid| (reader.text.process_pid, pid.to_string())),
        acting.started_at.map(|at| (reader.text.process_started, reader.exact_time(at))),
        acting.sha256.clone().map(|sha256| ("SHA-256", sha256)),
    ];
    let facts: Vec<_> = facts
        .into_iter()
        .flatten()
        .map(|(name, value)| view! { <li><span class="sub-name">{name}</span>" "<code>{value}</code></li> })
        .collect();
    let view = view! {
        <ol class="lineage">{steps}</ol>
        <ul class="values sub">{facts}</ul>
    };
    Some((reader.text.seen_process, view.into_any()))
}

fn connection(reader: &Reader, connection: &Connection) -> String {
    let text = reader.text;
    let address = connection.address.clone().unwrap_or_else(|| text.unknown.to_owned());
    let end = match connection.port {
        Some(port) if address.contains(':') => format!("[{address}]:{port}"),
        Some(port) => format!("{address}:{port}"),
        None => address,
    };
    let template = match connection.direction.as_deref() {
        Some("INBOUND") => text.connection_in,
        Some("OUTBOUND") => text.connection_out,
        _ => text.connection_any,
    };
    let mut sentence = fill(template, &[("end", &end)]);
    let protocol = connection.protocol.clone();
    let local = connection.local_port.map(|port| fill(text.connection_local, &[("port", &port.to_string())]));
    let blocked = connection
        .blocked
        .map(|blocked| if blocked { text.connection_blocked.to_owned() } else { text.connection_open.to_owned() });
    let details = [connection.organization.clone(), connection.country.clone(), protocol, local, blocked];
    let details = details.into_iter().flatten().collect::<Vec<_>>().join(" · ");
    if !details.is_empty() {
        sentence.push_str(" — ");
        sentence.push_str(&details);
    }
    sentence
}

fn call(reader: &Reader, call: &Call) -> String {
    let text = reader.text;
    let name = match &call.service {
        Some(service) => format!("{} ({service})", call.operation),
        None => call.operation.clone(),
    };
    let from = call.address.as_deref().map(|address| fill(text.call_from, &[("address", address)]));
    let error = call.error.as_deref().map(|error| fill(text.call_error, &[("error", error)]));
    [Some(name), from, error].into_iter().flatten().collect::<Vec<_>>().join(" · ")
}

fn known_threat(threat: &KnownThreat) -> String {
    match (&threat.source, threat.names.is_empty()) {
        (Some(source), false) => format!("{source}: {}", threat.names.join(", ")),
        (Some(source), true) => source.clone(),
        (None, _) => threat.names.join(", "),
    }
}
