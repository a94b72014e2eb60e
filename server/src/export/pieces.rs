//! The bytes of a file on their way: a stream that is either whole or broken.

use std::io;
use std::pin::Pin;
use std::task::{Context, Poll};

use bytes::Bytes;
use futures::Stream;
use tokio::sync::mpsc;

/// Pieces that may wait for a slow reader.
const WAITING_PIECES: usize = 4;

enum Piece {
    Content(Bytes),
    /// Nothing is missing.
    End,
    Broken(String),
}

/// What a reader takes. Without the writer's word that the file is whole it ends with an error, whatever happened to
/// the writer.
pub struct Pieces {
    receiver: mpsc::Receiver<Piece>,
    ended: bool,
}

impl std::fmt::Debug for Pieces {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Pieces")
    }
}

/// What a writer fills.
#[derive(Clone)]
pub struct PieceSender(mpsc::Sender<Piece>);

/// A way for one file.
pub fn channel() -> (PieceSender, Pieces) {
    let (sender, receiver) = mpsc::channel(WAITING_PIECES);
    (PieceSender(sender), Pieces { receiver, ended: false })
}

impl Pieces {
    /// A file that is here already.
    pub fn whole(content: Vec<u8>) -> Self {
        let (sender, receiver) = mpsc::channel(2);
        // There is room for both.
        let _ = sender.try_send(Piece::Content(content.into()));
        let _ = sender.try_send(Piece::End);
        Self { receiver, ended: false }
    }
}

impl Stream for Pieces {
    type Item = io::Result<Bytes>;

    fn poll_next(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        if self.ended {
            return Poll::Ready(None);
        }
        self.receiver.poll_recv(context).map(|piece| {
            let broken = match piece {
                Some(Piece::Content(bytes)) => return Some(Ok(bytes)),
                Some(Piece::End) => {
                    self.ended = true;
                    return None;
                }
                Some(Piece::Broken(reason)) => reason,
                None => "the file broke off".to_owned(),
            };
            self.ended = true;
            Some(Err(io::Error::other(broken)))
        })
    }
}

impl PieceSender {
    /// From a blocking thread. False when nobody reads any more.
    pub fn send(&self, content: Vec<u8>) -> bool {
        self.0.blocking_send(Piece::Content(content.into())).is_ok()
    }

    /// From a blocking thread: nothing is missing.
    pub fn finish(&self) {
        let _ = self.0.blocking_send(Piece::End);
    }

    /// The file stays incomplete. `reason` is safe to show.
    pub async fn fail(&self, reason: String) {
        let _ = self.0.send(Piece::Broken(reason)).await;
    }
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "a failing test says where")]
    use futures::StreamExt;

    use super::*;

    #[tokio::test]
    async fn only_a_finished_file_ends_well() {
        let (sender, pieces) = channel();
        tokio::task::spawn_blocking(move || assert!(sender.send(b"half".to_vec()))).await.unwrap();
        let read: Vec<_> = pieces.collect().await;
        assert_eq!(read.len(), 2);
        assert!(read[0].is_ok() && read[1].is_err());

        let read: Vec<_> = Pieces::whole(b"all".to_vec()).map(Result::unwrap).collect().await;
        assert_eq!(read, ["all"]);
    }
}
