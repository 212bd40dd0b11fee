//! The power state machine: commands take effect later than they are answered.

use std::sync::Arc;

use tokio::time::sleep;
use tokio_util::sync::CancellationToken;

use crate::backend::Backend;
use crate::chassis::Chassis;
use crate::event::Event;
use crate::fault::Fault;

/// The values of `adminPower` that do something to the machine.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum PowerCommand {
    Up,
    Down,
    SoftShutDown,
    Cycle,
    HardReset,
    Interrupt,
}

/// Accepts a value of `adminPower` that the schema has let through. What concerns the machine is
/// queued; `policy` is the idle reading and does nothing.
pub(crate) fn accept(chassis: &Chassis, admin_power: &str) {
    let command = match admin_power {
        "up" => Some(PowerCommand::Up),
        "down" => Some(PowerCommand::Down),
        "soft-shut-down" => Some(PowerCommand::SoftShutDown),
        "cycle-immediate" => Some(PowerCommand::Cycle),
        "hard-reset-immediate" => Some(PowerCommand::HardReset),
        "diagnostic-interrupt" => Some(PowerCommand::Interrupt),
        _ => None,
    };
    chassis
        .state()
        .log
        .add(Event::PowerCommand(admin_power.to_owned()));
    match (command, admin_power) {
        (Some(command), _) => chassis.want_power(command),
        (None, "bmc-reset-immediate" | "bmc-reset-default") => chassis.reset_controller(),
        (None, "cmos-reset-immediate") => chassis.reset_boot_order(),
        (None, _) => {}
    }
}

/// Carries commands out one after the other until cancelled.
pub(crate) async fn run(
    chassis: Arc<Chassis>,
    backend: Arc<dyn Backend>,
    cancelled: CancellationToken,
) {
    let work = async {
        loop {
            chassis.power_wanted.notified().await;
            while let Some(command) = chassis.take_wanted() {
                apply(&chassis, backend.as_ref(), command).await;
            }
        }
    };
    cancelled.run_until_cancelled(work).await;
}

async fn apply(chassis: &Chassis, backend: &dyn Backend, command: PowerCommand) {
    let timing = &chassis.timing;
    let powered = chassis.state().powered;
    match (command, powered) {
        (PowerCommand::Up, false) => {
            sleep(timing.power_on).await;
            switch_on(chassis, backend).await;
        }
        (PowerCommand::Down, true) => {
            sleep(timing.power_off).await;
            switch_off(chassis, backend).await;
        }
        // A `cycle` of a machine without power switches it on. No source says so of a CIMC.
        (PowerCommand::Cycle, _) => {
            if powered {
                switch_off(chassis, backend).await;
            }
            sleep(timing.cycle).await;
            switch_on(chassis, backend).await;
        }
        (PowerCommand::SoftShutDown, true) => backend.soft_off(),
        (PowerCommand::HardReset, true) => backend.reset(),
        (PowerCommand::Interrupt, true) => {
            chassis.state().log.add(Event::Interrupted);
            backend.interrupt();
        }
        // In that state already, or nothing there to reset: accepted and without effect.
        (PowerCommand::Up, true)
        | (
            PowerCommand::Down
            | PowerCommand::SoftShutDown
            | PowerCommand::HardReset
            | PowerCommand::Interrupt,
            false,
        ) => {}
    }
}

async fn switch_on(chassis: &Chassis, backend: &dyn Backend) {
    chassis.set_powered(true);
    backend.power_on();
    if chassis.faults.strikes("", &Fault::PowerFailsBack) {
        chassis.report_power_fault();
        switch_off(chassis, backend).await;
        return;
    }
    sleep(chassis.timing.power_reading_lag).await;
    chassis.show_power();
}

async fn switch_off(chassis: &Chassis, backend: &dyn Backend) {
    chassis.set_powered(false);
    backend.power_off();
    sleep(chassis.timing.power_reading_lag).await;
    chassis.show_power();
}
