//! From the bytes of a terminal to lines of text, and what the last line means.
//!
//! The command line is made for people: it echoes, it breaks long answers into pages, and it puts
//! the prompt behind everything. The prompt's form is that of every transcript in Cisco's CLI
//! guides: `NAME# ` at the top, `NAME /scope # ` below, and `*` before the `#` while something
//! is not committed.

/// The longest line that is kept; the rest of it is dropped.
const LINE_LIMIT: usize = 4096;

/// What the end of the output asks for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum End {
    /// A command may come.
    Prompt(Prompt),
    /// A key for the next page.
    Page,
    /// Yes or no; the question.
    Question(String),
}

/// A prompt.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Prompt {
    /// The controller's name.
    pub(super) name: String,
    /// The scope: empty at the top, `/chassis/adapter` below.
    pub(super) scope: String,
}

/// The text that a terminal would show: carriage returns and backspaces move, what is written
/// over is gone, escape sequences do nothing but erase to the end of the line.
pub(super) fn render(bytes: &[u8]) -> String {
    let text = String::from_utf8_lossy(bytes);
    let mut lines = Vec::new();
    for line in text.split('\n') {
        lines.push(render_line(line));
    }
    lines.join("\n")
}

fn render_line(line: &str) -> String {
    let mut cells: Vec<char> = Vec::new();
    let mut at = 0_usize;
    let mut chars = line.chars();
    while let Some(char) = chars.next() {
        match char {
            '\r' => at = 0,
            '\u{8}' => at = at.saturating_sub(1),
            '\u{1b}' if erases_to_end(&mut chars) => cells.truncate(at),
            // Another sequence, which is read by now.
            '\u{1b}' => {}
            char if char != '\t' && char.is_control() => {}
            char if at < cells.len() => {
                cells[at] = char;
                at += 1;
            }
            char if cells.len() < LINE_LIMIT => {
                cells.push(char);
                at += 1;
            }
            _ => {}
        }
    }
    let line: String = cells.into_iter().collect();
    line.trim_end().to_owned()
}

/// Reads an escape sequence (`ESC [ … letter`, or `ESC` and one character) and says whether it
/// was "erase to the end of the line".
fn erases_to_end(chars: &mut std::str::Chars<'_>) -> bool {
    if chars.next() != Some('[') {
        return false;
    }
    chars.find(|char| char.is_ascii_alphabetic()) == Some('K')
}

/// Whether the unfinished line could be the end of an answer: a cheap look before all is read.
pub(super) fn may_end(bytes: &[u8]) -> bool {
    let last = bytes
        .rsplit(|byte| *byte == b'\n')
        .next()
        .unwrap_or_default();
    last.iter()
        .any(|byte| matches!(byte, b'#' | b']' | b')' | b'-'))
}

/// What the last line asks for; `None` while the answer is not complete.
pub(super) fn end(rendered: &str) -> Option<End> {
    let last = rendered.rsplit('\n').next().unwrap_or_default();
    let lower = last.to_ascii_lowercase();
    if lower.ends_with("--more--") {
        return Some(End::Page);
    }
    if lower.ends_with("[y|n]") || lower.ends_with("[y/n]") || lower.ends_with("(y/n)") {
        return Some(End::Question(last.trim().to_owned()));
    }
    prompt(last).map(End::Prompt)
}

fn prompt(line: &str) -> Option<Prompt> {
    let rest = line.trim().strip_suffix('#')?;
    let rest = rest.strip_suffix('*').unwrap_or(rest).trim_end();
    let (name, scope) = match rest.split_once(" /") {
        Some((name, scope)) => (name, format!("/{scope}")),
        None => (rest, String::new()),
    };
    let plain = |text: &str| !text.contains([' ', '#', '\t']);
    (!name.is_empty() && plain(name) && plain(&scope)).then(|| Prompt {
        name: name.to_owned(),
        scope,
    })
}

/// The answer to a command: the lines between its echo and the prompt. `None` while the echo has
/// not come: what stands before it belongs to the command before.
pub(super) fn answer(rendered: &str, command: &str) -> Option<String> {
    let mut lines = rendered.split('\n');
    lines.find(|line| is_echo(line, command))?;
    let mut rest: Vec<&str> = lines.collect();
    rest.pop();
    Some(rest.join("\n"))
}

/// The command alone, or behind a prompt.
fn is_echo(line: &str, command: &str) -> bool {
    let Some(before) = line.trim_end().strip_suffix(command) else {
        return false;
    };
    before.trim().is_empty() || prompt(before).is_some()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(name: &str, scope: &str) -> Option<End> {
        Some(End::Prompt(Prompt {
            name: name.to_owned(),
            scope: scope.to_owned(),
        }))
    }

    #[test]
    fn the_prompt_tells_name_and_scope() {
        assert_eq!(end("Server# "), at("Server", ""));
        assert_eq!(end("x\nServer#"), at("Server", ""));
        assert_eq!(
            end("ucs-c220 /chassis/adapter # "),
            at("ucs-c220", "/chassis/adapter")
        );
        assert_eq!(end("Server /bios *# "), at("Server", "/bios"));
        for text in [
            "",
            "Server# show chassis",
            "## authorised use only ##",
            "    Boot Order: #",
            "Server# \n",
        ] {
            assert_eq!(end(text), None, "{text:?}");
        }
    }

    #[test]
    fn pages_and_questions_are_seen() {
        assert_eq!(end("a\n--More--"), Some(End::Page));
        let question = "Do you want to continue?[y|N]";
        assert_eq!(
            end(&format!("This will act.\n{question}")),
            Some(End::Question(question.to_owned()))
        );
    }

    #[test]
    fn what_is_written_over_is_gone() {
        assert_eq!(
            render(b"a\r\n--More--\r        \rnext\r\n"),
            "a\nnext\n".to_owned()
        );
        assert_eq!(
            render(b"--More--\x08\x08\x08\x08\x08\x08\x08\x08\x1b[Kx"),
            "x"
        );
        assert_eq!(render(b"\x1b[1mbold\x1b[0m"), "bold");
    }

    #[test]
    fn an_answer_begins_behind_the_echo_and_ends_before_the_prompt() {
        let shown = "\nServer /chassis # show adapter\nPCI Slot 1:\nServer /chassis # ";
        assert_eq!(
            answer(shown, "show adapter").as_deref(),
            Some("PCI Slot 1:")
        );
        assert_eq!(answer("top\nServer# ", "top").as_deref(), Some(""));
        // The prompt of the command before, and nothing yet of this one.
        assert_eq!(answer("Server# ", "top"), None);
    }
}
