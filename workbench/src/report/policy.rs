//! What a page lets its reader's browser do: nothing but run its own scripts.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use sha2::{Digest, Sha256};

/// A content security policy by which nothing is fetched, and only these scripts run, identified by
/// their hashes: no others, and none in attributes.
pub fn policy(scripts: &[&str]) -> String {
    let hash = |script: &&str| format!(" 'sha256-{}'", STANDARD.encode(Sha256::digest(script)));
    let scripts: String = scripts.iter().map(hash).collect();
    format!(
        "default-src 'none'; style-src 'unsafe-inline'; script-src{scripts}; \
         base-uri 'none'; form-action 'none'"
    )
}

#[cfg(test)]
mod tests {
    use super::policy;

    #[test]
    fn scripts_are_known_by_their_hashes() {
        let expected = "script-src 'sha256-RFWPLDbv2BY+rCkDzsE+0fr8ylGr2R2faWMhq4lfEQc=';";
        assert!(policy(&["doSomething();"]).contains(expected), "{}", policy(&["doSomething();"]));
    }
}
