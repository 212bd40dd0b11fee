//! Lists of nodes, sent while they are read.
//!
//! Which nodes the list has is known before the answer begins; their rows follow some at a time, so
//! that memory doesn't grow with the list and no connection of the database waits for a client.
//! A node that is deleted meanwhile is left out. Where a later row can't be read, the answer is cut
//! off, which every client sees: its last chunk is missing.

use std::io::Write as _;

use axum::body::{Body, Bytes};
use axum::http::header;
use axum::response::{IntoResponse as _, Response};
use futures_util::stream::{self, StreamExt as _};
use uuid::Uuid;

use super::columns::columns;
use super::shape::{Fields, Selection};
use crate::api::document::next_page;
use crate::api::error::ApiError;
use crate::api::extract::Call;
use crate::api::state::ApiState;
use crate::api::version::fields;
use crate::store::{NodeColumns, StoreError};

/// How many nodes are read, and sent, at a time: some 200 KiB with all fields. More at a time take
/// no less time, and more memory.
const AT_A_TIME: usize = 50;

/// A list on its way out.
pub(crate) struct NodeList {
    api: ApiState,
    call: Call,
    fields: Fields,
    columns: NodeColumns,
    ids: Vec<i64>,
    /// How many of them have been read.
    done: usize,
    /// The last node sent.
    last: Option<Uuid>,
    /// The link to the next page; gets the last node.
    next: Box<dyn Fn(Option<Uuid>) -> Option<String> + Send>,
}

impl NodeList {
    /// The nodes of these numbers; `next` makes the link to the next page out of the last of them.
    pub(crate) fn new(
        api: &ApiState,
        call: &Call,
        selection: &Selection,
        ids: Vec<i64>,
        next: impl Fn(Option<Uuid>) -> Option<String> + Send + 'static,
    ) -> Self {
        let fields: Vec<_> = selection.fields(fields::NODE, call.version).collect();
        Self {
            api: api.clone(),
            call: call.clone(),
            columns: columns(&fields),
            fields: Fields::new(&fields),
            ids,
            done: 0,
            last: None,
            next: Box::new(next),
        }
    }

    /// The answer; a short list is sent in one piece.
    pub(crate) async fn into_response(mut self) -> Result<Response, ApiError> {
        let first = self.piece().await?;
        let body = if self.is_done() {
            Body::from(first)
        } else {
            let rest = stream::try_unfold(self, |mut list| async {
                if list.is_done() {
                    return Ok(None);
                }
                let piece = list.piece().await.inspect_err(|error| {
                    tracing::error!(
                        error = error as &dyn std::error::Error,
                        "a list of nodes was cut off: its rows can't be read"
                    );
                })?;
                Ok::<_, StoreError>(Some((piece, list)))
            });
            Body::from_stream(stream::iter([Ok(first)]).chain(rest))
        };
        Ok(([(header::CONTENT_TYPE, "application/json")], body).into_response())
    }

    fn is_done(&self) -> bool {
        self.done == self.ids.len()
    }

    /// The next piece of the answer's text.
    async fn piece(&mut self) -> Result<Bytes, StoreError> {
        let end = self.ids.len().min(self.done + AT_A_TIME);
        let ids = &self.ids[self.done..end];
        let nodes = self.api.store().nodes_by_id(ids, &self.columns).await?;
        let mut text = Vec::new();
        if self.done == 0 {
            text.extend(br#"{"nodes":["#);
        }
        for node in &nodes {
            if self.last.is_some() {
                text.push(b',');
            }
            self.last = Some(node.uuid);
            self.fields.write(node, &self.call, &mut text);
        }
        self.done = end;
        if self.is_done() {
            text.push(b']');
            if let Some(next) = (self.next)(self.last) {
                for (key, value) in next_page("nodes", &next) {
                    let _ = write!(text, r#","{key}":{value}"#);
                }
            }
            text.push(b'}');
        }
        Ok(text.into())
    }
}
