//! One table of names, required arguments and functions, and which release has which.

use super::{Args, Outcome, auth, copies, edit, install, read, tasks, templates, xapi};
use crate::item::Kind;
use crate::release::Release;
use crate::state::State;
use std::collections::HashMap;
use std::sync::OnceLock;

type Handler = fn(&mut State, Args<'_>) -> Outcome;

/// One method.
pub(super) struct Method {
    pub(super) required: &'static [&'static str],
    pub(super) run: Handler,
}

/// The method of that name, if the release has it.
pub(super) fn find(release: Release, name: &str) -> Option<&'static Method> {
    static METHODS: OnceLock<HashMap<&'static str, Method>> = OnceLock::new();
    let exists = match name {
        "generate_ipxe" | "background_syncsystems" => release >= Release::V3_3_0,
        "read_or_write_kickstart_template" | "read_or_write_snippet" | "generate_kickstart" => {
            release < Release::V3_1_2
        }
        _ => release >= Release::V3_1_2 || !name.contains("autoinstall"),
    };
    METHODS.get_or_init(table).get(name).filter(|_| exists)
}

fn table() -> HashMap<&'static str, Method> {
    let mut methods = HashMap::new();
    let mut add = |name, required, run: Handler| {
        methods.insert(name, Method { required, run });
    };
    add("version", &[], |state, _| {
        Ok(state.data.version_double.into())
    });
    add("extended_version", &[], read::extended_version);
    add("ping", &[], |_, _| Ok(true.into()));
    add("get_settings", &[], |state, _| {
        Ok(state.settings.clone().into())
    });

    add("login", &["login_user", "login_password"], auth::login);
    add("logout", &["token"], auth::logout);
    add("token_check", &["token"], auth::token_check);
    add("get_user_from_token", &["token"], auth::user_from_token);
    add("check_access", &["token", "resource"], auth::check_access);
    add(
        "check_access_no_fail",
        &["token", "resource"],
        auth::check_access_no_fail,
    );

    add("get_distros", &[], |state, _| {
        Ok(read::list(state, Kind::Distro))
    });
    add("get_profiles", &[], |state, _| {
        Ok(read::list(state, Kind::Profile))
    });
    add("get_systems", &[], |state, _| {
        Ok(read::list(state, Kind::System))
    });
    add("get_distro", &["name"], |state, args| {
        read::get(state, Kind::Distro, args)
    });
    add("get_profile", &["name"], |state, args| {
        read::get(state, Kind::Profile, args)
    });
    add("get_system", &["name"], |state, args| {
        read::get(state, Kind::System, args)
    });
    add("get_item", &["what", "name"], read::get_item);
    add("get_item_names", &["what"], read::names);
    add("has_item", &["what", "name"], read::has_item);
    add("find_distro", &[], |state, args| {
        read::find(state, Kind::Distro, args)
    });
    add("find_profile", &[], |state, args| {
        read::find(state, Kind::Profile, args)
    });
    add("find_system", &[], |state, args| {
        read::find(state, Kind::System, args)
    });
    add("find_items", &["what"], read::find_items);
    add("get_distro_handle", &["name"], |state, args| {
        read::handle(state, Kind::Distro, args)
    });
    add("get_profile_handle", &["name"], |state, args| {
        read::handle(state, Kind::Profile, args)
    });
    add("get_system_handle", &["name"], |state, args| {
        read::handle(state, Kind::System, args)
    });
    add("get_blended_data", &[], read::blended_data);

    add("new_distro", &["token"], |state, args| {
        edit::new(state, Kind::Distro, args)
    });
    add("new_profile", &["token"], |state, args| {
        edit::new(state, Kind::Profile, args)
    });
    add("new_subprofile", &["token"], edit::new_subprofile);
    add("new_system", &["token"], |state, args| {
        edit::new(state, Kind::System, args)
    });
    const MODIFY: &[&str] = &["object_id", "attribute", "arg", "token"];
    add("modify_distro", MODIFY, |state, args| {
        edit::modify(state, Kind::Distro, args)
    });
    add("modify_profile", MODIFY, |state, args| {
        edit::modify(state, Kind::Profile, args)
    });
    add("modify_system", MODIFY, |state, args| {
        edit::modify(state, Kind::System, args)
    });
    const SAVE: &[&str] = &["object_id", "token"];
    add("save_distro", SAVE, |state, args| {
        edit::save(state, Kind::Distro, args)
    });
    add("save_profile", SAVE, |state, args| {
        edit::save(state, Kind::Profile, args)
    });
    add("save_system", SAVE, |state, args| {
        edit::save(state, Kind::System, args)
    });
    const REMOVE: &[&str] = &["name", "token"];
    add("remove_distro", REMOVE, |state, args| {
        edit::remove(state, Kind::Distro, args)
    });
    add("remove_profile", REMOVE, |state, args| {
        edit::remove(state, Kind::Profile, args)
    });
    add("remove_system", REMOVE, |state, args| {
        edit::remove(state, Kind::System, args)
    });
    const RENAME: &[&str] = &["object_id", "newname", "token"];
    add("copy_profile", RENAME, |state, args| {
        copies::copy(state, Kind::Profile, args)
    });
    add("copy_system", RENAME, |state, args| {
        copies::copy(state, Kind::System, args)
    });
    add("rename_profile", RENAME, |state, args| {
        copies::rename(state, Kind::Profile, args)
    });
    add("rename_system", RENAME, |state, args| {
        copies::rename(state, Kind::System, args)
    });
    const XAPI: &[&str] = &[
        "object_type",
        "object_name",
        "edit_type",
        "attributes",
        "token",
    ];
    add("xapi_object_edit", XAPI, xapi::xapi_object_edit);

    add(
        "write_autoinstall_template",
        &["file_path", "data", "token"],
        templates::write,
    );
    add(
        "read_autoinstall_template",
        &["file_path", "token"],
        templates::read,
    );
    add(
        "remove_autoinstall_template",
        &["file_path", "token"],
        templates::remove,
    );
    add(
        "read_or_write_kickstart_template",
        &["kickstart_file", "is_read", "new_data", "token"],
        templates::read_or_write,
    );
    add(
        "read_or_write_snippet",
        &["snippet_file", "is_read", "new_data", "token"],
        templates::read_or_write_snippet,
    );
    add("is_autoinstall_in_use", &["ai"], templates::is_in_use);
    add(
        "write_autoinstall_snippet",
        &["file_path", "data", "token"],
        templates::write_snippet,
    );
    add(
        "read_autoinstall_snippet",
        &["file_path", "token"],
        templates::read_snippet,
    );
    add(
        "remove_autoinstall_snippet",
        &["file_path", "token"],
        templates::remove_snippet,
    );

    add("disable_netboot", &["name"], install::disable_netboot);
    add("generate_autoinstall", &[], install::generate_autoinstall);
    add("generate_kickstart", &[], install::generate_autoinstall);
    add(
        "generate_profile_autoinstall",
        &["profile"],
        install::generate_profile_autoinstall,
    );
    add("generate_ipxe", &[], install::generate_ipxe);
    add(
        "run_install_triggers",
        &["mode", "objtype", "name", "ip"],
        install::run_triggers,
    );
    add("get_status", &[], install::get_status);

    add("sync", &["token"], tasks::sync);
    add("sync_dhcp", &["token"], tasks::sync);
    add(
        "background_sync",
        &["options", "token"],
        tasks::background_sync,
    );
    add(
        "background_syncsystems",
        &["options", "token"],
        tasks::background_syncsystems,
    );
    add("get_task_status", &["event_id"], tasks::status);
    add("get_event_log", &["event_id"], tasks::log);
    methods
}
