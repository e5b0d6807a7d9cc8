//! Reed-Solomon correction over GF(256) with errors and erasures: the symbol's own syndromes and margins.
//!
//! ISO/IEC 18004, 7.5.2: polynomial 0x11d, generator roots a^0 and on. Erasures are codewords that the picture
//! itself calls doubtful; each costs half of what an unknown error costs.

use std::sync::LazyLock;

/// What a block took to be mended.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Mended {
    /// Codewords that were changed though nobody doubted them.
    pub errors: usize,
    /// Codewords whose value was thrown away beforehand.
    pub erasures: usize,
    /// How unlikely random codewords come out mended like this: minus the logarithm to base 2 of the probability.
    pub proof_bits: f32,
}

struct Field {
    exp: [u8; 512],
    log: [u16; 256],
}

static FIELD: LazyLock<Field> = LazyLock::new(|| {
    let (mut exp, mut log) = ([0; 512], [0; 256]);
    let mut value = 1_u32;
    for power in 0..255 {
        exp[power] = value as u8;
        exp[power + 255] = value as u8;
        log[value as usize] = power as u16;
        value <<= 1;
        if value & 0x100 != 0 {
            value ^= 0x11d;
        }
    }
    Field { exp, log }
});

impl Field {
    fn times(&self, a: u8, b: u8) -> u8 {
        if a == 0 || b == 0 {
            return 0;
        }
        self.exp[usize::from(self.log[usize::from(a)] + self.log[usize::from(b)])]
    }

    /// `b` must not be 0.
    fn over(&self, a: u8, b: u8) -> u8 {
        if a == 0 {
            return 0;
        }
        self.exp[usize::from(self.log[usize::from(a)] + 255 - self.log[usize::from(b)])]
    }

    /// Value of a polynomial, lowest power first.
    fn at(&self, polynomial: &[u8], x: u8) -> u8 {
        polynomial.iter().rev().fold(0, |sum, factor| self.times(sum, x) ^ factor)
    }
}

/// What is wrong with a block (data, then `parity` codewords); `None` when no block has this shape. It is the same for
/// every set of doubtful places.
pub(super) fn syndromes_of(block: &[u8], parity: usize) -> Option<Vec<u8>> {
    let sound = parity > 0 && parity < block.len() && block.len() <= 255;
    sound.then(|| syndromes(&FIELD, block, parity))
}

/// Mends a block in place by its syndromes. `erased` are positions that count as unknown.
///
/// `None` leaves the block as it was: more is wrong than the block can mend.
pub(super) fn correct(block: &mut [u8], syndromes: &[u8], erased: &[usize]) -> Option<Mended> {
    let field = &*FIELD;
    let (length, parity) = (block.len(), syndromes.len());
    if erased.len() > parity {
        return None;
    }
    if syndromes.iter().all(|s| *s == 0) {
        return Some(Mended { errors: 0, erasures: 0, proof_bits: 8.0 * parity as f32 });
    }
    let locator = locator(field, syndromes, length, erased)?;
    let degree = locator.len() - 1;
    // Omega = S * Lambda, its lowest `parity` coefficients.
    let omega: Vec<u8> = (0..parity)
        .map(|i| (0..=i.min(degree)).fold(0, |sum, j| sum ^ field.times(locator[j], syndromes[i - j])))
        .collect();
    let slope: Vec<u8> = (0..degree).map(|i| if i % 2 == 0 { locator[i + 1] } else { 0 }).collect();
    let mut changes = Vec::with_capacity(degree);
    for position in 0..length {
        let power = length - 1 - position;
        let inverse = field.exp[(255 - power) % 255];
        if field.at(&locator, inverse) != 0 {
            continue;
        }
        let steep = field.at(&slope, inverse);
        if steep == 0 {
            return None;
        }
        let value = field.times(field.exp[power], field.over(field.at(&omega, inverse), steep));
        changes.push((position, value));
    }
    if changes.len() != degree {
        return None;
    }
    let before = block.to_vec();
    for (position, value) in &changes {
        block[*position] ^= value;
    }
    if self::syndromes(field, block, parity).iter().any(|s| *s != 0) {
        block.copy_from_slice(&before);
        return None;
    }
    let errors = changes.iter().filter(|(at, value)| *value != 0 && !erased.contains(at)).count();
    let erasures = erased.len();
    let proof_bits = 8.0 * (parity as f32 - erasures as f32 - errors as f32) - choices(length - erasures, errors);
    Some(Mended { errors, erasures, proof_bits })
}

fn syndromes(field: &Field, block: &[u8], parity: usize) -> Vec<u8> {
    // Powers of two are added to the logarithm: half the look-ups of a product.
    let next = |root: usize, sum: u8, value: &u8| match sum {
        0 => *value,
        _ => field.exp[usize::from(field.log[usize::from(sum)]) + root] ^ value,
    };
    (0..parity).map(|root| block.iter().fold(0, |sum, value| next(root, sum, value))).collect()
}

/// Berlekamp and Massey's way to the polynomial whose roots are the wrong places, started from the erased ones.
fn locator(field: &Field, syndromes: &[u8], length: usize, erased: &[usize]) -> Option<Vec<u8>> {
    let parity = syndromes.len();
    let mut lambda = vec![0_u8; parity + 2];
    lambda[0] = 1;
    for (count, position) in erased.iter().enumerate() {
        let root = field.exp[length.checked_sub(1 + position)?];
        for i in (1..=count + 1).rev() {
            lambda[i] ^= field.times(lambda[i - 1], root);
        }
    }
    let mut helper = lambda.clone();
    let mut reach = erased.len();
    for step in erased.len() + 1..=parity {
        let gap = (0..step).fold(0, |sum, i| sum ^ field.times(lambda[i], syndromes[step - i - 1]));
        helper.rotate_right(1);
        helper[0] = 0;
        if gap == 0 {
            continue;
        }
        let next: Vec<u8> = lambda.iter().zip(&helper).map(|(l, h)| l ^ field.times(gap, *h)).collect();
        if 2 * reach < step + erased.len() {
            reach = step + erased.len() - reach;
            helper = lambda.iter().map(|l| field.over(*l, gap)).collect();
        }
        lambda = next;
    }
    let degree = lambda.iter().rposition(|value| *value != 0)?;
    // Beyond this the block has no room left for what was found.
    if degree > parity || 2 * degree > parity + erased.len() {
        return None;
    }
    lambda.truncate(degree + 1);
    Some(lambda)
}

/// Logarithm to base 2 of the ways to choose `k` of `n`.
fn choices(n: usize, k: usize) -> f32 {
    (0..k.min(n)).map(|i| ((n - i) as f32 / (i + 1) as f32).log2()).sum()
}

#[cfg(test)]
mod tests {
    use super::*;
    use rxing::common::reedsolomon::{PredefinedGenericGF, ReedSolomonDecoder, ReedSolomonEncoder};

    fn mend(block: &mut [u8], parity: usize, erased: &[usize]) -> Option<Mended> {
        correct(block, &syndromes_of(block, parity)?, erased)
    }

    fn random(state: &mut u64) -> usize {
        *state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (*state >> 33) as usize
    }

    fn encoded(state: &mut u64, data: usize, parity: usize) -> Vec<u8> {
        let mut whole: Vec<i32> = (0..data).map(|_| (random(state) & 0xff) as i32).collect();
        whole.resize(data + parity, 0);
        ReedSolomonEncoder::new(PredefinedGenericGF::QrCodeField256.into())
            .unwrap()
            .encode(&mut whole, parity)
            .unwrap();
        whole.into_iter().map(|value| value as u8).collect()
    }

    #[test]
    fn errors_and_erasures_are_mended_up_to_the_limit() {
        let mut state = 1;
        for round in 0..2000 {
            let parity = 7 + random(&mut state) % 24;
            let data = 5 + random(&mut state) % 100;
            let good = encoded(&mut state, data, parity);
            let erasures = random(&mut state) % (parity + 1);
            let errors = (parity - erasures) / 2;
            let mut places: Vec<usize> = (0..good.len()).collect();
            for i in 0..places.len() {
                let other = i + random(&mut state) % (places.len() - i);
                places.swap(i, other);
            }
            let mut bad = good.clone();
            for place in &places[..erasures + errors] {
                bad[*place] ^= (1 + random(&mut state) % 255) as u8;
            }
            let mended = mend(&mut bad, parity, &places[..erasures]).expect("within the limit");
            assert_eq!(bad, good, "round {round}");
            if erasures + errors > 0 {
                assert_eq!((mended.errors, mended.erasures), (errors, erasures));
            }
        }
    }

    #[test]
    fn without_erasures_it_agrees_with_the_library() {
        let mut state = 7;
        let library = ReedSolomonDecoder::new(PredefinedGenericGF::QrCodeField256.into());
        for _ in 0..2000 {
            let parity = 10 + random(&mut state) % 20;
            let mut ours = encoded(&mut state, 40, parity);
            for _ in 0..random(&mut state) % parity {
                let place = random(&mut state) % ours.len();
                ours[place] ^= random(&mut state) as u8;
            }
            let mut theirs = ours.clone();
            let mended = library.decode(&mut theirs, parity as i32).is_ok();
            assert_eq!(mend(&mut ours, parity, &[]).is_some(), mended);
            if mended {
                assert_eq!(ours, theirs);
            }
        }
    }

    #[test]
    fn impossible_blocks_are_refused_and_few_errors_prove_more() {
        assert!(mend(&mut [], 7, &[]).is_none());
        assert!(mend(&mut [1, 2, 3], 3, &[]).is_none());
        assert!(mend(&mut [0; 256], 7, &[]).is_none());
        assert!(mend(&mut [1; 20], 4, &[0, 1, 2, 3, 4]).is_none());
        let mut state = 3;
        let good = encoded(&mut state, 30, 16);
        let mut proof = f32::MAX;
        for errors in [1, 4, 8] {
            let mut bad = good.clone();
            bad[..errors].iter_mut().for_each(|value| *value ^= 0x5a);
            let mended = mend(&mut bad, 16, &[]).unwrap();
            assert!(mended.proof_bits < proof);
            proof = mended.proof_bits;
        }
    }
}
