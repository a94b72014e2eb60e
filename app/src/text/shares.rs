//! Texts of shares: the pages that make and list them, and what stands behind a link.

use crate::model::{Hidden, ShareReport, ShareState};

texts! {
    /// Texts of shares.
    struct ShareText;
    lists {
        /// In the order of [`ShareReport::ALL`].
        reports: 8,
        /// In the order of [`ShareState::ALL`].
        states: 4,
        /// In the order of [`Hidden::ALL`].
        hidden: 3,
    }
    parts {}
    rows_more,
    findings_shown,
    column_previous,
    reload_note,
    reload_stop,
    gone_heading,
    gone_advice,
    share,
    heading,
    note,
    none,
    revoked_open,
    column_what,
    column_state,
    column_expires,
    column_used,
    column_hits,
    column_actions,
    never,
    not_yet,
    id,
    pause,
    resume,
    rotate,
    revoke,
    act_label,
    audit_heading,
    new_heading,
    new_note,
    label_report,
    label_filter,
    filter_hint,
    label_formats,
    label_redaction,
    redaction_note,
    label_ancestors,
    ancestors_hint,
    label_expires,
    days,
    hours,
    label_language,
    language_any,
    label_note,
    note_hint,
    preview,
    preview_again,
    preview_note,
    create,
    refused,
    made_heading,
    rotated_heading,
    made_once,
    made_id,
    made_back,
    checks_heading,
    check_good,
    check_no_origins,
    check_no_html,
    check_http,
    check_loopback,
    snippets_heading,
    snippets_note,
    tip_confluence_cloud,
    tip_confluence_dc,
    tip_mediawiki,
    tip_notion,
    tip_gitlab,
    tip_github,
    tip_dokuwiki,
    tip_sharepoint,
    tip_redmine,
    tip_html,
    tip_markdown,
}

impl ShareText {
    /// What a share shows.
    pub fn report(&self, report: ShareReport) -> &'static str {
        self.reports[ShareReport::ALL.iter().position(|known| *known == report).unwrap_or(0)]
    }

    /// What a share does.
    pub fn state(&self, state: ShareState) -> &'static str {
        self.states[ShareState::ALL.iter().position(|known| *known == state).unwrap_or(0)]
    }

    /// What a share hides.
    pub fn hidden(&self, hidden: Hidden) -> &'static str {
        self.hidden[Hidden::ALL.iter().position(|known| *known == hidden).unwrap_or(0)]
    }
}
