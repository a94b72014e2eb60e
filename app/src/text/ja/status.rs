//! Texts of what is asked beside findings.

use crate::text::StatusText;

pub const TEXT: StatusText = StatusText {
    heading: "そのほかの問い合わせ",
    note: "アカウントとリージョン別。拒否されても、それを必要とする値が「不明」になるだけです（ゼロにはしません）。",
    column_collector: "内容",
    column_answered: "最後の回答",
    column_took: "所要",
    column_next: "次回",
    took: "{seconds}秒",
    part_trouble: "{part}：",
    part_joint: "、",
    collectors: ["実行状況とエージェントの有無", "コスト"],
    coverage_parts: [
        "GuardDuty の機能",
        "GuardDuty の判定",
        "GuardDuty の集計",
        "クラスター",
        "サービス",
        "タスク",
        "Security Hub の標準",
    ],
};
