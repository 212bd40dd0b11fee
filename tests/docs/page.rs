//! A page of which some blocks are made here and the rest is written by hand. A block stands
//! between `<!-- made: NAME -->` and `<!-- end -->`.

use std::fs;
use std::path::{Path, PathBuf};

const END: &str = "<!-- end -->";

/// A page, as it is and as it must be.
pub(crate) struct Page {
    path: PathBuf,
    name: &'static str,
    is: String,
    must_be: String,
    filled: usize,
}

impl Page {
    pub(crate) fn open(name: &'static str) -> Self {
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(name);
        let is = fs::read_to_string(&path).unwrap_or_else(|error| panic!("{name}: {error}"));
        Self {
            path,
            name,
            must_be: is.clone(),
            is,
            filled: 0,
        }
    }

    /// Puts `text` into a block.
    pub(crate) fn fill(&mut self, block: &str, text: &str) {
        let mark = format!("<!-- made: {block} -->\n");
        let missing = || panic!("{} has no block {mark:?} with {END:?}", self.name);
        let start = self.must_be.find(&mark).unwrap_or_else(missing) + mark.len();
        let length = self.must_be[start..].find(END).unwrap_or_else(missing);
        let text = format!("\n{}\n\n", text.trim_end());
        self.must_be.replace_range(start..start + length, &text);
        self.filled += 1;
    }

    /// Compares the page with what it must be, or writes it if `UPDATE_DOCS` is set.
    pub(crate) fn close(self) {
        let blocks = self.is.matches("<!-- made: ").count();
        assert_eq!(blocks, self.filled, "{}: blocks nobody fills", self.name);
        if self.is == self.must_be {
            return;
        }
        if std::env::var_os("UPDATE_DOCS").is_some() {
            fs::write(&self.path, &self.must_be).unwrap();
            return;
        }
        let (number, (is, must_be)) = self
            .is
            .lines()
            .zip(self.must_be.lines())
            .enumerate()
            .find(|(_, (is, must_be))| is != must_be)
            .unwrap_or((0, ("", "(another number of lines)")));
        panic!(
            "{} isn't what the program's tables say; run UPDATE_DOCS=1 cargo test --test docs\n\
             line {}\n  is       {is}\n  must be  {must_be}",
            self.name,
            number + 1
        );
    }
}

/// A table in Markdown.
pub(crate) fn table<const N: usize>(head: [&str; N], rows: &[[String; N]]) -> String {
    let line = |cells: &[String]| format!("| {} |\n", cells.join(" | "));
    let mut text = line(&head.map(str::to_owned));
    text.push_str(&format!("|{}\n", " --- |".repeat(N)));
    for row in rows {
        for cell in row {
            assert!(!cell.contains(['|', '\n']), "{cell:?} breaks the table");
        }
        text.push_str(&line(row));
    }
    text
}

#[test]
fn a_block_is_replaced_and_the_rest_stays() {
    let mut page = Page {
        path: PathBuf::new(),
        name: "test",
        is: String::new(),
        must_be: "head\n<!-- made: a -->\nold\n<!-- end -->\ntail\n".to_owned(),
        filled: 0,
    };
    page.fill("a", "new\n");
    assert_eq!(
        page.must_be,
        "head\n<!-- made: a -->\n\nnew\n\n<!-- end -->\ntail\n"
    );
}
