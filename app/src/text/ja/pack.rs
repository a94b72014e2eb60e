//! Texts of report packs.

use crate::text::PackText;

pub const TEXT: PackText = PackText {
    button: "レポート一式",
    heading: "セキュリティ検出結果：レポート一式",
    lead: "Amazon GuardDuty と AWS Security Hub の検出結果を、Yagura が保持していたとおりにまとめたものです。`overview.html` は閲覧・印刷用のページ、ほかのファイルはその元になる数値です。伏せた項目はありません。アカウント番号、ARN、詳細はそのまま載っています。",
    made_at: "作成日時",
    window: "作成日時がこの期間の検出結果（終端は含まない）",
    beginning: "最初",
    time_zone: "日付の区切りに使うタイムゾーン",
    filter: "指定した条件（クエリ文字列）",
    no_filter: "期間のみ",
    data_version: "データの版",
    versions: "{first} から {last}（作成中に検出結果が届いたため、ファイルの間でこの分の差がありえます）",
    program: "作成ソフトウェア",
    files: "ファイル",
    file: "ファイル",
    rows: "件数",
    bytes: "バイト数",
    check: "`sha256sum -c SHA256SUMS` で、各ファイルが作成時のままであることを確かめられます。",
    unknown: "空欄は「不明」であり、ゼロではありません。その時間帯は誰も見ていません。",
};
