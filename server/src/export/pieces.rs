//! The bytes of a file on their way: a stream that is either whole or broken.

use std::io;
use std::pin::Pin;
use std::task::{Context, Poll};

use bytes::Bytes;
use futures::Stream;
use tokio::runtime::Handle;
use tokio::sync::mpsc;
use tokio_util::sync::CancellationToken;

/// Pieces that may wait for a slow reader.
const WAITING_PIECES: usize = 4;

enum Piece {
    Content(Bytes),
    /// Nothing is missing.
    End,
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
pub struct PieceSender {
    pieces: mpsc::Sender<Piece>,
    /// Who waits for the reader: writers are threads without a runtime of their own.
    runtime: Handle,
}

/// A way for one file. Called from a runtime.
pub fn channel() -> (PieceSender, Pieces) {
    let (sender, receiver) = mpsc::channel(WAITING_PIECES);
    (PieceSender { pieces: sender, runtime: Handle::current() }, Pieces { receiver, ended: false })
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
            self.ended = !matches!(piece, Some(Piece::Content(_)));
            match piece {
                Some(Piece::Content(bytes)) => Some(Ok(bytes)),
                Some(Piece::End) => None,
                // The log has the reason.
                None => Some(Err(io::Error::other("the file broke off"))),
            }
        })
    }
}

impl PieceSender {
    /// From a thread that may block. False when nobody reads any more, or when `stop` came first.
    pub fn send(&self, content: Vec<u8>, stop: &CancellationToken) -> bool {
        self.put(Piece::Content(content.into()), stop)
    }

    /// From a thread that may block: nothing is missing.
    pub fn finish(&self, stop: &CancellationToken) {
        self.put(Piece::End, stop);
    }

    fn put(&self, piece: Piece, stop: &CancellationToken) -> bool {
        if stop.is_cancelled() {
            return false;
        }
        let sending = stop.run_until_cancelled(self.pieces.send(piece));
        self.runtime.block_on(sending).is_some_and(|sent| sent.is_ok())
    }
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "a failing test says where")]
    use futures::StreamExt;

    use super::*;

    #[tokio::test]
    async fn a_reader_that_sleeps_is_not_waited_for_at_the_end() {
        let (sender, pieces) = channel();
        let stop = CancellationToken::new();
        let stopped = stop.clone();
        let writing = tokio::task::spawn_blocking(move || while sender.send(b"more".to_vec(), &stopped) {});
        stop.cancel();
        writing.await.unwrap();
        let read: Vec<_> = pieces.collect().await;
        assert!(read.last().unwrap().is_err());
    }

    #[tokio::test]
    async fn only_a_finished_file_ends_well() {
        let (sender, pieces) = channel();
        let stop = CancellationToken::new();
        tokio::task::spawn_blocking(move || assert!(sender.send(b"half".to_vec(), &stop))).await.unwrap();
        let read: Vec<_> = pieces.collect().await;
        assert_eq!(read.len(), 2);
        assert!(read[0].is_ok() && read[1].is_err());

        let read: Vec<_> = Pieces::whole(b"all".to_vec()).map(Result::unwrap).collect().await;
        assert_eq!(read, ["all"]);
    }
}
