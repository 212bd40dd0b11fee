//! Pages of lists: what was asked for, and the link to the next.

use std::fmt::Write as _;

use super::error::ApiError;
use super::query::Args;
use crate::store::Page;

/// The most that one page holds, and what it holds unless told otherwise.
pub(crate) const MAX_LIMIT: u32 = 1000;

/// The page that `limit`, `marker`, `sort_key` and `sort_dir` ask for.
pub(crate) fn page(args: &Args, default_sort_key: &str) -> Result<Page, ApiError> {
    let limit = match args.text("limit") {
        None => MAX_LIMIT,
        Some(text) => {
            let limit: i64 = text.trim().parse().map_err(|_| {
                ApiError::bad_request(format!("Expected an integer for limit: {text}"))
            })?;
            if limit <= 0 {
                return Err(ApiError::bad_request("Limit must be positive"));
            }
            u32::try_from(limit).unwrap_or(MAX_LIMIT).min(MAX_LIMIT)
        }
    };
    let descending = match args.text("sort_dir") {
        None | Some("asc") => false,
        Some("desc") => true,
        Some(other) => {
            return Err(ApiError::bad_request(format!(
                "Invalid sort direction: {other}. Acceptable values are 'asc' or 'desc'"
            )));
        }
    };
    let sort_key = args.text("sort_key").unwrap_or(default_sort_key).to_owned();
    Ok(Page {
        limit,
        marker: args.uuid("marker")?,
        sort_key,
        descending,
    })
}

/// The link to the page after one of `count` items that ends with `last`; `path` is below `/v1`,
/// and `keep` the arguments that the next request must repeat.
///
/// Ironic leaves a list's filters out of the link and so changes the list from page to page;
/// ours keeps them.
pub(crate) fn next(
    base: &str,
    path: &str,
    page: &Page,
    count: usize,
    last: Option<impl std::fmt::Display>,
    keep: &[(&str, String)],
) -> Option<String> {
    Some(format!("{}{}", link(base, path, page, count, keep)?, last?))
}

/// The same without its end, the last item, which may not be known yet.
pub(crate) fn link(
    base: &str,
    path: &str,
    page: &Page,
    count: usize,
    keep: &[(&str, String)],
) -> Option<String> {
    if count < page.limit as usize {
        return None;
    }
    let direction = if page.descending { "desc" } else { "asc" };
    let mut link = format!(
        "{base}/v1/{path}?sort_key={}&sort_dir={direction}",
        page.sort_key
    );
    for (name, value) in keep {
        let _ = write!(link, "&{name}={}", encode(value));
    }
    let _ = write!(link, "&limit={}&marker=", page.limit);
    Some(link)
}

/// Percent-encodes what may not stand in a query; the comma may.
fn encode(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for byte in text.bytes() {
        match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' | b',' => {
                out.push(char::from(byte));
            }
            _ => {
                let _ = write!(out, "%{byte:02X}");
            }
        }
    }
    out
}

impl Args {
    /// The arguments of a list that its next page must repeat, `fields` and `detail` apart.
    pub(crate) fn filters(&self) -> impl Iterator<Item = (&str, &str)> {
        const PAGING: [&str; 6] = [
            "limit", "marker", "sort_key", "sort_dir", "fields", "detail",
        ];
        self.pairs().filter(|(name, _)| !PAGING.contains(name))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_next_link_is_there_only_when_the_page_is_full() {
        let page = Page {
            limit: 2,
            ..Page::default()
        };
        let keep = [
            ("fields", "uuid,name".to_owned()),
            ("owner", "a b".to_owned()),
        ];
        assert_eq!(next("http://h", "nodes", &page, 1, Some("u1"), &keep), None);
        assert_eq!(
            next("http://h", "nodes", &page, 2, Some("u2"), &keep).unwrap(),
            "http://h/v1/nodes?sort_key=id&sort_dir=asc&fields=uuid,name&owner=a%20b&limit=2&marker=u2"
        );
    }
}
