//! Random numbers: one seed per run, and from it a generator for each purpose, so that one more latency
//! does not change the partitions of a run.

use rand::SeedableRng;
use rand::rngs::StdRng;

/// The generator that `seed` gives for `purpose`, such as `"nemesis"` or `"node n3"`. The same
/// two always give the same stream; purposes differ in their first 24 bytes.
pub fn generator(seed: u64, purpose: &str) -> StdRng {
    let mut bytes = [0; 32];
    bytes[..8].copy_from_slice(&seed.to_le_bytes());
    for (byte, letter) in bytes[8..].iter_mut().zip(purpose.bytes()) {
        *byte = letter;
    }
    StdRng::from_seed(bytes)
}

#[cfg(test)]
mod tests {
    use rand::RngExt;

    use super::generator;

    #[test]
    fn a_stream_depends_on_the_seed_and_the_purpose() {
        let first = |seed, purpose| generator(seed, purpose).random::<u64>();
        assert_eq!(first(1, "nemesis"), first(1, "nemesis"));
        assert_ne!(first(1, "nemesis"), first(2, "nemesis"));
        assert_ne!(first(1, "node n1"), first(1, "node n2"));
    }
}
