//! What to do next about one finding.

use leptos::prelude::*;

use crate::advice::{self, AdvisedCommand, Purpose};
use crate::format::Reader;
use crate::islands::CopyButton;
use crate::model::Finding;

/// The panel: what it means, steps, commands that read, commands that change.
pub fn panel(reader: &Reader, finding: &Finding) -> AnyView {
    let text = reader.text;
    let advice = advice::advice(finding, reader.language);
    let steps: Vec<_> = advice.steps.iter().map(|step| view! { <li>{*step}</li> }).collect();
    let (changing, reading): (Vec<_>, Vec<_>) =
        advice::commands(finding).into_iter().partition(|command| command.purpose.changes());
    view! {
        <section class="panel" aria-labelledby="next">
            <header class="panel-head"><h2 id="next">{text.next_heading}</h2></header>
            <p class="advice-meaning">{advice.meaning}</p>
            <ol class="advice-steps">{steps}</ol>
            {group(reader, text.next_read, reading)}
            {group(reader, text.next_change, changing)}
        </section>
    }
    .into_any()
}

fn group(reader: &Reader, heading: &'static str, commands: Vec<AdvisedCommand>) -> Option<AnyView> {
    if commands.is_empty() {
        return None;
    }
    let text = reader.text;
    let rows: Vec<_> = commands
        .into_iter()
        .map(|AdvisedCommand { purpose, line }| {
            let name = match purpose {
                Purpose::ReadFinding => text.command_read_finding,
                Purpose::ReadTask => text.command_read_task,
                Purpose::ReadService => text.command_read_service,
                Purpose::ReadDefinition => text.command_read_definition,
                Purpose::StopTask => text.command_stop_task,
                Purpose::ScaleToZero => text.command_scale,
            };
            view! {
                <li>
                    <span>{name}</span>
                    <span class="command-line">
                        <pre class="command" tabindex="0" role="group" aria-label=name><code>{line.clone()}</code></pre>
                        <CopyButton value=line label=text.copy.to_owned() done=text.copied.to_owned()/>
                    </span>
                </li>
            }
        })
        .collect();
    let group = view! {
        <details class="advice-commands">
            <summary>{heading}</summary>
            <ul>{rows}</ul>
        </details>
    };
    Some(group.into_any())
}
