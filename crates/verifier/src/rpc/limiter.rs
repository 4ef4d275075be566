use governor::{DefaultKeyedRateLimiter, Quota};
use std::{
    fmt,
    net::{IpAddr, Ipv6Addr},
    num::NonZeroU32,
};

/// Gives each caller so many units a second.
pub(super) struct Limiter {
    callers: Option<DefaultKeyedRateLimiter<IpAddr>>,
    burst: u32,
}

impl Limiter {
    /// Allows so many units a second, and as many at once; zero allows all.
    pub(super) fn new(units: u32) -> Self {
        let quota = NonZeroU32::new(units).map(Quota::per_second);
        Self { callers: quota.map(DefaultKeyedRateLimiter::dashmap), burst: units }
    }

    /// Takes units from a caller, or says that there are too few. What costs more than a caller can ever have costs all.
    pub(super) fn take(&self, caller: IpAddr, units: u32) -> bool {
        self.take_at_most(caller, units, self.burst)
    }

    /// Takes units from a caller that has just given one for the same request. Together they cost no more than the caller can
    /// ever have: who comes with all of its units is not refused for ever.
    pub(super) fn take_more(&self, caller: IpAddr, units: u32) -> bool {
        self.take_at_most(caller, units, self.burst.saturating_sub(1))
    }

    fn take_at_most(&self, caller: IpAddr, units: u32, most: u32) -> bool {
        let units = NonZeroU32::new(units.min(most));
        let (Some(callers), Some(units)) = (&self.callers, units) else { return true };
        matches!(callers.check_key_n(&caller, units), Ok(Ok(())))
    }

    /// Forgets the callers that have all of their units, so that memory follows those who come often.
    pub(super) fn prune(&self) {
        if let Some(callers) = &self.callers {
            callers.retain_recent();
            callers.shrink_to_fit();
        }
    }

    #[cfg(test)]
    fn callers(&self) -> usize {
        self.callers.as_ref().map_or(0, |callers| callers.len())
    }
}

impl fmt::Debug for Limiter {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Limiter").field("on", &self.callers.is_some()).finish()
    }
}

/// What stands for a caller: its address, of IPv6 the first 64 bits, for who has one of these has them all.
pub(super) fn key(address: IpAddr) -> IpAddr {
    match address.to_canonical() {
        IpAddr::V6(address) => {
            let network = u128::from(address) & !u128::from(u64::MAX);
            Ipv6Addr::from(network).into()
        }
        v4 => v4,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const A: IpAddr = IpAddr::V4(std::net::Ipv4Addr::new(10, 0, 0, 1));
    const B: IpAddr = IpAddr::V4(std::net::Ipv4Addr::new(10, 0, 0, 2));

    #[test]
    fn callers_do_not_share_units() {
        let limiter = Limiter::new(10);
        assert!(limiter.take(A, 10) && !limiter.take(A, 10));
        assert!(limiter.take(B, 11), "all there is");
        assert!(!limiter.take(B, 10));
    }

    #[test]
    fn a_large_request_costs_what_a_caller_has() {
        // What comes back meanwhile is too little to help.
        for burst in [1, 2, 10] {
            let limiter = Limiter::new(burst);
            assert!(limiter.take(A, 1) && limiter.take_more(A, 1_000), "{burst}");
            assert!(!limiter.take(A, 1), "{burst}");
        }
    }

    #[test]
    fn zero_is_no_limit() {
        let limiter = Limiter::new(0);
        assert!(limiter.take(A, u32::MAX) && limiter.take(A, u32::MAX));
        assert_eq!(limiter.callers(), 0);
    }

    #[test]
    fn those_who_are_gone_are_forgotten() {
        let limiter = Limiter::new(1_000_000_000);
        (0..1000u32).for_each(|number| assert!(limiter.take(IpAddr::V4(number.into()), 1)));
        assert_eq!(limiter.callers(), 1000);
        // One unit comes back in a nanosecond.
        std::thread::yield_now();
        limiter.prune();
        assert_eq!(limiter.callers(), 0);
    }

    #[test]
    fn a_network_of_ipv6_is_one_caller() {
        let parse = |text: &str| text.parse::<IpAddr>().unwrap();
        assert_eq!(key(parse("2001:db8::1")), key(parse("2001:db8::ffff:1")));
        assert_ne!(key(parse("2001:db8::1")), key(parse("2001:db8:0:1::1")));
        assert_eq!(key(parse("::ffff:10.0.0.1")), A);
    }
}
