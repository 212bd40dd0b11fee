//! What may go wrong in storage.

use uuid::Uuid;

use crate::model::ResourceKind;

/// An error of the store; a variant for each case that a caller treats differently.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// There is no such thing.
    #[error("{what} {ident} could not be found.")]
    NotFound {
        /// Ironic's word for the kind of thing, capitalised: `Node`, `Port`.
        what: &'static str,
        /// The identifier as it was given.
        ident: String,
    },
    /// Something else has that value already.
    #[error("{what} {value} is taken already")]
    Duplicate {
        /// What must be unique: `node name`, `port address`, ….
        what: &'static str,
        /// The value.
        value: String,
    },
    /// Another resource of the kind has that UUID, or one of another kind.
    #[error("the UUID {uuid} is taken already")]
    UuidTaken {
        /// The kind that was to be written.
        kind: ResourceKind,
        /// The UUID.
        uuid: Uuid,
    },
    /// Another resource of the kind has that name.
    #[error("the name {name} is taken already")]
    NameTaken {
        /// The kind.
        kind: ResourceKind,
        /// The name.
        name: String,
    },
    /// Another resource of the kind claims the same ([`crate::model::Resource::claim`]).
    #[error("{claim} is taken already")]
    ClaimTaken {
        /// The kind.
        kind: ResourceKind,
        /// What was claimed.
        claim: String,
    },
    /// Something refers to what was to be deleted.
    #[error("{} {uuid} is in use", kind.title())]
    InUse {
        /// The kind.
        kind: ResourceKind,
        /// Which one.
        uuid: Uuid,
    },
    /// The row has changed, or its holder has, since it was read.
    #[error("the record was changed by somebody else meanwhile")]
    Stale,
    /// Lists can't be sorted by that.
    #[error("The sort_key value \"{0}\" is an invalid field for sorting")]
    BadSortKey(String),
    /// What is stored can't be read: written by another version, or damaged.
    #[error("the database holds {what} that this version can't read: {detail}")]
    Corrupt {
        /// What was read.
        what: &'static str,
        /// Why it can't be.
        detail: String,
    },
    /// A secret can't be encrypted or decrypted.
    #[error("a stored secret can't be used")]
    Vault(#[from] super::VaultError),
    /// The database can't be opened.
    #[error("can't open the database {url}: {reason}")]
    Open {
        /// Its URL, without a password.
        url: String,
        /// Why not.
        reason: String,
    },
    /// A living conductor has that name.
    #[error(
        "a conductor named {hostname:?} works on this database already; stop that process, or give this one another \
         name with conductor.host"
    )]
    HostTaken {
        /// The name.
        hostname: String,
    },
    /// The schema can't be brought up to date.
    #[error("can't bring the database's schema up to date")]
    Migrate(#[from] sqlx::migrate::MigrateError),
    /// Anything else that the database says.
    #[error("the database failed")]
    Database(#[from] sqlx::Error),
}
