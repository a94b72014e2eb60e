//! English.

use super::{Advice, Topic};
use crate::model::Category;

pub const fn advice(topic: Topic) -> Advice {
    match topic {
        Topic::Threat(category) => threat(category),
        Topic::Escape => Advice {
            meaning: "A process tried to reach what lies outside its container. On Fargate each task has a machine of its own, so the reach is small, but whoever tries this already controls the container.",
            steps: &[
                "Treat the task as compromised: keep its logs, then stop it.",
                "Find the way in: the image, the exposed port, the dependency that allowed the first command.",
                "Renew every secret the task could read, its task role's sessions included.",
                "Drop capabilities and run as a user other than root in the task definition.",
            ],
        },
        Topic::Evasion => Advice {
            meaning: "Somebody hides: a process in memory only, a changed history, a switched-off log. Honest software hardly ever does this.",
            steps: &[
                "Look at the process and what started it, below.",
                "Compare with the other findings of the same task and hour: hiding is rarely the only step.",
                "Keep the logs before you stop the task.",
            ],
        },
        Topic::Posture => Advice {
            meaning: "A control of a Security Hub standard failed: a setting allows more than it should. Nothing has happened yet, as far as this finding tells.",
            steps: &[
                "Read the control's remediation in Security Hub; change the setting where it is defined (template, module), not by hand.",
                "If the risk is accepted, suppress the finding in Security Hub with a note and a date.",
            ],
        },
        Topic::Vulnerability => Advice {
            meaning: "A package in an image has a known weakness. It concerns every task family that runs this image.",
            steps: &[
                "Rebuild the image on a patched base and deploy the new revision.",
                "If there is no patch yet, check whether the package is reachable at all, and remove it if it is not needed.",
            ],
        },
    }
}

const fn threat(category: Category) -> Advice {
    match category {
        Category::UnusualNetwork => Advice {
            meaning: "The task talks in a way it did not before, or through networks made to hide, such as Tor.",
            steps: &[
                "Ask the team of the family whether the destination is known.",
                "If it is not: look at the process that connects, and what started it.",
                "Restrict the security group's outbound rules to what the service needs.",
            ],
        },
        Category::PortScan => Advice {
            meaning: "Ports are being tried: from outside at an open port of yours, or from your task at others. The second is worse.",
            steps: &[
                "Inbound: close the port in the security group, or put it behind a load balancer.",
                "Outbound: a scanner in a task means that somebody explores from within; look at the process.",
                "Check which other findings the same task has.",
            ],
        },
        Category::MaliciousDestination => Advice {
            meaning: "The task contacts an address or a domain with a bad name on a threat list. Lists contain mistakes, but rarely for a domain a service has no reason to know.",
            steps: &[
                "Look at the domain or address and the process that asked for it.",
                "Block it (Route 53 Resolver DNS Firewall, security group) while you look.",
                "Compare the image digest with the one your pipeline built.",
            ],
        },
        Category::DataVolume => Advice {
            meaning: "More data, or data in another pattern than before, leaves or enters: a copy on its way out, or a flood.",
            steps: &[
                "Find out what was read: S3 access logs, database logs, the task's own logs.",
                "If data left, renew the credentials that read it and tell those who must know.",
                "Limit outbound traffic, and the task role to the objects it needs.",
            ],
        },
        Category::SuspiciousProcess => Advice {
            meaning: "A file or a process that does not belong to the image: created after start, known as malware, or used in attacks.",
            steps: &[
                "Look at the command and the processes above it: a shell below a web server is a break-in.",
                "If a deployment or an operator did it, note that and consider a suppression rule.",
                "Make the root file system read-only in the task definition, so that new binaries cannot be written.",
            ],
        },
        Category::AnomalousUser => Advice {
            meaning: "Somebody acts as they never did before, or gains more rights: credentials may be in other hands.",
            steps: &[
                "Ask the person or the team; a new tool or a new place explains many.",
                "If nobody knows: revoke the role's sessions and renew the keys.",
                "Look at what the same credentials did in the hour before and after.",
            ],
        },
        Category::CompromisedImage => Advice {
            meaning: "Malware was found in an image or in a container's files. Every task from that image is concerned.",
            steps: &[
                "Stop deploying the image; find every family that runs its digest.",
                "Rebuild from sources you trust and compare the layers.",
                "Look for what the malware did: other findings of the same families since the image was pushed.",
            ],
        },
        Category::CryptoMining => Advice {
            meaning: "The task computes for somebody else's wallet. The miner is the visible end: whoever placed it can do anything the task can.",
            steps: &[
                "Stop the task; scale the service to zero if it comes back mining.",
                "Find the way in: an open port, a vulnerable library, a poisoned image.",
                "Renew every secret the task could read.",
                "Check the other families in the same cluster for the same domain and image.",
            ],
        },
        Category::CommandAndControl => Advice {
            meaning: "The task reports to a server known to command compromised machines.",
            steps: &[
                "Stop the task, and block the destination for the whole VPC.",
                "Look at the process and how it came into the container.",
                "Renew the secrets the task could read; look for the same destination in other families.",
            ],
        },
        Category::ReverseShell => Advice {
            meaning: "Somebody outside may be typing commands in your container at this moment.",
            steps: &[
                "Stop the task now; its service starts a clean one, so close the way in at once as well.",
                "Renew every secret the task could read, its task role's sessions first.",
                "Read the commands that ran, and look for findings of the same task in the hours before.",
            ],
        },
        Category::Other => Advice {
            meaning: "No rule of ours maps this type yet. The description is GuardDuty's own.",
            steps: &[
                "Read the description and the original document below.",
                "Look at the other findings of the same resource in the same hours.",
            ],
        },
    }
}
