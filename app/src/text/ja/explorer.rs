//! Texts of the explorer.

use crate::text::ExplorerText;

pub const TEXT: ExplorerText = ExplorerText {
    views_open: "保存済みビュー",
    view_current: "保存済みビュー：{name}",
    views_none: "まだありません。表示中の絞り込みに名前を付けると、いつでも呼び出せます。",
    views_note: "保存されるのは結果ではなく条件です。「30日」は開いた時点から過去30日になります。ビューは全員に表示されます。",
    view_name: "表示中の条件に付ける名前",
    view_save: "ビューを保存",
    view_short: "短縮リンク",
    view_short_label: "{name}の短縮リンク",
    view_delete: "削除",
    view_delete_label: "ビュー「{name}」を削除",
};
