//! Scripts as the page takes them: kernels that it cannot show yet are refused where they are named.
//!
//! The pictures know the radix tree, its entries and hole pages. A run on an XArray would show an empty tree, so there is none:
//! `daxscope run` and `daxscope explore` have it.

use daxscope_core::revision::Revision;
use daxscope_core::scenario::{Diagnostic, Parsed, Severity, Span, line_span};

/// Reads a script ([`daxscope_core::scenario::parse`]). A kernel of the XArray's era is an error of the line that names it.
pub(crate) fn parse(text: &str) -> Parsed {
    let mut parsed = daxscope_core::scenario::parse(text);
    if parsed.scenario.revision.is_xarray()
        && let Some(line) = parsed.source.revision
    {
        parsed.diagnostics.insert(0, not_shown(line_span(text, line)));
        parsed.scenario.revision = Revision::V4_10;
    }
    parsed
}

/// Reads a kernel ([`daxscope_core::scenario::parse_revision`]), if the page can show it.
pub(crate) fn parse_revision(text: &str) -> Result<Revision, Diagnostic> {
    match daxscope_core::scenario::parse_revision(text) {
        Ok(revision) if revision.is_xarray() => Err(not_shown(line_span(text, 1))),
        other => other,
    }
}

fn not_shown(span: Span) -> Diagnostic {
    Diagnostic {
        severity: Severity::Error,
        span,
        message: "The page cannot show kernels from 4.20 on yet: they have an XArray.".into(),
        expected: "a kernel up to 4.19 or `fixed`; in the shell `daxscope run` and `daxscope explore` have them".into(),
        suggestion: None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_kernel_that_cannot_be_shown_is_an_error_of_its_line() {
        let parsed = parse("title x\nkernel 7.3\nfile 2M\nthread A\n  fsync\n");
        assert!(!parsed.is_ok());
        assert_eq!(parsed.diagnostics[0].span.line, 2);
        assert!(parsed.diagnostics[0].message.contains("cannot show"));
        assert!(!parsed.scenario.revision.is_xarray());
        assert!(parse("revision 4.13.4\nthread A\n").is_ok());
    }

    #[test]
    fn nor_can_it_be_chosen() {
        assert!(parse_revision("6.12").is_err());
        assert!(parse_revision("4.10.0").is_ok());
    }
}
