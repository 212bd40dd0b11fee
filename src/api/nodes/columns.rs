//! Which columns of a node's row its fields are made of.

use std::slice;

use crate::api::version::fields::Field;
use crate::store::NodeColumns;

/// The columns of a node's row that its fields are made of.
pub(crate) fn columns(fields: &[&'static Field]) -> NodeColumns {
    let columns = fields.iter().flat_map(|field| match field.name {
        "clean_step" | "deploy_step" | "service_step" => &["job"][..],
        "driver_internal_info" => &["driver_internal_info", "job"],
        name if name.ends_with("_interface") => &["interfaces"],
        _ => slice::from_ref(&field.name),
    });
    NodeColumns::of(columns.copied()).to_show()
}

#[cfg(test)]
mod tests {
    use serde_json::Value;
    use strum::IntoEnumIterator as _;
    use uuid::Uuid;

    use super::*;
    use crate::api::extract::Call;
    use crate::api::nodes::shape::value;
    use crate::api::version::{Version, fields};
    use crate::model::{
        InterfaceKind, Interfaces, Job, JobKind, JsonMap, Node, PlannedStep, Resource,
        ResourceKind, now,
    };
    use crate::states::{PowerState, ProvisionState};
    use crate::store::{Store, Vault};

    /// A node that has something in every column, and that work in hand.
    fn full(work: JobKind) -> Node {
        let present = now();
        let map = |key: &str| JsonMap::from_iter([(key.to_owned(), 1.into())]);
        let text = || Some("x".to_owned());
        let uuid = || Some(Uuid::new_v4());
        let step = |kind| PlannedStep {
            interface: kind,
            step: "erase".to_owned(),
            priority: 10,
            args: Some(map("i")),
            abortable: true,
        };
        let mut node = Node {
            name: text(),
            driver_info: map("a"),
            driver_internal_info: map("b"),
            instance_info: map("c"),
            properties: map("d"),
            extra: map("e"),
            network_data: map("f"),
            raid_config: map("g"),
            target_raid_config: map("h"),
            provision_state: ProvisionState::Cleaning,
            target_provision_state: Some(ProvisionState::Available),
            provision_updated_at: Some(present),
            power_state: Some(PowerState::On),
            target_power_state: Some(PowerState::Off),
            last_error: text(),
            maintenance: true,
            maintenance_reason: text(),
            fault: text(),
            health: text(),
            boot_mode: text(),
            secure_boot: Some(true),
            console_enabled: true,
            instance_uuid: uuid(),
            instance_name: text(),
            allocation_uuid: uuid(),
            parent_node: uuid(),
            resource_class: text(),
            conductor_group: "x".to_owned(),
            conductor: text(),
            owner: text(),
            lessee: text(),
            shard: text(),
            description: text(),
            automated_clean: Some(true),
            protected: true,
            protected_reason: text(),
            retired: true,
            retired_reason: text(),
            disable_power_off: true,
            traits: vec!["CUSTOM_A".to_owned()],
            inspection_started_at: Some(present),
            inspection_finished_at: Some(present),
            updated_at: Some(present),
            reservation: text(),
            job: Some(Job::new(work, vec![step(InterfaceKind::Deploy)], present)),
            ..Node::new("fake-hardware", Interfaces::default(), present)
        };
        for kind in InterfaceKind::iter() {
            node.interfaces.set(kind, "fake");
        }
        node
    }

    #[tokio::test]
    async fn every_field_can_be_read_by_itself() {
        let vault = Vault::new("a key");
        let store = Store::open("sqlite::memory:", vault).await.unwrap();
        let chassis = Resource::new(ResourceKind::Chassis, now());
        let chassis = store.create_resource(&chassis).await.unwrap();
        let call = Call {
            version: Version::LATEST,
            base: "http://h".to_owned(),
        };
        for work in [JobKind::Clean, JobKind::Deploy, JobKind::Service] {
            let node = Node {
                chassis_uuid: Some(chassis.uuid),
                ..full(work)
            };
            let node = store.create_node(&node).await.unwrap();
            for field in fields::NODE {
                let columns = columns(&[field]);
                let part = store.nodes_by_id(&[node.id], &columns).await.unwrap();
                assert_eq!(
                    Value::from(value(&part[0], field.name, &call)),
                    Value::from(value(&node, field.name, &call)),
                    "{} in {work}",
                    field.name
                );
            }
            store.delete_node(&node).await.unwrap();
        }
    }
}
