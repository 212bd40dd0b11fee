//! What the client promises, on each simulated release and on the real server, if there is one: as
//! started by `tests/cobbler/real-cobbler.sh` and named by `COBBLER_URL`, `COBBLER_USER` and
//! `COBBLER_PASSWORD`. With a real 3.3.0 one test at a time: it bears one writer, and each test is a
//! client of its own (`-- --test-threads=1`).

#![allow(
    clippy::expect_used,
    reason = "a test that cannot go on ends where it stands"
)]

mod install_log;
mod lab;
mod ownership;
mod profiles;
mod rivals;
mod server;
mod systems;
mod writing;

use cobbler_sim::Release;
use lab::Lab;

/// Each test on each server.
macro_rules! contract {
    ($($module:ident::$test:ident,)*) => {
        contract!(sim_2_8_5, Lab::simulated(Release::V2_8_5), $($module::$test,)*);
        contract!(sim_3_1_2, Lab::simulated(Release::V3_1_2), $($module::$test,)*);
        contract!(sim_3_2_3, Lab::simulated(Release::V3_2_3), $($module::$test,)*);
        contract!(sim_3_3_0, Lab::simulated(Release::V3_3_0), $($module::$test,)*);
        contract!(sim_3_3_10, Lab::simulated(Release::V3_3_10), $($module::$test,)*);
        contract!(real, Lab::real(), $($module::$test,)*);
    };
    ($server:ident, $lab:expr, $($module:ident::$test:ident,)*) => {
        mod $server {
            use super::*;

            $(
                #[tokio::test]
                async fn $test() {
                    if let Some(lab) = $lab.await {
                        super::$module::$test(lab).await;
                    }
                }
            )*
        }
    };
}

contract! {
    server::the_server_tells_its_release_settings_and_distros,
    server::a_wrong_password_is_a_login_error_that_hides_it,
    profiles::profile_and_system_live_and_leave,
    profiles::hostile_metadata_survives,
    profiles::what_is_missing_is_named_before_anything_is_written,
    profiles::a_changed_template_is_not_written_over,
    ownership::a_claim_says_what_is_taken_and_by_whom,
    ownership::an_edited_profile_is_told_field_by_field,
    systems::network_boot_flips_and_is_read_back,
    systems::a_taken_mac_is_refused_with_its_owners_name,
    systems::sixteen_tasks_with_one_mac_make_one_system,
    systems::a_foreign_system_stays_untouched,
    install_log::calls_of_the_install_triggers_are_read_by_system_name,
}
