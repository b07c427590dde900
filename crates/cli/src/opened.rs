//! A script as the page opens it: links, mails and files for the browser are made by the page's own session.

use daxscope_session::{Action, Session};

/// A session that runs a script and stands at the `position` that it says.
pub(crate) fn session(script: &str) -> Session {
    let mut session = Session::open("");
    session.update(Action::EditScript(script.to_owned()));
    session.update(Action::RunScript);
    session
}
