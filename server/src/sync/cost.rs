//! Asks what GuardDuty costs: daily, and when somebody wants to know now.
//!
//! It is no part of a pull of findings and never waits for one, nor keeps one waiting: it has clients, a pace and a turn of
//! its own. Each question is kept with how it ended; one that is refused costs only itself.

use std::sync::Arc;
use std::time::Duration;

use app::model::{CostAsked, CostOutcome, CostQuestion};
use futures::future::join_all;
use jiff::{SignedDuration, Timestamp};

use super::plan::Account;
use super::{Syncer, signed};
use crate::aws::counters::Counters;
use crate::aws::usage::{LARGEST, Statistic};
use crate::aws::{AwsError, CloudWatch, GuardDuty};
use crate::clock::Clock;
use crate::store::{CostAnswers, CostRound, Store, StoreError, TrialDays, UsageAmount};

/// Hours that are asked for again: AWS fills them in for up to a day.
const LATE: SignedDuration = SignedDuration::from_hours(30);
/// As far back as usage reaches.
const REACH: SignedDuration = SignedDuration::from_hours(30 * 24);
/// What failed is asked again after this long, whatever the interval is.
pub(super) const LONGEST_PAUSE: Duration = Duration::from_hours(1);
/// Accounts of one administrator that are asked about one by one: twenty minutes' worth of calls.
const MOST_ACCOUNTS: usize = 5000;

/// Where costs are asked for.
#[derive(Debug)]
pub struct CostTarget {
    pub account: String,
    pub region: String,
    pub guardduty: GuardDuty,
    /// `None`: the settings say no.
    pub cloudwatch: Option<CloudWatch>,
}

/// Whether to ask before it is time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CostWhen {
    /// Where the last answer is old enough.
    Due,
    /// Everywhere.
    Now,
}

impl Syncer {
    /// Asks what it costs. The report is how every question ended.
    pub async fn run_cost(&self, when: CostWhen) -> Result<Vec<CostAsked>, StoreError> {
        let _turn = self.cost_turn.lock().await;
        let rounds = self.accounts.iter().map(|account| Box::pin(self.cost_of(account, when)));
        let rounds: Result<Vec<Vec<CostAsked>>, StoreError> = join_all(rounds).await.into_iter().collect();
        Ok(rounds?.concat())
    }

    async fn cost_of(&self, account: &Account, when: CostWhen) -> Result<Vec<CostAsked>, StoreError> {
        // What could not be planned for is told by the pulls of findings.
        let kept = async |_names, _scopes| Ok::<(), StoreError>(());
        let plan = account.plan(&self.options, &self.counters, kept).await?;
        let mut asked = Vec::new();
        for target in &plan.costs {
            let store = &self.store.0;
            let state = store.cost_state(&target.account, &target.region).await?;
            let interval = signed(self.options.cost_interval);
            let now = self.clock.now();
            let is_due = state.asked_at.is_none_or(|at| now.duration_since(at) >= interval);
            if when == CostWhen::Due && !is_due {
                continue;
            }
            let since = state.metrics_until.and_then(|until| until.checked_sub(LATE).ok());
            let earliest = now.checked_sub(REACH).unwrap_or(now);
            let since = since.map_or(earliest, |since| since.max(earliest));
            let counters = Counters::part_of(&self.counters);
            let round = Round { target, clock: self.clock.as_ref(), counters: &counters };
            let mut answers = round.ask(since).await;
            let sums = counters.sums();
            answers.round = CostRound {
                took_ms: i64::try_from(self.clock.now().duration_since(answers.at).as_millis()).unwrap_or(i64::MAX),
                requests: sums.requests,
                throttles: sums.throttles,
                errors: sums.errors,
            };
            asked.extend(answers.asked.iter().cloned());
            keep(store, answers).await?;
        }
        Ok(asked)
    }

    /// Asks on time until told to stop, the first time when findings have had their turn.
    pub(super) async fn follow_cost(&self) {
        self.cost_wake.notified().await;
        let mut when = CostWhen::Due;
        loop {
            match self.run_cost(when).await {
                Ok(asked) => {
                    for asked in asked.iter().filter(|asked| asked.is_trouble()) {
                        let (account, region, question) = (&asked.account, &asked.region, asked.question.as_str());
                        tracing::warn!(account, region, question, error = asked.note, "a question about costs failed");
                    }
                }
                Err(error) => tracing::error!(%error, "answers about costs could not be kept"),
            }
            let pause = self.options.cost_interval.min(LONGEST_PAUSE);
            tokio::select! {
                () = self.cost_wake.notified() => when = CostWhen::Now,
                () = tokio::time::sleep(pause) => when = CostWhen::Due,
            }
        }
    }

    /// Asks what it costs before its time.
    pub fn request_cost_now(&self) {
        self.cost_wake.notify_one();
    }
}

async fn keep(store: &Store, answers: CostAnswers) -> Result<(), StoreError> {
    Box::pin(store.keep_cost(answers)).await
}

/// All questions to one account and Region.
struct Round<'a> {
    target: &'a CostTarget,
    clock: &'a dyn Clock,
    counters: &'a Arc<Counters>,
}

impl Round<'_> {
    async fn ask(&self, since: Timestamp) -> CostAnswers {
        let CostTarget { account, region, .. } = self.target;
        let mut answers = CostAnswers {
            account: account.clone(),
            region: region.clone(),
            at: self.clock.now(),
            asked: Vec::new(),
            usage: Vec::new(),
            trials: Vec::new(),
            metrics: Vec::new(),
            round: CostRound::default(),
        };
        let Some(accounts) = self.accounts(&mut answers).await else { return answers };
        let is_administrator = accounts.len() > 1;
        self.usage_by_account(&accounts, &mut answers).await;
        for (statistic, question) in
            [(Statistic::Accounts, CostQuestion::Accounts), (Statistic::DataSources, CostQuestion::DataSources)]
        {
            self.usage(statistic, question, &mut answers).await;
        }
        if is_administrator {
            self.usage(Statistic::TopAccounts, CostQuestion::TopAccounts, &mut answers).await;
        } else {
            let note = "only an administrator account sees others".to_owned();
            self.note(&mut answers, CostQuestion::TopAccounts, CostOutcome::Skipped, Some(note));
        }
        self.trials(&accounts, &mut answers).await;
        self.metrics(&accounts, since, &mut answers).await;
        answers
    }

    fn note(&self, answers: &mut CostAnswers, question: CostQuestion, outcome: CostOutcome, note: Option<String>) {
        let (account, region) = (answers.account.clone(), answers.region.clone());
        answers.asked.push(CostAsked { account, region, question, outcome, note, asked_at: self.clock.now() });
    }

    fn failed(&self, answers: &mut CostAnswers, question: CostQuestion, error: &AwsError) {
        let outcome = if error.is_denial() { CostOutcome::Denied } else { CostOutcome::Failed };
        self.note(answers, question, outcome, Some(error.to_string()));
    }

    /// The account itself and its members; `None` where GuardDuty is not in use.
    async fn accounts(&self, answers: &mut CostAnswers) -> Option<Vec<String>> {
        let question = CostQuestion::Members;
        let mut accounts = vec![self.target.account.clone()];
        match Box::pin(self.target.guardduty.members(self.counters)).await {
            Ok(members) => {
                let left_out = members.len().saturating_sub(MOST_ACCOUNTS);
                let note = (left_out > 0).then(|| format!("{left_out} members are not asked about one by one"));
                let outcome = if members.is_empty() { CostOutcome::Empty } else { CostOutcome::Answered };
                self.note(answers, question, outcome, note);
                accounts
                    .extend(members.into_iter().take(MOST_ACCOUNTS).filter(|member| *member != self.target.account));
            }
            Err(error @ AwsError::NotEnabled { .. }) => {
                self.note(answers, question, CostOutcome::Skipped, Some(error.to_string()));
                return None;
            }
            Err(error) => {
                if error.is_denial() {
                    self.failed(answers, question, &error);
                } else {
                    // A member account may not ask, and has no members.
                    self.note(answers, question, CostOutcome::Skipped, Some(error.to_string()));
                }
            }
        }
        Some(accounts)
    }

    async fn usage_by_account(&self, accounts: &[String], answers: &mut CostAnswers) {
        let mut told: Vec<UsageAmount> = Vec::new();
        for account in accounts {
            let asked = self.target.guardduty.usage(Statistic::Features, Some(account), self.counters);
            match Box::pin(asked).await {
                Ok(amounts) => told.extend(amounts),
                Err(error) => {
                    answers.usage.extend(told);
                    return self.failed(answers, CostQuestion::Features, &error);
                }
            }
        }
        let outcome = if told.is_empty() { CostOutcome::Empty } else { CostOutcome::Answered };
        answers.usage.extend(told);
        self.note(answers, CostQuestion::Features, outcome, None);
    }

    async fn usage(&self, statistic: Statistic, question: CostQuestion, answers: &mut CostAnswers) {
        match Box::pin(self.target.guardduty.usage(statistic, None, self.counters)).await {
            Ok(amounts) => {
                let outcome = if amounts.is_empty() { CostOutcome::Empty } else { CostOutcome::Answered };
                answers.usage.extend(amounts);
                self.note(answers, question, outcome, None);
            }
            Err(error) => self.failed(answers, question, &error),
        }
    }

    async fn trials(&self, accounts: &[String], answers: &mut CostAnswers) {
        let mut told: Vec<TrialDays> = Vec::new();
        let mut unprocessed = Vec::new();
        for chunk in accounts.chunks(LARGEST) {
            match Box::pin(self.target.guardduty.trials(chunk, self.counters)).await {
                Ok(trials) => {
                    told.extend(trials.accounts);
                    unprocessed.extend(trials.unprocessed);
                }
                Err(error) => {
                    answers.trials.extend(told);
                    return self.failed(answers, CostQuestion::Trial, &error);
                }
            }
        }
        let outcome = if told.is_empty() { CostOutcome::Empty } else { CostOutcome::Answered };
        answers.trials.extend(told);
        let note = (!unprocessed.is_empty()).then(|| format!("AWS gave no answer for {}", unprocessed.join(", ")));
        self.note(answers, CostQuestion::Trial, outcome, note);
    }

    async fn metrics(&self, accounts: &[String], since: Timestamp, answers: &mut CostAnswers) {
        let question = CostQuestion::Metrics;
        let Some(cloudwatch) = &self.target.cloudwatch else {
            let note = "aws.cloudwatch is false".to_owned();
            return self.note(answers, question, CostOutcome::Skipped, Some(note));
        };
        match Box::pin(cloudwatch.hours(accounts, (since, answers.at), self.counters)).await {
            Ok(hours) => {
                let outcome = if hours.is_empty() { CostOutcome::Empty } else { CostOutcome::Answered };
                answers.metrics = hours;
                self.note(answers, question, outcome, None);
            }
            Err(error) => self.failed(answers, question, &error),
        }
    }
}
