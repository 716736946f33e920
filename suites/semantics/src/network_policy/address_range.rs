//! Ranges of addresses.

use std::net::IpAddr;

/// Whether a range in the notation of CIDR contains an address. What is no range contains none: the API server admits no such.
pub(super) fn range_contains(range: &str, address: IpAddr) -> bool {
    let Some((first, bits)) = range.split_once('/') else { return false };
    let (Ok(first), Ok(bits)) = (first.parse::<IpAddr>(), bits.parse::<u32>()) else { return false };
    match (first, address) {
        (IpAddr::V4(first), IpAddr::V4(address)) => {
            bits <= 32
                && shifted(first.to_bits().into(), 32 - bits) == shifted(address.to_bits().into(), 32 - bits)
        }
        (IpAddr::V6(first), IpAddr::V6(address)) => {
            bits <= 128 && shifted(first.to_bits(), 128 - bits) == shifted(address.to_bits(), 128 - bits)
        }
        _ => false,
    }
}

fn shifted(address: u128, by: u32) -> u128 {
    address.checked_shr(by).unwrap_or(0) // none: a range of all addresses
}

#[cfg(test)]
mod tests {
    use super::*;
    use rstest::rstest;

    #[rstest]
    #[case::within("10.0.0.0/8", "10.1.2.3", true)]
    #[case::beside("10.0.0.0/8", "11.1.2.3", false)]
    #[case::all("0.0.0.0/0", "11.1.2.3", true)]
    #[case::one("11.1.2.3/32", "11.1.2.3", true)]
    #[case::of_the_other_family("0.0.0.0/0", "::1", false)]
    #[case::all_of_six("::/0", "fd00::1", true)]
    #[case::no_range("10.0.0.0/40", "10.0.0.0", false)]
    fn range_is_read(#[case] range: &str, #[case] address: &str, #[case] expected: bool) {
        assert_eq!(range_contains(range, address.parse().unwrap()), expected);
    }
}
