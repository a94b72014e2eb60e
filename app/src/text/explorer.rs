//! Texts of the explorer: saved views, groups, columns.

use crate::model::Column;

texts! {
    /// Texts of the explorer.
    struct ExplorerText;
    lists {
        /// In the order of [`Column::ALL`].
        columns: 41,
    }
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
    view_rename,
    view_rename_label,
    view_new_name,
    view_rename_save,
    facet_found,
    facet_failed,
    facet_left_out,
    facet_typed,
    shape_label,
    shape_list,
    shape_types,
    columns_open,
    columns_usual,
    columns_note,
    columns_table,
    group_places,
    groups_more,
    column_newest,
    no_place,
}

impl ExplorerText {
    /// The name of a column.
    pub fn column(&self, column: Column) -> &'static str {
        self.columns[Column::ALL.iter().position(|known| *known == column).unwrap_or(0)]
    }
}
