//! The shares there are: found by the hash of a token, made and changed by those who may.

use std::collections::HashMap;
use std::sync::Arc;

use app::backend::BackendError;
use app::model::{AuditEntry, Share, ShareSetting, ShareState, Shares};

use super::draft::Draft;
use super::token::{Token, random};
use super::usage::Usage;
use crate::backend::cache::{Cache, Moment};
use crate::backend::{YaguraBackend, broken, failed};
use crate::store::{Doer, KeptShare, ShareChange, ShareRefusal, StoreError, TokenHash};

/// Digits of a share's id.
const ID_LENGTH: usize = 12;
/// Lines of the audit that are shown.
const AUDIT_LINES: usize = 20;

/// Every share of one moment.
#[derive(Debug, Default)]
struct Index {
    by_hash: HashMap<TokenHash, Arc<KeptShare>>,
    by_id: HashMap<String, Arc<KeptShare>>,
}

/// Who shares, and what came of a change that was understood.
pub type Changed = Result<Result<Share, ShareRefusal>, BackendError>;

/// A share with its token, which is told this once.
#[derive(Debug)]
pub struct Made {
    pub share: Share,
    pub token: Token,
}

/// The shares of a database.
pub struct Registry {
    backend: YaguraBackend,
    setting: ShareSetting,
    /// Good until something is committed: a link that is revoked is dead at once.
    index: Cache<(), Index>,
    usage: Usage,
}

impl Registry {
    /// The shares of the backend's database.
    pub fn new(backend: YaguraBackend, setting: ShareSetting) -> Self {
        Self { backend, setting, index: Cache::default(), usage: Usage::default() }
    }

    /// What of the configuration matters to links.
    pub fn setting(&self) -> &ShareSetting {
        &self.setting
    }

    /// The share behind a token, whatever its state.
    pub async fn by_token(&self, token: &Token) -> Result<Option<Arc<KeptShare>>, BackendError> {
        Ok(self.index().await?.by_hash.get(&token.hash()).cloned())
    }

    /// The share of an id, whatever its state.
    pub async fn by_id(&self, id: &str) -> Result<Option<Arc<KeptShare>>, BackendError> {
        Ok(self.index().await?.by_id.get(id).cloned())
    }

    /// Whether it answers now.
    pub fn is_live(&self, share: &Share) -> bool {
        share.state(self.backend.clock().now()) == ShareState::Live
    }

    /// One answer more was given.
    pub fn note_use(&self, share: &Share) {
        self.usage.note(&share.id, self.backend.clock().now());
    }

    /// Writes down how often links were used.
    pub async fn write_usage(&self) -> Result<(), StoreError> {
        let uses = self.usage.take();
        if uses.is_empty() {
            return Ok(());
        }
        let written = self.backend.store().record_share_use(uses.clone()).await;
        if written.is_err() {
            self.usage.put_back(uses);
        }
        written
    }

    /// Every share, with what was counted until now.
    pub async fn list(&self) -> Result<Shares, BackendError> {
        // Without room to write, the list is a little behind.
        if let Err(error) = self.write_usage().await {
            tracing::warn!(%error, "uses of shares were not written down");
        }
        let (kept, data_version) = self.backend.store().shares().await.map_err(|error| failed(&error))?;
        let shares = kept.into_iter().map(|kept| kept.share).collect();
        Ok(Shares { shares, as_of: self.backend.clock().now(), data_version })
    }

    /// What was done last.
    pub async fn audit(&self) -> Result<Vec<AuditEntry>, BackendError> {
        self.backend.store().audit(AUDIT_LINES).await.map_err(|error| failed(&error))
    }

    /// What a draft would be, without making it: for previews.
    pub fn draft(&self, draft: Draft) -> KeptShare {
        let share = self.share_of(draft, "page");
        KeptShare { share, token_hash: TokenHash::default(), pseudonym_key: [0; 16] }
    }

    /// Makes a share.
    pub async fn create(&self, draft: Draft, actor: &'static str) -> Result<Result<Made, ShareRefusal>, BackendError> {
        let token = Token::new().map_err(|error| broken(&error))?;
        let pseudonym_key = random().map_err(|error| broken(&error))?;
        let kept = KeptShare { share: self.share_of(draft, actor), token_hash: token.hash(), pseudonym_key };
        let share = self.change(ShareChange::Add(Box::new(kept)), actor).await?;
        Ok(share.map(|share| Made { share, token }))
    }

    /// Gives a share another link.
    pub async fn rotate(&self, id: &str, actor: &'static str) -> Result<Result<Made, ShareRefusal>, BackendError> {
        let token = Token::new().map_err(|error| broken(&error))?;
        let share = self.change(ShareChange::Rotate(id.to_owned(), token.hash()), actor).await?;
        Ok(share.map(|share| Made { share, token }))
    }

    /// Changes a share, and notes who did.
    pub async fn change(&self, change: ShareChange, actor: &'static str) -> Changed {
        let doer = Doer { actor, at: self.backend.clock().now() };
        self.backend.store().change_share(change, doer).await.map_err(|error| failed(&error))
    }

    fn share_of(&self, draft: Draft, actor: &str) -> Share {
        let id = uuid::Uuid::new_v4().simple().to_string()[..ID_LENGTH].to_owned();
        draft.into_share(id, self.backend.clock().now(), actor, self.setting.default_expiry_seconds)
    }

    async fn index(&self) -> Result<Arc<Index>, BackendError> {
        let moment = Moment { revision: self.backend.store().revision(), minute: 0 };
        let read = async {
            let (kept, _) = self.backend.store().shares().await.map_err(|error| failed(&error))?;
            let mut index = Index::default();
            for kept in kept.into_iter().map(Arc::new) {
                index.by_id.insert(kept.share.id.clone(), Arc::clone(&kept));
                index.by_hash.insert(kept.token_hash, kept);
            }
            Ok(index)
        };
        self.index.get((), moment, read).await
    }
}
