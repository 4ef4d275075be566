//! The body of an answer on its way.

use crate::seat::Work;
use axum::body::{Body, Bytes, HttpBody};
use hyper::body::{Frame, SizeHint};
use std::{
    pin::Pin,
    task::{Context, Poll, ready},
};

/// A body that says of its connection that it is being answered, and whether it takes what is given.
pub(crate) struct Answer {
    body: Body,
    work: Work,
}

impl Answer {
    pub(crate) const fn of(body: Body, work: Work) -> Self {
        Self { body, work }
    }
}

impl HttpBody for Answer {
    type Data = Bytes;
    type Error = axum::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, axum::Error>>> {
        // Whoever asks for more has room for it.
        self.work.took();
        let frame = ready!(Pin::new(&mut self.body).poll_frame(context));
        self.work.gave();
        Poll::Ready(frame)
    }

    fn is_end_stream(&self) -> bool {
        self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.body.size_hint()
    }
}
