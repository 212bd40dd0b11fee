//! What guests wrote: the serial console, and the firmware's own log.

use std::io::{self, SeekFrom};
use std::path::Path as File;

use axum::extract::{Path, State};
use axum::http::{StatusCode, header};
use axum::response::IntoResponse;
use tokio::io::{AsyncReadExt, AsyncSeekExt};

use super::{Name, Rack, Refused, find};
use crate::controller::Controller;
use crate::qemu::GuestState;

/// How much of a log is shown, from its end. A guest may have written for weeks.
const SHOWN: u64 = 1 << 20;

pub(super) async fn serial(
    State(controllers): Rack,
    Path(name): Name,
) -> Result<impl IntoResponse, Refused> {
    let guest = guest(find(&controllers, &name)?)?;
    text(&guest.serial_log).await
}

pub(super) async fn firmware(
    State(controllers): Rack,
    Path(name): Name,
) -> Result<impl IntoResponse, Refused> {
    let guest = guest(find(&controllers, &name)?)?;
    text(&guest.firmware_log).await
}

fn guest(controller: &Controller) -> Result<GuestState, Refused> {
    controller.guest().ok_or_else(|| {
        let text = format!(
            "{} has a model machine, which has no console; --backend qemu gives it a guest",
            controller.name()
        );
        Refused(StatusCode::NOT_FOUND, text)
    })
}

async fn text(log: &File) -> Result<impl IntoResponse + use<>, Refused> {
    let bytes = match tail(log).await {
        Ok(bytes) => bytes,
        // It has never had power.
        Err(error) if error.kind() == io::ErrorKind::NotFound => Vec::new(),
        Err(error) => {
            let text = format!("{} can't be read: {error}", log.display());
            return Err(Refused(StatusCode::INTERNAL_SERVER_ERROR, text));
        }
    };
    Ok(([(header::CONTENT_TYPE, "text/plain; charset=utf-8")], bytes))
}

async fn tail(log: &File) -> io::Result<Vec<u8>> {
    let mut file = tokio::fs::File::open(log).await?;
    let length = file.metadata().await?.len();
    file.seek(SeekFrom::Start(length.saturating_sub(SHOWN)))
        .await?;
    let mut bytes = Vec::new();
    file.take(SHOWN).read_to_end(&mut bytes).await?;
    Ok(bytes)
}
