//! Ports.

use sqlx::types::Json;
use uuid::Uuid;

use super::db::{in_transaction, on_read, on_write};
use super::page::read_page;
use super::sql::{describes, equals, is_dangling, of_nodes, unique_violation};
use super::{Page, PortFilter, Store, StoreError};
use crate::model::{JsonMap, Port, ResourceKind, Time, now};

/// What lists of ports may be sorted by.
const SORT_KEYS: &[&str] = &[
    "id",
    "uuid",
    "node_uuid",
    "address",
    "name",
    "description",
    "pxe_enabled",
    "physical_network",
    "is_smartnic",
    "vendor",
    "category",
    "available_for_dynamic_portgroup",
    "created_at",
    "updated_at",
];

/// A row of `ports`.
#[derive(Debug, sqlx::FromRow)]
struct PortRow {
    id: i64,
    uuid: Uuid,
    node_uuid: Uuid,
    address: String,
    name: Option<String>,
    description: Option<String>,
    pxe_enabled: bool,
    local_link_connection: Json<JsonMap>,
    portgroup_uuid: Option<Uuid>,
    physical_network: Option<String>,
    is_smartnic: bool,
    vendor: Option<String>,
    category: Option<String>,
    available_for_dynamic_portgroup: bool,
    extra: Json<JsonMap>,
    internal_info: Json<JsonMap>,
    created_at: Time,
    updated_at: Option<Time>,
}

impl From<PortRow> for Port {
    fn from(row: PortRow) -> Self {
        Self {
            id: row.id,
            uuid: row.uuid,
            node_uuid: row.node_uuid,
            address: row.address,
            name: row.name,
            description: row.description,
            pxe_enabled: row.pxe_enabled,
            local_link_connection: row.local_link_connection.0,
            portgroup_uuid: row.portgroup_uuid,
            physical_network: row.physical_network,
            is_smartnic: row.is_smartnic,
            vendor: row.vendor,
            category: row.category,
            available_for_dynamic_portgroup: row.available_for_dynamic_portgroup,
            extra: row.extra.0,
            internal_info: row.internal_info.0,
            created_at: row.created_at,
            updated_at: row.updated_at,
        }
    }
}

/// Binds what a client may change.
macro_rules! bind_port {
    ($query:expr, $port:expr) => {
        $query
            .bind($port.uuid)
            .bind($port.node_uuid)
            .bind($port.address.clone())
            .bind($port.name.clone())
            .bind($port.description.clone())
            .bind($port.pxe_enabled)
            .bind(Json($port.local_link_connection.clone()))
            .bind($port.physical_network.clone())
            .bind($port.is_smartnic)
            .bind($port.vendor.clone())
            .bind($port.category.clone())
            .bind(Json($port.extra.clone()))
            .bind(Json($port.internal_info.clone()))
            .bind($port.portgroup_uuid)
            .bind($port.available_for_dynamic_portgroup)
    };
}

impl Store {
    /// Writes a new port.
    ///
    /// # Errors
    /// [`StoreError::Duplicate`] where its UUID, address or name is taken;
    /// [`StoreError::NotFound`] where its node is gone.
    pub async fn create_port(&self, port: &Port) -> Result<Port, StoreError> {
        let row = in_transaction!(self, connection => {
            bind_port!(sqlx::query_as::<_, PortRow>(
                "INSERT INTO ports (uuid, node_uuid, address, name, description, pxe_enabled, \
                 local_link_connection, physical_network, is_smartnic, vendor, category, extra, internal_info, \
                 portgroup_uuid, available_for_dynamic_portgroup, created_at) \
                 VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16) \
                 RETURNING *",
            ), port)
            .bind(port.created_at)
            .fetch_one(connection)
            .await
        });
        match row {
            Ok(row) => Ok(row.into()),
            Err(error) => Err(self.refused_port(error, port).await),
        }
    }

    /// Writes a port's fields.
    ///
    /// # Errors
    /// [`StoreError::NotFound`], [`StoreError::Duplicate`]; [`StoreError::Stale`] where somebody
    /// has changed it since it was read.
    pub async fn save_port(&self, before: &Port, after: &Port) -> Result<Port, StoreError> {
        let row = in_transaction!(self, connection => {
            bind_port!(sqlx::query_as::<_, PortRow>(
                "UPDATE ports SET node_uuid = $2, address = $3, name = $4, description = $5, pxe_enabled = $6, \
                 local_link_connection = $7, physical_network = $8, is_smartnic = $9, vendor = $10, \
                 category = $11, extra = $12, internal_info = $13, portgroup_uuid = $14, \
                 available_for_dynamic_portgroup = $15, updated_at = $16, \
                 version = version + 1 WHERE uuid = $1 AND COALESCE(updated_at, created_at) = $17 RETURNING *",
            ), after)
            .bind(now())
            .bind(before.updated_at.unwrap_or(before.created_at))
            .fetch_optional(connection)
            .await
        });
        match row {
            Ok(row) => row.map(Port::from).ok_or(StoreError::Stale),
            Err(error) => Err(self.refused_port(error, after).await),
        }
    }

    /// Why a port can't be written: its node or its portgroup is gone, or a value is taken.
    async fn refused_port(&self, error: sqlx::Error, port: &Port) -> StoreError {
        if !is_dangling(&error) {
            return refused(error, port);
        }
        let node = StoreError::NotFound {
            what: "Node",
            ident: port.node_uuid.to_string(),
        };
        let Some(group) = port.portgroup_uuid else {
            return node;
        };
        let group = group.to_string();
        let found = self.resource(ResourceKind::Portgroup, &group).await;
        found.err().unwrap_or(node)
    }

    /// Deletes a port.
    ///
    /// # Errors
    /// [`StoreError::NotFound`].
    pub async fn delete_port(&self, uuid: Uuid) -> Result<(), StoreError> {
        let gone = on_write!(self, pool => {
            sqlx::query("DELETE FROM ports WHERE uuid = $1").bind(uuid).execute(pool).await.map(|d| d.rows_affected())
        })?;
        if gone == 0 {
            Err(StoreError::NotFound {
                what: "Port",
                ident: uuid.to_string(),
            })
        } else {
            Ok(())
        }
    }

    /// The port of that UUID or name.
    ///
    /// # Errors
    /// [`StoreError::NotFound`].
    pub async fn port(&self, ident: &str) -> Result<Port, StoreError> {
        let row = if let Ok(uuid) = Uuid::try_parse(ident) {
            on_read!(self, pool => sqlx::query_as::<_, PortRow>("SELECT * FROM ports WHERE uuid = $1").bind(uuid).fetch_optional(pool).await)
        } else {
            on_read!(self, pool => sqlx::query_as::<_, PortRow>("SELECT * FROM ports WHERE name = $1").bind(ident).fetch_optional(pool).await)
        };
        row?.map(Port::from).ok_or_else(|| StoreError::NotFound {
            what: "Port",
            ident: ident.to_owned(),
        })
    }

    /// The port with that MAC address, in its stored form.
    ///
    /// # Errors
    /// [`StoreError::NotFound`].
    pub async fn port_by_address(&self, address: &str) -> Result<Port, StoreError> {
        let row = on_read!(self, pool => {
            sqlx::query_as::<_, PortRow>("SELECT * FROM ports WHERE address = $1").bind(address).fetch_optional(pool).await
        })?;
        row.map(Port::from).ok_or_else(|| StoreError::NotFound {
            what: "Port",
            ident: address.to_owned(),
        })
    }

    /// A page of the ports that match.
    ///
    /// # Errors
    /// [`StoreError::BadSortKey`]; [`StoreError::NotFound`] for a marker that is no port.
    pub async fn ports(&self, filter: &PortFilter, page: &Page) -> Result<Vec<Port>, StoreError> {
        if !SORT_KEYS.contains(&page.sort_key.as_str()) {
            return Err(StoreError::BadSortKey(page.sort_key.clone()));
        }
        let marker = self.marker("ports", "Port", page).await?;
        let rows = read_page!(
            self,
            "ports",
            page,
            marker,
            "SELECT * FROM ports WHERE TRUE" as PortRow,
            |sql| {
                equals!(sql, filter, node_uuid, portgroup_uuid, address);
                if let Some(text) = &filter.description_contains {
                    describes!(sql, "ports", text);
                }
                of_nodes!(sql, filter);
            }
        );
        Ok(rows.into_iter().map(Port::from).collect())
    }

    /// Whether a portgroup has ports.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn has_members(&self, portgroup: Uuid) -> Result<bool, StoreError> {
        let member: Option<i64> = on_read!(self, pool => {
            sqlx::query_scalar("SELECT id FROM ports WHERE portgroup_uuid = $1 LIMIT 1").bind(portgroup).fetch_optional(pool).await
        })?;
        Ok(member.is_some())
    }

    /// All ports of a node.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn ports_of(&self, node: Uuid) -> Result<Vec<Port>, StoreError> {
        self.ports(
            &PortFilter {
                node_uuid: Some(node),
                ..PortFilter::default()
            },
            &Page::all(),
        )
        .await
    }
}

/// Says which value was taken where a write failed for that.
fn refused(error: sqlx::Error, port: &Port) -> StoreError {
    let Some(text) = unique_violation(&error) else {
        return error.into();
    };
    let (what, value) = if text.contains("address") {
        ("port address", port.address.clone())
    } else if text.contains("name") {
        ("port name", port.name.clone().unwrap_or_default())
    } else {
        ("port uuid", port.uuid.to_string())
    };
    StoreError::Duplicate { what, value }
}
