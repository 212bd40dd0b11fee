//! Synchronisation and background tasks. Nothing is written anywhere, so a task is over as soon
//! as it has been looked at often enough to show its states.

use super::auth::authorise;
use super::{Args, Outcome};
use crate::fault::Fault;
use crate::item::now;
use crate::release::Release;
use crate::state::{Event, State};
use crate::value::Value;

pub(crate) fn sync(state: &mut State, args: Args<'_>) -> Outcome {
    authorise(state, args.get(0))?;
    Ok(true.into())
}

pub(crate) fn background_sync(state: &mut State, args: Args<'_>) -> Outcome {
    authorise(state, args.get(1))?;
    Ok(start(state, "Sync", "syncing all").into())
}

/// Unknown names are no failure.
pub(crate) fn background_syncsystems(state: &mut State, args: Args<'_>) -> Outcome {
    authorise(state, args.get(1))?;
    let none = Value::Array(Vec::new());
    let systems = match args.get(0) {
        Value::Struct(options) => options.get("systems").cloned().unwrap_or(none),
        _ => none,
    };
    Ok(start(
        state,
        "Syncsystems",
        &format!("sync_systems {}", systems.python_repr()),
    )
    .into())
}

fn start(state: &mut State, title: &'static str, work: &str) -> String {
    let started = now();
    let id = match state.data.release {
        Release::V3_3_10 => format!(
            "{}_{title}_{:032x}",
            timestamp(started),
            rand::random::<u128>()
        ),
        _ => format!("{}_{}", timestamp(started), title.to_lowercase()),
    };
    let task = title.to_lowercase();
    let log = format!(
        "[{id}] - INFO | start_task({task}); event_id({id})\n[{id}] - INFO | {work}\n\
         [{id}] - INFO | ### TASK COMPLETE ###\n"
    );
    state.events.insert(
        id.clone(),
        Event {
            started,
            title,
            log,
            // Only 3.3.10 shows a task that has not begun.
            polls: u32::from(state.data.release < Release::V3_3_10),
        },
    );
    id
}

/// `get_task_status(id)`: `[time, name, state, [users that have read it]]`.
pub(crate) fn status(state: &mut State, args: Args<'_>) -> Outcome {
    let event = state
        .events
        .get_mut(args.text(0))
        .ok_or_else(|| Fault::cx("no event with that id"))?;
    let name = match event.polls {
        0 => "notification",
        1 => "running",
        _ => "complete",
    };
    event.polls += 1;
    let readers = Value::Array(Vec::new());
    Ok(Value::Array(vec![
        event.started.into(),
        event.title.into(),
        name.into(),
        readers,
    ]))
}

pub(crate) fn log(state: &mut State, args: Args<'_>) -> Outcome {
    Ok(state
        .events
        .get(args.text(0))
        .map_or("?", |event| &event.log)
        .into())
}

/// `2026-11-23_024725`, in UTC.
fn timestamp(seconds: f64) -> String {
    // Days since the epoch are far inside the range of both types.
    #[allow(clippy::cast_possible_truncation)]
    let seconds = seconds as i64;
    let (day, second) = (seconds.div_euclid(86_400), seconds.rem_euclid(86_400));
    let (year, month, date) = civil(day);
    let (hour, minute) = (second / 3600, second / 60 % 60);
    format!(
        "{year:04}-{month:02}-{date:02}_{hour:02}{minute:02}{:02}",
        second % 60
    )
}

/// Year, month and day of a day since 1970-01-01, counted in eras of 400 years from March.
fn civil(day: i64) -> (i64, i64, i64) {
    let shifted = day + 719_468;
    let (era, day_of_era) = (shifted.div_euclid(146_097), shifted.rem_euclid(146_097));
    let year_of_era =
        (day_of_era - day_of_era / 1460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
    let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let shifted_month = (5 * day_of_year + 2) / 153;
    let date = day_of_year - (153 * shifted_month + 2) / 5 + 1;
    let month = if shifted_month < 10 {
        shifted_month + 3
    } else {
        shifted_month - 9
    };
    (year_of_era + era * 400 + i64::from(month <= 2), month, date)
}

#[cfg(test)]
mod tests {
    use super::timestamp;

    #[test]
    fn an_event_id_begins_with_the_time() {
        assert_eq!(timestamp(1_795_402_045.4), "2026-11-23_024725");
        assert_eq!(timestamp(951_782_400.0), "2000-02-29_000000");
    }
}
