//! Texts of the explorer.

use crate::text::ExplorerText;

pub const TEXT: ExplorerText = ExplorerText {
    views_open: "Saved views",
    view_current: "Saved view: {name}",
    views_none: "None yet. Give the filter you see a name to come back to it.",
    views_note: "A view keeps the question, not the answer: “30 days” always means the last 30. Everybody here sees it.",
    view_name: "Name for what you see now",
    view_save: "Save view",
    view_short: "Short link",
    view_short_label: "Short link to {name}",
    view_delete: "Delete",
    view_delete_label: "Delete the view {name}",
};
