//! Texts of the explorer: saved views, groups, columns.

texts! {
    /// Texts of the explorer.
    struct ExplorerText;
    lists {}
    parts {}
    views_open,
    view_current,
    views_none,
    views_note,
    view_name,
    view_save,
    view_short,
    view_short_label,
    view_delete,
    view_delete_label,
}
