//! English.

use super::Remedy;
use crate::model::coverage::GapReason;

const ANEW: &str =
    "New tasks start with the agent beside them; the next look after the deployment shows them as covered.";
const NOTHING: &str =
    "Nothing changes by itself: findings of GuardDuty's other sources remain, runtime findings do not come.";

#[expect(clippy::too_many_lines, reason = "a table with one entry per reason")]
pub const fn remedy(reason: GapReason) -> Remedy {
    match reason {
        GapReason::AgentMissing => Remedy {
            meaning: "No agent runs in the task, and neither AWS nor its settings tell why.",
            fix: "Check the execution role, the subnets' way to Amazon ECR and the VPC endpoint of GuardDuty, then deploy anew.",
            effect: ANEW,
        },
        GapReason::StartedBefore => Remedy {
            meaning: "The task is older than the automated agent. AWS adds the agent only when a task starts.",
            fix: "Force a new deployment of the service; a task without a service is stopped and started again.",
            effect: "Tasks are replaced one after another, as in any deployment. New ones are covered from their start.",
        },
        GapReason::StartedExcluded => Remedy {
            meaning: "The task started while its cluster was left out by the tag GuardDutyManaged=false.",
            fix: "Force a new deployment of the service now that the tag is gone.",
            effect: ANEW,
        },
        GapReason::ManagementOff => Remedy {
            meaning: "GuardDuty adds no agents to Fargate tasks here: automated agent configuration is off.",
            fix: "Enable it for this account and Region, or tag single clusters GuardDutyManaged=true; then deploy services anew.",
            effect: "GuardDuty creates its VPC endpoint, and tasks that start afterwards get the agent. Runtime Monitoring is charged per vCPU.",
        },
        GapReason::RuntimeMonitoringOff => Remedy {
            meaning: "Runtime Monitoring is off in this account and Region, so nothing is seen inside tasks.",
            fix: "Enable Runtime Monitoring and automated agent configuration for Fargate, then deploy services anew.",
            effect: "Tasks that start afterwards get the agent. The first 30 days of a kind of resource are free.",
        },
        GapReason::GuardDutyOff => Remedy {
            meaning: "GuardDuty is off in this account and Region.",
            fix: "Enable GuardDuty here, from the delegated administrator if there is one.",
            effect: "Findings begin to come; runtime findings need Runtime Monitoring besides.",
        },
        GapReason::OldPlatform => Remedy {
            meaning: "The task runs on a Fargate platform before 1.4.0, on which the agent cannot run.",
            fix: "Set the service's platform version to LATEST.",
            effect: ANEW,
        },
        GapReason::AgentExited => Remedy {
            meaning: "The agent's container has ended while the task goes on. Exit code 137 usually means that memory ran out.",
            fix: "Give the task memory for the agent besides its own, then deploy anew.",
            effect: "The new task has a running agent. What happened since the agent ended was seen by nobody.",
        },
        GapReason::ImageNotPulled => Remedy {
            meaning: "The image of the agent could not be pulled from Amazon ECR.",
            fix: "Let the execution role pull (AmazonECSTaskExecutionRolePolicy) and give the subnets a way to Amazon ECR and to S3, by NAT or endpoints.",
            effect: ANEW,
        },
        GapReason::AgentStarting => Remedy {
            meaning: "The agent's container is there and does not run yet.",
            fix: "Wait for the next look; if it stays so, read the container's state.",
            effect: "Usually it runs within a minute of the task's start.",
        },
        GapReason::NotReporting => Remedy {
            meaning: "The agent's container may run, but GuardDuty hears nothing of it: what it sees reaches nobody.",
            fix: "Check the VPC endpoint of GuardDuty: private DNS, its security group (inbound 443 from the VPC), the subnets' routes.",
            effect: "Events arrive within minutes, and AWS judges the cluster healthy again.",
        },
        GapReason::EndpointFailed => Remedy {
            meaning: "The VPC endpoint through which agents report could not be made, or does not work.",
            fix: "Enable DNS support and DNS host names in the VPC, look at shared VPCs' owner and endpoint quotas, then deploy anew.",
            effect: "GuardDuty makes the endpoint when the next task starts, and agents report through it.",
        },
        GapReason::RoleMissing => Remedy {
            meaning: "The task definition has no execution role, without which the agent's image cannot be pulled.",
            fix: "Name an execution role with AmazonECSTaskExecutionRolePolicy in the task definition, and deploy the new revision.",
            effect: ANEW,
        },
        GapReason::NetworkMissing => Remedy {
            meaning: "AWS finds no network configuration for the task, so the agent has no way to report.",
            fix: "Use network mode awsvpc with subnets and a security group in the service or the run of the task.",
            effect: ANEW,
        },
        GapReason::Unidentified => Remedy {
            meaning: "AWS saw that the agent does not work and names no reason.",
            fix: "Deploy anew; if it comes back, give AWS Support the task's ARN.",
            effect: "A new task either is covered or fails for a reason that can be named.",
        },
        GapReason::ExcludedByTag => Remedy {
            meaning: "Left out by choice: the cluster's tag GuardDutyManaged is false.",
            fix: "If that is not meant any more, take the tag away and deploy services anew.",
            effect: "Tasks that start afterwards get the agent, and are charged per vCPU.",
        },
        GapReason::LaunchType => Remedy {
            meaning: "GuardDuty has no agent for ECS Managed Instances and for ECS Anywhere.",
            fix: "Run what must be watched on Fargate or on EC2 instances of your own.",
            effect: NOTHING,
        },
        GapReason::PlatformFamily => Remedy {
            meaning: "GuardDuty's agent runs in Linux tasks only; this one is Windows.",
            fix: "Watch it by other means, such as its logs.",
            effect: NOTHING,
        },
        GapReason::Architecture => Remedy {
            meaning: "GuardDuty's agent does not support the task's CPU architecture.",
            fix: "Build the image for x86_64 or ARM64 and deploy the new revision.",
            effect: ANEW,
        },
        GapReason::Invoker => Remedy {
            meaning: "The task was started by a service of AWS for whose tasks GuardDuty adds no agent.",
            fix: "Start what must be watched as an ECS service or by RunTask.",
            effect: NOTHING,
        },
        GapReason::OldArn => Remedy {
            meaning: "The task's ARN has the old format without a cluster, which GuardDuty does not support.",
            fix: "Opt in to long ARNs (aws ecs put-account-setting) and start the task anew.",
            effect: ANEW,
        },
        GapReason::OnHost => Remedy {
            meaning: "On EC2 the agent runs on the instance, where ECS does not show it. AWS counts instances with an agent by cluster.",
            fix: "Compare with AWS's verdict about the cluster.",
            effect: "The family stays unknown here: nobody can tell which of its tasks are watched.",
        },
        GapReason::NotAsked => Remedy {
            meaning: "Yagura has no credentials to ask ECS in this account, so what runs there is not known.",
            fix: "Add the account to aws.accounts with a role that may read ECS; with ecs_only = true findings still come from the administrator.",
            effect: "The next look shows the account's families.",
        },
        GapReason::NotTold => Remedy {
            meaning: "AWS did not answer, or not enough to tell.",
            fix: "See the status page: it names the missing permission or the failure.",
            effect: "The next look that is answered shows it.",
        },
    }
}
