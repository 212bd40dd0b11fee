//! What a terminal does between keys and commands: it echoes, collects lines, stops at the end of
//! a page and waits for the answer to a question.

use super::commands::{Mode, Reply};

/// Lines on a page. No guide says whether the size of the terminal counts; it does not here, so
/// that a client that can't turn a page is found out.
const PAGE: usize = 24;
const MORE: &str = "--More--";
/// The longest line that is collected.
const LINE_LIMIT: usize = 1024;

/// What is waited for.
#[derive(Debug)]
enum Waiting {
    Command,
    /// `y` or anything else, for this command.
    Answer(String),
    /// A key, for the rest of these lines.
    Key(Vec<String>),
}

/// One terminal.
#[derive(Debug)]
pub(super) struct Terminal {
    mode: Mode,
    line: String,
    waiting: Waiting,
    /// The command line was left.
    pub(super) is_over: bool,
}

impl Terminal {
    pub(super) fn new(mode: Mode) -> Self {
        Self {
            mode,
            line: String::new(),
            waiting: Waiting::Command,
            is_over: false,
        }
    }

    /// What is shown after the login.
    pub(super) fn greeting(&self) -> String {
        self.mode.prompt()
    }

    /// What is shown when these keys are pressed.
    pub(super) fn type_in(&mut self, keys: &str) -> String {
        let mut shown = String::new();
        for key in keys.chars() {
            if self.is_over {
                break;
            }
            if matches!(self.waiting, Waiting::Key(_)) {
                shown.push_str(&self.turn(key));
            } else if matches!(key, '\r' | '\n') {
                shown.push_str("\r\n");
                let line = std::mem::take(&mut self.line);
                shown.push_str(&self.enter(line.trim()));
            } else if !key.is_control() && self.line.len() < LINE_LIMIT {
                self.line.push(key);
                shown.push(key);
            }
        }
        shown
    }

    fn enter(&mut self, line: &str) -> String {
        let reply = match std::mem::replace(&mut self.waiting, Waiting::Command) {
            Waiting::Answer(command) if line.eq_ignore_ascii_case("y") => {
                self.mode.confirmed(&command)
            }
            Waiting::Answer(_) => Reply::text(""),
            Waiting::Command | Waiting::Key(_) => self.mode.execute(line),
        };
        match reply {
            Reply::Text(text) => {
                let lines = text.lines().map(str::to_owned).collect();
                self.show(lines)
            }
            Reply::Question(text) => {
                self.waiting = Waiting::Answer(line.to_owned());
                text.replace('\n', "\r\n")
            }
            // As if the controller had gone deaf.
            Reply::Silence => String::new(),
            Reply::Exit => {
                self.is_over = true;
                String::new()
            }
        }
    }

    /// A page of lines, and the prompt behind the last.
    fn show(&mut self, mut lines: Vec<String>) -> String {
        let rest = lines.split_off(lines.len().min(PAGE));
        let mut shown: String = lines.iter().map(|line| format!("{line}\r\n")).collect();
        if rest.is_empty() {
            shown.push_str(&self.mode.prompt());
        } else {
            shown.push_str(MORE);
            self.waiting = Waiting::Key(rest);
        }
        shown
    }

    /// A blank turns the page, `q` leaves it; other keys do nothing.
    fn turn(&mut self, key: char) -> String {
        let Waiting::Key(rest) = std::mem::replace(&mut self.waiting, Waiting::Command) else {
            return String::new();
        };
        let erased = format!("\r{}\r", " ".repeat(MORE.len()));
        match key {
            ' ' => erased + &self.show(rest),
            'q' => erased + &self.show(Vec::new()),
            _ => {
                self.waiting = Waiting::Key(rest);
                String::new()
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;
    use crate::chassis::{Chassis, ChassisSpec};
    use crate::personality::Personality;
    use crate::session::Role;
    use crate::timing::Timing;
    use crate::tree::Pool;

    fn terminal(personality: &str) -> Terminal {
        let personality = Personality::by_name(personality).unwrap();
        let spec = ChassisSpec {
            personality,
            index: 0,
            name: "sim".to_owned(),
            address: "127.0.0.1".to_owned(),
            timing: Arc::new(Timing::default()),
            accounts: Arc::new([]),
        };
        let chassis = Chassis::new(spec, &mut Pool::default());
        Terminal::new(Mode::new(
            Arc::new(chassis),
            "Server".to_owned(),
            Role::Admin,
        ))
    }

    #[test]
    fn the_prompt_shows_scope_and_what_is_not_committed() {
        let mut terminal = terminal("1.3");
        assert_eq!(terminal.greeting(), "Server# ");
        assert_eq!(
            terminal.type_in("scope bios\n"),
            "scope bios\r\nServer /bios # "
        );
        let shown = terminal.type_in("set boot-order pxe,hdd\n");
        assert!(
            shown.contains("To manage boot-order") && shown.ends_with("Server /bios *# "),
            "{shown}"
        );
        assert!(terminal.type_in("commit\n").ends_with("Server /bios # "));
        let shown = terminal.type_in("show detail\n");
        assert!(shown.contains("Boot Order: PXE,HDD,CDROM\r\n"), "{shown}");
        assert_eq!(terminal.type_in("exit\n"), "exit\r\nServer# ");
        terminal.type_in("exit\n");
        assert!(terminal.is_over);
    }

    #[test]
    fn a_power_command_waits_for_its_answer() {
        let mut terminal = terminal("1.3");
        terminal.type_in("scope chassis\n");
        let shown = terminal.type_in("power on\n");
        assert!(shown.ends_with("Do you want to continue?[y|N]"), "{shown}");
        assert!(terminal.type_in("n\n").ends_with("Server /chassis # "));
        assert!(
            terminal
                .type_in("show network-adapter detail\n")
                .contains("Unknown command")
        );
    }

    #[test]
    fn a_long_answer_stops_at_the_end_of_a_page() {
        let mut terminal = terminal("1.4");
        terminal.type_in("scope chassis\n");
        let first = terminal.type_in("show dimm\n");
        assert!(first.ends_with(MORE), "{first}");
        assert_eq!(terminal.type_in("x"), "");
        let last = terminal.type_in(" ");
        assert!(
            last.contains("DIMM_H3") && last.ends_with("Server /chassis # "),
            "{last}"
        );
        terminal.type_in("show dimm\n");
        assert!(terminal.type_in("q").ends_with("Server /chassis # "));
    }
}
