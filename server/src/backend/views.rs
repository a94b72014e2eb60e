//! Changes of saved views: the only thing people write through the backend.

use app::backend::BackendError;
use app::model::{SavedView, ViewDraft};

use super::{YaguraBackend, failed};
use crate::store::{ViewChange, ViewRefusal};

/// Digits of a view's id: enough that two of a few hundred never meet, few enough to be read aloud.
const ID_LENGTH: usize = 12;

type Changed = Result<Result<SavedView, ViewRefusal>, BackendError>;

impl YaguraBackend {
    /// Saves a new view.
    pub async fn add_view(&self, draft: ViewDraft) -> Changed {
        let id = uuid::Uuid::new_v4().simple().to_string()[..ID_LENGTH].to_owned();
        let view = draft.into_view(id, self.clock().now());
        self.change_view(ViewChange::Add(view)).await
    }

    /// Gives a view another name and address.
    pub async fn replace_view(&self, id: &str, draft: ViewDraft) -> Changed {
        let view = draft.into_view(id.to_owned(), self.clock().now());
        self.change_view(ViewChange::Replace(view)).await
    }

    /// Gives a view another name, whatever has become of its address.
    pub async fn rename_view(&self, id: &str, name: String) -> Changed {
        let now = self.clock().now();
        self.change_view(ViewChange::Rename { id: id.to_owned(), name, now }).await
    }

    /// Forgets a view and gives it back.
    pub async fn remove_view(&self, id: &str) -> Changed {
        self.change_view(ViewChange::Remove(id.to_owned())).await
    }

    async fn change_view(&self, change: ViewChange) -> Changed {
        self.store().change_view(change).await.map_err(|error| failed(&error))
    }
}
