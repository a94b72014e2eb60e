//! 日本語。

use super::Remedy;
use crate::model::coverage::GapReason;

const ANEW: &str = "新しいタスクはエージェントと一緒に起動し、デプロイ後の次の確認で「監視中」になります。";
const NOTHING: &str = "このままでは変わりません。GuardDutyの他の検出は続きますが、ランタイムの検出結果は届きません。";

#[expect(clippy::too_many_lines, reason = "a table with one entry per reason")]
pub const fn remedy(reason: GapReason) -> Remedy {
    match reason {
        GapReason::AgentMissing => Remedy {
            meaning: "タスクにエージェントがなく、AWSの応答からも設定からも理由が分かりません。",
            fix: "タスク実行ロール、サブネットからAmazon ECRへの経路、GuardDutyのVPCエンドポイントを確認し、再デプロイしてください。",
            effect: ANEW,
        },
        GapReason::StartedBefore => Remedy {
            meaning: "エージェントの自動管理を有効にする前に起動したタスクです。エージェントはタスクの起動時にしか追加されません。",
            fix: "サービスは新しいデプロイを強制し、サービスのないタスクは停止して起動し直してください。",
            effect: "通常のデプロイと同じくタスクが順に入れ替わり、新しいタスクは起動時から監視されます。",
        },
        GapReason::StartedExcluded => Remedy {
            meaning: "クラスターがタグ GuardDutyManaged=false で除外されていた間に起動したタスクです。",
            fix: "タグがなくなった今、サービスの新しいデプロイを強制してください。",
            effect: ANEW,
        },
        GapReason::ManagementOff => Remedy {
            meaning: "ここではFargateのタスクにエージェントが追加されません(エージェントの自動設定が無効です)。",
            fix: "このアカウントとリージョンで有効にするか、クラスターに GuardDutyManaged=true のタグを付け、サービスを再デプロイしてください。",
            effect: "GuardDutyがVPCエンドポイントを作り、以後に起動するタスクにエージェントが付きます。料金はvCPU単位です。",
        },
        GapReason::RuntimeMonitoringOff => Remedy {
            meaning: "このアカウントとリージョンではランタイムモニタリングが無効で、タスクの中は何も見えません。",
            fix: "ランタイムモニタリングとFargateのエージェント自動設定を有効にし、サービスを再デプロイしてください。",
            effect: "以後に起動するタスクにエージェントが付きます。リソースの種類ごとに最初の30日間は無料です。",
        },
        GapReason::GuardDutyOff => Remedy {
            meaning: "このアカウントとリージョンではGuardDutyが無効です。",
            fix: "GuardDutyを有効にしてください。委任管理者があればそこから行えます。",
            effect: "検出結果が届き始めます。ランタイムの検出にはランタイムモニタリングも必要です。",
        },
        GapReason::OldPlatform => Remedy {
            meaning: "エージェントが動かない、1.4.0より前のFargateプラットフォームで動いています。",
            fix: "サービスのプラットフォームバージョンを LATEST にしてください。",
            effect: ANEW,
        },
        GapReason::AgentExited => Remedy {
            meaning: "タスクは動いていますが、エージェントのコンテナが終了しています。終了コード137は多くの場合メモリ不足です。",
            fix: "エージェントの分のメモリをタスクに足し、再デプロイしてください。",
            effect: "新しいタスクではエージェントが動きます。終了してからの出来事は誰にも見えていません。",
        },
        GapReason::ImageNotPulled => Remedy {
            meaning: "エージェントのイメージをAmazon ECRから取得できませんでした。",
            fix: "タスク実行ロールに取得の権限(AmazonECSTaskExecutionRolePolicy)を与え、サブネットからAmazon ECRとS3への経路をNATかエンドポイントで用意してください。",
            effect: ANEW,
        },
        GapReason::AgentStarting => Remedy {
            meaning: "エージェントのコンテナはありますが、まだ動いていません。",
            fix: "次の確認を待ち、変わらなければコンテナの状態を調べてください。",
            effect: "通常はタスクの起動から1分以内に動き始めます。",
        },
        GapReason::NotReporting => Remedy {
            meaning: "エージェントのコンテナは動いていても、GuardDutyに何も届いていません。見たものが誰にも伝わらない状態です。",
            fix: "GuardDutyのVPCエンドポイントを確認してください。プライベートDNS、セキュリティグループ(VPCからの443番)、サブネットの経路です。",
            effect: "数分でイベントが届き、AWSの判定も正常に戻ります。",
        },
        GapReason::EndpointFailed => Remedy {
            meaning: "エージェントが報告に使うVPCエンドポイントを作れなかったか、機能していません。",
            fix: "VPCのDNSサポートとDNSホスト名を有効にし、共有VPCの所有者とエンドポイントの上限を確認して、再デプロイしてください。",
            effect: "次のタスクの起動時にエンドポイントが作られ、エージェントはそこから報告します。",
        },
        GapReason::RoleMissing => Remedy {
            meaning: "タスク定義に実行ロールがなく、エージェントのイメージを取得できません。",
            fix: "AmazonECSTaskExecutionRolePolicy を持つ実行ロールをタスク定義に指定し、新しいリビジョンをデプロイしてください。",
            effect: ANEW,
        },
        GapReason::NetworkMissing => Remedy {
            meaning: "タスクのネットワーク設定が見つからず、エージェントは報告できません。",
            fix: "ネットワークモード awsvpc を使い、サービスまたはタスクの実行でサブネットとセキュリティグループを指定してください。",
            effect: ANEW,
        },
        GapReason::Unidentified => Remedy {
            meaning: "エージェントが機能していないことをAWSが確認していますが、理由は示されていません。",
            fix: "再デプロイし、繰り返すならタスクのARNを添えてAWSサポートに問い合わせてください。",
            effect: "新しいタスクは監視されるか、理由の分かる形で失敗します。",
        },
        GapReason::ExcludedByTag => Remedy {
            meaning: "意図した除外です。クラスターのタグ GuardDutyManaged が false です。",
            fix: "もう除外しないのであれば、タグを外してサービスを再デプロイしてください。",
            effect: "以後に起動するタスクにエージェントが付き、vCPU単位で課金されます。",
        },
        GapReason::LaunchType => Remedy {
            meaning: "ECSマネージドインスタンスとECS Anywhereには、GuardDutyのエージェントがありません。",
            fix: "監視が必要なものはFargateか自分のEC2インスタンスで動かしてください。",
            effect: NOTHING,
        },
        GapReason::PlatformFamily => Remedy {
            meaning: "GuardDutyのエージェントはLinuxのタスクだけで動きます。これはWindowsです。",
            fix: "ログなど、他の手段で監視してください。",
            effect: NOTHING,
        },
        GapReason::Architecture => Remedy {
            meaning: "タスクのCPUアーキテクチャに、GuardDutyのエージェントが対応していません。",
            fix: "x86_64かARM64向けにイメージを作り、新しいリビジョンをデプロイしてください。",
            effect: ANEW,
        },
        GapReason::Invoker => Remedy {
            meaning: "GuardDutyがエージェントを追加しないAWSサービスが起動したタスクです。",
            fix: "監視が必要なものはECSのサービスかRunTaskで起動してください。",
            effect: NOTHING,
        },
        GapReason::OldArn => Remedy {
            meaning: "タスクのARNがクラスター名のない古い形式で、GuardDutyは対応していません。",
            fix: "長いARN形式に切り替え(aws ecs put-account-setting)、タスクを起動し直してください。",
            effect: ANEW,
        },
        GapReason::OnHost => Remedy {
            meaning: "EC2ではエージェントがインスタンス上で動き、ECSからは見えません。AWSはクラスターごとにインスタンスの数を示します。",
            fix: "クラスターに対するAWSの判定と照らし合わせてください。",
            effect: "どのタスクが監視されているかは分からないため、ファミリーは「不明」のままです。",
        },
        GapReason::NotAsked => Remedy {
            meaning: "このアカウントのECSを読む認証情報がなく、何が動いているか分かりません。",
            fix: "ECSを読めるロールと一緒に aws.accounts に加えてください。ecs_only = true なら検出結果は管理者から読み続けます。",
            effect: "次の確認から、このアカウントのファミリーが表示されます。",
        },
        GapReason::NotTold => Remedy {
            meaning: "AWSの応答がないか、判断できるだけの情報がありません。",
            fix: "足りない権限や失敗の理由は、ステータスのページにあります。",
            effect: "次に応答があれば表示されます。",
        },
    }
}
