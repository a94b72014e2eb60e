//! What if, and the entry of quotes: GET forms whose answer is in the address.

use leptos::prelude::*;

use crate::format::Reader;
use crate::model::terms::NONE_KEY;
use crate::model::{CostGapReason, CostReport, CostSplit, CostView, CostWhatIf, CostWorkload, Field, QuotePer, WhatIf};
use crate::text::fill;

/// Hidden fields that keep what was chosen before; `left_out` are entered anew.
fn kept(view: &CostView, left_out: &[&str]) -> Vec<AnyView> {
    let filter = view.filter.to_query();
    let mut fields: Vec<(String, String)> = form_urlencoded::parse(filter.as_bytes()).into_owned().collect();
    fields.extend(view.own().into_iter().map(|(name, value)| (name.to_owned(), value)));
    let kept = fields.into_iter().filter(|(name, _)| !left_out.contains(&name.as_str()));
    kept.map(|(name, value)| view! { <input type="hidden" name=name value=value/> }.into_any()).collect()
}

/// Which accounts, Regions and features are shown: one of each, or all. Several can be named in the address.
pub fn scope(reader: &Reader, view: &CostView, report: &CostReport) -> AnyView {
    let text = &reader.text.cost;
    let choice = |name: &'static str, label: &'static str, by: CostSplit, chosen: &[String]| {
        let known = report.parts.iter().filter(|part| part.by == by).map(|part| part.key.clone());
        let mut keys: Vec<String> = known.chain(chosen.iter().cloned()).collect();
        keys.sort();
        keys.dedup();
        // One that is chosen and leaves nothing else: the others are behind "all".
        let only = if chosen.len() == 1 { chosen.first() } else { None };
        let options: Vec<_> = keys
            .into_iter()
            .map(|key| {
                let words = if by == CostSplit::Feature { text.feature(&key).to_owned() } else { key.clone() };
                view! { <option value=key.clone() selected={only == Some(&key)}>{words}</option> }
            })
            .collect();
        let id = format!("scope-{name}");
        view! {
            <div class="cost-field">
                <label for=id.clone()>{label}</label>
                <select id=id.clone() name=name><option value="">{text.scope_all}</option>{options}</select>
            </div>
        }
    };
    let chosen =
        |field: Field| view.filter.fields.get(&field).map(|selection| selection.include.clone()).unwrap_or_default();
    view! {
        <form class="cost-form" method="get" action="/cost" aria-label=text.scope_form>
            {kept(view, &["account", "region", "feature"])}
            {choice("account", reader.text.field(Field::Account), CostSplit::Account, &chosen(Field::Account))}
            {choice("region", reader.text.field(Field::Region), CostSplit::Region, &chosen(Field::Region))}
            {choice("feature", text.column_share, CostSplit::Feature, &view.features)}
            <div class="cost-actions"><button class="button" type="submit">{text.scope_apply}</button></div>
        </form>
    }
    .into_any()
}

/// The panel of changes and their result.
pub fn what_if(reader: &Reader, view: &CostView, report: &CostReport) -> AnyView {
    let text = &reader.text.cost;
    let change = &view.what_if;
    let places: Vec<(String, String)> = report
        .parts
        .iter()
        .filter(|part| matches!(part.by, CostSplit::Cluster | CostSplit::Family) && part.key != NONE_KEY)
        .map(|part| (part.key.clone(), format!("{} ({})", part.label, text.split(part.by))))
        .collect();
    let features: Vec<(String, String)> = report
        .parts
        .iter()
        .filter(|part| part.by == CostSplit::Feature)
        .map(|part| (part.key.clone(), text.feature(&part.key).to_owned()))
        .collect();
    let mut regions: Vec<String> =
        report.parts.iter().filter(|part| part.by == CostSplit::Region).map(|part| part.key.clone()).collect();
    regions.extend(report.prices.iter().map(|price| price.region.clone()));
    regions.sort();
    regions.dedup();
    let regions: Vec<_> =
        regions.into_iter().map(|region| view! { <option value=region.clone()>{region.clone()}</option> }).collect();
    let families: Vec<(String, String)> =
        report.workloads.iter().map(|one| (one.key.clone(), one.family.clone())).collect();
    let cannot = |key: &str| {
        let is_it = |one: &&CostWorkload| one.key == key || one.cluster == key;
        let mut of_it = report.workloads.iter().filter(is_it).peekable();
        of_it.peek().is_some() && of_it.all(|one| one.gap_reason == Some(CostGapReason::Unsupported))
    };
    let watchable: Vec<(String, String)> = places.iter().filter(|(key, _)| !cannot(key)).cloned().collect();
    let choice = |name: &'static str, label: &'static str, options: &[(String, String)]| {
        let options: Vec<_> =
            options.iter().map(|(key, label)| view! { <option value=key.clone()>{label.clone()}</option> }).collect();
        (!options.is_empty()).then(|| {
            let id = format!("what-if-{name}");
            view! {
                <div class="cost-field">
                    <label for=id.clone()>{label}</label>
                    <select id=id.clone() name=name><option value="">{text.what_if_choice}</option>{options}</select>
                </div>
            }
        })
    };
    let amount = |name: &'static str, label: &'static str| {
        let id = format!("what-if-{name}");
        view! {
            <div class="cost-field">
                <label for=id.clone()>{label}</label>
                <input id=id.clone() name=name inputmode="decimal" size="6"/>
            </div>
        }
    };
    let times = (!families.is_empty()).then(|| amount("scale_by", text.what_if_times));
    let clear = view.asks_what_if().then(|| {
        let without = CostView { what_if: WhatIf::default(), ..view.clone() };
        view! { <a class="button" href=without.href("/cost")>{text.what_if_clear}</a> }
    });
    view! {
        <section class="panel" aria-labelledby="what-if">
            <header class="panel-head">
                <h2 id="what-if">{text.what_if_heading}</h2>
                <p class="panel-note">{text.what_if_note}</p>
            </header>
            {report.what_if.as_ref().map(|result| outcome(reader, result))}
            {chosen(reader, view, change)}
            <form class="cost-form" method="get" action="/cost">
                {kept(view, &[])}
                {choice("drop", text.what_if_drop, &places)}
                {choice("cover", text.what_if_cover, &watchable)}
                {choice("scale_key", text.what_if_scale, &families)}
                {times}
                {choice("without", text.what_if_without, &features)}
                <fieldset class="cost-field-set">
                    <legend>{text.what_if_add}</legend>
                    <div class="cost-field">
                        <label for="what-if-add_region">{text.split(CostSplit::Region)}</label>
                        <select id="what-if-add_region" name="add_region">{regions}</select>
                    </div>
                    {amount("add_tasks", text.what_if_tasks)}
                    {amount("add_vcpus", text.what_if_vcpus)}
                    {amount("add_hours", text.what_if_hours)}
                </fieldset>
                <div class="cost-actions">
                    <button class="button" type="submit">{text.what_if_apply}</button>
                    {clear}
                </div>
            </form>
        </section>
    }
    .into_any()
}

/// What the changes come to.
pub fn outcome(reader: &Reader, result: &CostWhatIf) -> AnyView {
    let text = &reader.text.cost;
    let unknown = || reader.text.unknown.to_owned();
    let usd = |usd: &Option<String>| usd.as_ref().map_or_else(unknown, |usd| reader.money(usd));
    let difference = result.difference_usd.as_ref().map_or_else(unknown, |usd| match usd.strip_prefix('-') {
        Some(less) => format!("\u{2212}${}", reader.money(less)),
        None => format!("+${}", reader.money(usd)),
    });
    let words = fill(
        text.what_if_result,
        &[
            ("before", &usd(&result.before_usd)),
            ("after", &usd(&result.after_usd)),
            ("vcpus_before", &result.before_vcpus),
            ("vcpus_after", &result.after_vcpus),
            ("difference", &difference),
        ],
    );
    let unpriced =
        (!result.unpriced.is_empty()).then(|| fill(text.what_if_unpriced, &[("regions", &result.unpriced.join(", "))]));
    let unsupported = (!result.unsupported.is_empty())
        .then(|| fill(text.what_if_unsupported, &[("families", &result.unsupported.join(", "))]));
    let unmatched = (!result.unmatched.is_empty())
        .then(|| fill(text.what_if_unmatched, &[("names", &result.unmatched.join(", "))]));
    view! { <p class="cost-result" role="status">{words}" "{unpriced}" "{unsupported}" "{unmatched}</p> }.into_any()
}

/// What was chosen, each with the way to take it back.
fn chosen(reader: &Reader, view: &CostView, change: &WhatIf) -> Option<AnyView> {
    let text = &reader.text.cost;
    let name = |key: &str| key.rsplit(['/', ':']).next().unwrap_or(key).to_owned();
    let mut chips: Vec<(String, WhatIf)> = Vec::new();
    let without = |list: &[String], at: usize| -> Vec<String> {
        list.iter().enumerate().filter(|(index, _)| *index != at).map(|(_, one)| one.clone()).collect()
    };
    for (at, key) in change.drop.iter().enumerate() {
        let left = WhatIf { drop: without(&change.drop, at), ..change.clone() };
        chips.push((fill(text.what_if_stop, &[("name", &name(key))]), left));
    }
    for (at, key) in change.cover.iter().enumerate() {
        let left = WhatIf { cover: without(&change.cover, at), ..change.clone() };
        chips.push((fill(text.what_if_all, &[("name", &name(key))]), left));
    }
    for (at, (key, by)) in change.scale.iter().enumerate() {
        let mut left = change.clone();
        left.scale.remove(at);
        chips.push((format!("{} × {}", name(key), by.as_str()), left));
    }
    for (at, added) in change.add.iter().enumerate() {
        let mut left = change.clone();
        left.add.remove(at);
        let (tasks, vcpus) = (added.tasks.as_str(), added.vcpus.as_str());
        chips.push((format!("+{tasks} × {vcpus} {}, {} h, {}", text.vcpus, added.hours.as_str(), added.region), left));
    }
    for (at, feature) in change.without.iter().enumerate() {
        let left = WhatIf { without: without(&change.without, at), ..change.clone() };
        chips.push((format!("{}: {}", text.what_if_without, text.feature(feature)), left));
    }
    let chips: Vec<_> = chips
        .into_iter()
        .map(|(words, left)| {
            let label = format!("{}: {words}", text.remove);
            let href = CostView { what_if: left, ..view.clone() }.href("/cost");
            view! { <li>{words}" "<a class="quiet" href=href aria-label=label>{text.remove}</a></li> }
        })
        .collect();
    (!chips.is_empty()).then(|| view! { <ul class="cost-chosen">{chips}</ul> }.into_any())
}

/// The entry of one more quote.
pub fn quote(reader: &Reader, view: &CostView) -> AnyView {
    let text = &reader.text.cost;
    let units: Vec<_> =
        QuotePer::ALL.iter().map(|per| view! { <option value=per.as_str()>{text.unit(*per)}</option> }).collect();
    let amount = |name: &'static str, label: &'static str| {
        view! {
            <div class="cost-field">
                <label for=name>{label}</label>
                <input id=name name=name inputmode="decimal" size="8"/>
            </div>
        }
    };
    view! {
        <form class="cost-form" method="get" action="/cost" aria-label=text.quote_form>
            {kept(view, &[])}
            <div class="cost-field">
                <label for="quote_name">{text.quote_name}</label>
                <input id="quote_name" name="quote_name" maxlength="60" list="quote-names"/>
                <datalist id="quote-names">
                    <option value="Prisma Cloud"></option>
                    <option value="Aqua Security"></option>
                    <option value="Sysdig Secure"></option>
                    <option value="Trend Micro Cloud One – Container Security"></option>
                </datalist>
            </div>
            <div class="cost-field">
                <label for="quote_per">{text.quote_per}</label>
                <select id="quote_per" name="quote_per">{units}</select>
            </div>
            {amount("quote_price", text.quote_price)}
            {amount("quote_flat", text.quote_flat)}
            {amount("quote_minimum", text.quote_minimum)}
            <div class="cost-actions"><button class="button" type="submit">{text.alternatives_add}</button></div>
        </form>
    }
    .into_any()
}
