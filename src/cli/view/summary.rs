//! What it came to, node by node.

use crate::cli::table::table;

/// One node's line of the summary.
#[derive(Debug, Clone, Default)]
pub(in crate::cli) struct Row {
    pub(in crate::cli) node: String,
    pub(in crate::cli) firmware: String,
    pub(in crate::cli) state: String,
    /// From the first request to the end; `None` if nothing was done.
    pub(in crate::cli) seconds: Option<f64>,
    /// How many installs its machine has finished, where that is known.
    pub(in crate::cli) installs: Option<u32>,
    /// Why it is not as wished, or that it was so already.
    pub(in crate::cli) remark: String,
    pub(in crate::cli) is_good: bool,
}

/// The table, without columns that nobody has, and a closing line.
pub(in crate::cli) fn summary(rows: &[Row], seconds: f64) -> String {
    type Column = (&'static str, fn(&Row) -> String);
    let columns: [Column; 6] = [
        ("NODE", |row| row.node.clone()),
        ("FIRMWARE", |row| row.firmware.clone()),
        ("STATE", |row| row.state.clone()),
        ("SECONDS", |row| {
            row.seconds.map(|s| format!("{s:.1}")).unwrap_or_default()
        }),
        ("INSTALLS", |row| {
            row.installs.map(|n| n.to_string()).unwrap_or_default()
        }),
        ("REMARK", |row| {
            row.remark.lines().next().unwrap_or_default().to_owned()
        }),
    ];
    let used: Vec<&Column> = columns
        .iter()
        .filter(|(_, cell)| rows.iter().any(|row| !cell(row).is_empty()))
        .collect();
    let headings: Vec<&str> = used.iter().map(|(heading, _)| *heading).collect();
    let cells: Vec<Vec<String>> = rows
        .iter()
        .map(|row| used.iter().map(|(_, cell)| cell(row)).collect())
        .collect();
    let good = rows.iter().filter(|row| row.is_good).count();
    let failed = rows.len() - good;
    let mut closing = format!("{good} of {} active after {seconds:.1} seconds", rows.len());
    if failed > 0 {
        closing.push_str(&format!(", {failed} not"));
    }
    format!("{}\n{closing}", table(&headings, &cells))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn empty_columns_are_left_out_and_failures_counted() {
        let row = |node: &str, is_good| Row {
            node: node.to_owned(),
            state: if is_good { "active" } else { "deploy failed" }.to_owned(),
            seconds: Some(12.34),
            remark: if is_good { "" } else { "no DHCP seen" }.to_owned(),
            is_good,
            ..Row::default()
        };
        let text = summary(&[row("a", true), row("b", false)], 20.0);
        assert_eq!(
            text,
            "NODE  STATE          SECONDS  REMARK\n\
             a     active         12.3\n\
             b     deploy failed  12.3     no DHCP seen\n\
             1 of 2 active after 20.0 seconds, 1 not"
        );
    }
}
