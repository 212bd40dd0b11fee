//! What the API keeps beside nodes and ports: one table for every kind of [`Resource`].

use sqlx::AssertSqlSafe;
use sqlx::types::Json;
use uuid::Uuid;

use super::db::{on_read, on_write};
use super::page::read_page;
use super::sql::{equals, is_dangling, of_nodes, unique_violation};
use super::{Page, ResourceFilter, Store, StoreError, Vault};
use crate::model::{JsonMap, Resource, ResourceKind, Time, now};

/// What every kind may be sorted by.
const SORT_KEYS: &[&str] = &[
    "id",
    "uuid",
    "name",
    "node_uuid",
    "created_at",
    "updated_at",
];

/// Fields of kinds by which lists are sorted as numbers.
const NUMBERS: &[&str] = &["boot_index", "priority"];

/// A row of `resources`.
#[derive(Debug, sqlx::FromRow)]
pub(super) struct ResourceRow {
    id: i64,
    uuid: Uuid,
    kind: String,
    name: Option<String>,
    node_uuid: Option<Uuid>,
    document: Json<JsonMap>,
    created_at: Time,
    updated_at: Option<Time>,
    version: i64,
}

impl ResourceRow {
    pub(super) fn into_resource(self, vault: &Vault) -> Result<Resource, StoreError> {
        let kind = self.kind.parse().map_err(|_| StoreError::Corrupt {
            what: "a resource",
            detail: format!("there is no kind {:?}", self.kind),
        })?;
        Ok(Resource {
            id: self.id,
            uuid: self.uuid,
            kind,
            name: self.name,
            node_uuid: self.node_uuid,
            fields: vault.open(self.document.0)?,
            created_at: self.created_at,
            updated_at: self.updated_at,
            version: self.version,
        })
    }
}

/// The statement that writes a resource back if nobody has changed it since `$version` was read;
/// `$document` is its sealed fields.
macro_rules! update_resource {
    ($resource:expr, $document:expr, $version:expr) => {
        sqlx::query_as::<_, $crate::store::resources::ResourceRow>(
            "UPDATE resources SET name = $1, claim = $2, node_uuid = $3, document = $4, updated_at = $5, \
             version = version + 1 WHERE uuid = $6 AND version = $7 RETURNING *",
        )
        .bind($resource.name.clone())
        .bind($resource.claim())
        .bind($resource.node_uuid)
        .bind(sqlx::types::Json($document))
        .bind($crate::model::now())
        .bind($resource.uuid)
        .bind($version)
    };
}
pub(super) use update_resource;

impl Store {
    /// Writes a new resource.
    ///
    /// # Errors
    /// [`StoreError::Duplicate`] where its UUID, its name or what it claims is taken;
    /// [`StoreError::NotFound`] where its node is gone.
    pub async fn create_resource(&self, resource: &Resource) -> Result<Resource, StoreError> {
        let document = self.vault.seal(&resource.fields)?;
        let row = on_write!(self, pool => {
            sqlx::query_as::<_, ResourceRow>(
                "INSERT INTO resources (uuid, kind, name, claim, node_uuid, document, created_at, version) \
                 VALUES ($1, $2, $3, $4, $5, $6, $7, 0) RETURNING *",
            )
            .bind(resource.uuid)
            .bind(resource.kind.to_string())
            .bind(resource.name.clone())
            .bind(resource.claim())
            .bind(resource.node_uuid)
            .bind(Json(&document))
            .bind(resource.created_at)
            .fetch_one(pool)
            .await
        });
        row.map_err(|error| refused(error, resource))?
            .into_resource(&self.vault)
    }

    /// The resource of that kind with that UUID or name.
    ///
    /// # Errors
    /// [`StoreError::NotFound`].
    pub async fn resource(&self, kind: ResourceKind, ident: &str) -> Result<Resource, StoreError> {
        let word = kind.to_string();
        let row = if let Ok(uuid) = Uuid::try_parse(ident) {
            on_read!(self, pool => sqlx::query_as::<_, ResourceRow>("SELECT * FROM resources WHERE kind = $1 AND uuid = $2").bind(word).bind(uuid).fetch_optional(pool).await)
        } else {
            on_read!(self, pool => sqlx::query_as::<_, ResourceRow>("SELECT * FROM resources WHERE kind = $1 AND name = $2").bind(word).bind(ident).fetch_optional(pool).await)
        };
        row?.ok_or_else(|| StoreError::NotFound {
            what: kind.title(),
            ident: ident.to_owned(),
        })?
        .into_resource(&self.vault)
    }

    /// A page of the resources of a kind that match; `sort_key` may be a field of the kind's own.
    ///
    /// # Errors
    /// [`StoreError::BadSortKey`] where it isn't the name of a field; [`StoreError::NotFound`] for a
    /// marker that is none of the kind.
    pub async fn resources(
        &self,
        kind: ResourceKind,
        filter: &ResourceFilter,
        page: &Page,
    ) -> Result<Vec<Resource>, StoreError> {
        if let Some(marker) = page.marker {
            self.resource(kind, &marker.to_string()).await?;
        }
        let page = &Page {
            sort_key: column(&page.sort_key)?,
            ..page.clone()
        };
        let marker = self.marker("resources", kind.title(), page).await?;
        let rows = read_page!(
            self,
            "resources",
            page,
            marker,
            "SELECT * FROM resources WHERE TRUE" as ResourceRow,
            |sql| {
                sql.push(" AND kind = ").push_bind(kind.to_string());
                equals!(sql, filter, node_uuid);
                for (field, value) in &filter.equal {
                    sql.push(format!(" AND document ->> '{field}' = "))
                        .push_bind(value.clone());
                }
                if let Some(project) = &filter.project {
                    sql.push(" AND (document ->> 'owner' = ")
                        .push_bind(project.clone());
                    sql.push(" OR CAST(document ->> 'public' AS TEXT) IN ('1', 'true'))");
                }
                of_nodes!(sql, filter);
            }
        );
        rows.into_iter()
            .map(|row| row.into_resource(&self.vault))
            .collect()
    }

    /// Writes a resource back, if nobody has changed it since `before` was read. The members of a
    /// portgroup go with it to another physical network, as in Ironic 39.0.0.
    ///
    /// # Errors
    /// [`StoreError::Stale`], [`StoreError::Duplicate`].
    pub async fn save_resource(
        &self,
        before: &Resource,
        after: &Resource,
    ) -> Result<Resource, StoreError> {
        const NETWORK: &str = "physical_network";
        let document = self.vault.seal(&after.fields)?;
        let moved = after.kind == ResourceKind::Portgroup
            && before.fields.get(NETWORK) != after.fields.get(NETWORK);
        let row = on_write!(self, pool => {
            let mut transaction = pool.begin().await?;
            let row = update_resource!(after, &document, before.version)
                .fetch_optional(&mut *transaction)
                .await
                .map_err(|error| refused(error, after))?
                .ok_or(StoreError::Stale)?;
            if moved {
                sqlx::query("UPDATE ports SET physical_network = $1, updated_at = $2, version = version + 1 WHERE portgroup_uuid = $3")
                    .bind(after.text(NETWORK))
                    .bind(now())
                    .bind(after.uuid)
                    .execute(&mut *transaction)
                    .await?;
            }
            transaction.commit().await?;
            row
        });
        row.into_resource(&self.vault)
    }

    /// Deletes a resource that nothing refers to: no node is in the chassis, no port in the
    /// portgroup.
    ///
    /// # Errors
    /// [`StoreError::InUse`]; [`StoreError::NotFound`].
    pub async fn delete_resource(&self, resource: &Resource) -> Result<(), StoreError> {
        let unused = match resource.kind {
            ResourceKind::Chassis => {
                " AND NOT EXISTS (SELECT 1 FROM nodes WHERE chassis_uuid = resources.uuid)"
            }
            ResourceKind::Portgroup => {
                " AND NOT EXISTS (SELECT 1 FROM ports WHERE portgroup_uuid = resources.uuid)"
            }
            _ => "",
        };
        let sql = format!("DELETE FROM resources WHERE uuid = $1{unused}");
        let gone = on_write!(self, pool => {
            sqlx::query(AssertSqlSafe(sql)).bind(resource.uuid).execute(pool).await.map(|done| done.rows_affected())
        });
        let (kind, uuid) = (resource.kind, resource.uuid);
        match gone {
            // Somebody has come to refer to it while the statement ran.
            Err(error) if is_dangling(&error) => return Err(StoreError::InUse { kind, uuid }),
            Err(error) => return Err(error.into()),
            Ok(0) => {}
            Ok(_) => return Ok(()),
        }
        self.resource(kind, &uuid.to_string()).await?;
        Err(StoreError::InUse { kind, uuid })
    }
}

/// The column that a sort key names, or the expression for a field of a kind's own.
fn column(sort_key: &str) -> Result<String, StoreError> {
    if SORT_KEYS.contains(&sort_key) {
        return Ok(sort_key.to_owned());
    }
    let word =
        |key: &str| !key.is_empty() && key.bytes().all(|b| b.is_ascii_lowercase() || b == b'_');
    if !word(sort_key) {
        return Err(StoreError::BadSortKey(sort_key.to_owned()));
    }
    let field = format!("(document ->> '{sort_key}')");
    Ok(if NUMBERS.contains(&sort_key) {
        format!("CAST({field} AS NUMERIC)")
    } else {
        field
    })
}

/// Says which value was taken, or that the node is gone, where a write failed for that.
pub(super) fn refused(error: sqlx::Error, resource: &Resource) -> StoreError {
    if is_dangling(&error) {
        return StoreError::NotFound {
            what: "Node",
            ident: resource.node_uuid.unwrap_or_default().to_string(),
        };
    }
    let Some(text) = unique_violation(&error) else {
        return error.into();
    };
    let kind = resource.kind;
    if text.contains("claim") {
        StoreError::ClaimTaken {
            kind,
            claim: resource.claim().unwrap_or_default(),
        }
    } else if text.contains("name") {
        StoreError::NameTaken {
            kind,
            name: resource.name.clone().unwrap_or_default(),
        }
    } else {
        StoreError::UuidTaken {
            kind,
            uuid: resource.uuid,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_sort_key_never_brings_sql_of_its_own() {
        assert_eq!(column("name").unwrap(), "name");
        assert_eq!(column("mode").unwrap(), "(document ->> 'mode')");
        assert_eq!(
            column("priority").unwrap(),
            "CAST((document ->> 'priority') AS NUMERIC)"
        );
        for bad in ["", "a b", "x') --", "UUID", "a.b"] {
            assert!(
                matches!(column(bad), Err(StoreError::BadSortKey(_))),
                "{bad}"
            );
        }
    }
}
