//! Where a link leads: to a page that everybody can open, to one on this machine only, or nowhere.

use crate::session::Session;

/// The program that writes, for heads of exports.
pub(crate) const TOOL: &str = concat!("daxscope ", env!("CARGO_PKG_VERSION"));

/// Who can open a link of this page.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Reach {
    /// Everybody who can reach that address.
    Everybody,
    /// Only somebody at this machine.
    ThisMachine,
    /// Nobody: the page is a file, or there is none.
    Nobody,
}

impl Reach {
    /// Of the address of a page, without a fragment.
    #[must_use]
    pub fn of(address: &str) -> Reach {
        let Some((_, behind)) = address.split_once("://").filter(|(scheme, _)| scheme.starts_with("http")) else {
            return Reach::Nobody;
        };
        let host = behind.split(['/', '?', '#']).next().unwrap_or("");
        let host = host.rsplit('@').next().unwrap_or("").to_ascii_lowercase();
        let name = if host.starts_with('[') { host.as_str() } else { host.split(':').next().unwrap_or("") };
        let is_loopback = name.starts_with("127.") && name.chars().all(|c| c.is_ascii_digit() || c == '.');
        let is_local = matches!(name, "localhost" | "0.0.0.0")
            || name.ends_with(".localhost")
            || name.starts_with("[::1]")
            || is_loopback;
        if is_local { Reach::ThisMachine } else { Reach::Everybody }
    }

    /// What a reader of the link has to know; empty where there is nothing.
    #[must_use]
    pub const fn note(self) -> &'static str {
        match self {
            Reach::Everybody => "",
            Reach::ThisMachine => {
                "This link opens only on the machine that wrote it. Elsewhere: paste this text into any page of daxscope, or save it \
                 and run `daxscope run FILE`."
            }
            Reach::Nobody => {
                "To open this run: paste this text into any page of daxscope, or save it and run `daxscope run FILE`."
            }
        }
    }
}

/// The link of a run, empty where it would lead nowhere, and what its reader has to know.
pub(crate) fn link_of(session: &Session) -> (String, &'static str) {
    let address = session.home();
    let reach = Reach::of(address);
    let link =
        if reach == Reach::Nobody { String::new() } else { format!("{address}#{}", session.fragment_to_share()) };
    (link, reach.note())
}

/// What stands at the end of every text for a mail, above its script: what wrote it, that it is a model, and how the text is
/// opened; of a candidate, that it is one.
pub(crate) fn foot(session: &Session) -> String {
    let address = session.home();
    let opens = match Reach::of(address) {
        Reach::Everybody => {
            format!("To open this run: paste this text into {address}, or save it and run `daxscope run FILE`.")
        }
        // The note beside the link says how.
        Reach::ThisMachine => String::new(),
        Reach::Nobody => Reach::Nobody.note().into(),
    };
    let caveat = session.caveat().map_or_else(String::new, |caveat| format!(" {caveat}"));
    let text = format!("{TOOL}: a model of the kernel's code, not a trace of a machine.{caveat} {opens}");
    text.trim_end().to_owned()
}

#[cfg(test)]
mod tests {
    use super::Reach::{self, *};

    #[test]
    fn who_can_open_an_address() {
        for (address, expect) in [
            ("https://example.org/dax/", Everybody),
            ("http://127.0.0.1:8080/", ThisMachine),
            ("http://localhost/", ThisMachine),
            ("http://LOCALHOST:1/x", ThisMachine),
            ("http://[::1]:8080/", ThisMachine),
            ("http://dax.localhost/", ThisMachine),
            ("http://127.example.org/", Everybody),
            ("http://localhost.example.org/", Everybody),
            ("file:///home/me/run.html", Nobody),
            ("", Nobody),
        ] {
            assert_eq!(Reach::of(address), expect, "{address}");
        }
    }
}
