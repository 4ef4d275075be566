use super::{JwtSecret, jwt::TokenError, limiter};
use http::{HeaderMap, header::AUTHORIZATION};
use std::net::IpAddr;

/// Who calls.
#[derive(Clone, Copy, Debug)]
pub(super) struct Caller {
    /// Where from: the peer, or whom the trusted proxy names.
    pub(super) address: IpAddr,
    /// What stands for the caller in the rate limit.
    pub(super) key: IpAddr,
    /// Whether a good token came along.
    pub(super) authorized: bool,
}

impl Caller {
    /// Reads a request's head. Fails on a bad token, if tokens are looked at.
    pub(super) fn of(
        peer: IpAddr,
        headers: &HeaderMap,
        secret: Option<&JwtSecret>,
        trusted_proxy: Option<IpAddr>,
    ) -> Result<Self, TokenError> {
        let authorized = match (secret, headers.get(AUTHORIZATION)) {
            (Some(secret), Some(value)) => {
                secret.verify(value.to_str().map_err(|_| TokenError::NoBearer)?)?;
                true
            }
            _ => false,
        };
        let peer = peer.to_canonical();
        let trusted = trusted_proxy.is_some_and(|proxy| proxy.to_canonical() == peer);
        let address = trusted.then(|| forwarded_for(headers)).flatten().unwrap_or(peer);
        Ok(Self { address, key: limiter::key(address), authorized })
    }
}

/// The address that the nearest proxy saw: it appends to what the caller itself may have written.
fn forwarded_for(headers: &HeaderMap) -> Option<IpAddr> {
    let last = headers.get_all("x-forwarded-for").iter().next_back()?.to_str().ok()?;
    last.rsplit(',').next()?.trim().parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    const PROXY: IpAddr = IpAddr::V4(std::net::Ipv4Addr::new(10, 0, 0, 1));

    fn address(peer: IpAddr, forwarded: &[&str], proxy: Option<IpAddr>) -> String {
        let mut headers = HeaderMap::new();
        for value in forwarded {
            headers.append("x-forwarded-for", value.parse().unwrap());
        }
        Caller::of(peer, &headers, None, proxy).unwrap().address.to_string()
    }

    #[test]
    fn only_the_trusted_proxy_speaks_for_others() {
        let direct = IpAddr::from([10, 0, 0, 2]);
        let forwarded = ["1.1.1.1, 2.2.2.2"];
        assert_eq!(address(PROXY, &forwarded, None), "10.0.0.1");
        assert_eq!(address(direct, &forwarded, Some(PROXY)), "10.0.0.2");
        assert_eq!(address(PROXY, &forwarded, Some(PROXY)), "2.2.2.2");
        assert_eq!(address(PROXY, &["1.1.1.1", "3.3.3.3"], Some(PROXY)), "3.3.3.3");
        assert_eq!(address(PROXY, &["unknown"], Some(PROXY)), "10.0.0.1");
        assert_eq!(address(PROXY, &[], Some(PROXY)), "10.0.0.1");
    }
}
