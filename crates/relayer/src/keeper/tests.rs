use super::*;

const ACCOUNT: Role = Role::Signer(alloy::primitives::Address::ZERO);

fn lease(chain_id: u64, role: Role, holder: &str) -> Lease {
    let (expires_in, is_ours) = (Duration::from_secs(1), holder == "me");
    Lease { chain_id, role, holder: holder.to_owned(), epoch: 1, expires_in, is_ours }
}

fn of(leases: &[Lease], mine: &[u64]) -> View {
    view(leases, "me", &[1, 2, 3].into(), &mine.iter().copied().collect())
}

#[test]
fn what_nobody_has_is_free() {
    let expired = Lease { expires_in: Duration::ZERO, ..lease(1, Role::Index, "gone") };
    let view = of(&[expired, lease(2, ACCOUNT, "other"), lease(7, Role::Index, "other")], &[]);
    assert_eq!(view.step.take, [1, 3], "of one of which all leases have expired");
    assert_eq!(view.others, [(2, "other".to_owned())].into());
    assert!(!view.is_present);
    // What it has and does not work under: another tenure of its own.
    assert_eq!(of(&[lease(1, Role::Index, "me")], &[]).step.take, [1, 2, 3]);
}

#[test]
fn those_who_are_there_count_before_they_have_a_chain() {
    let leases = [
        lease(Role::MEMBERS, Role::Member(0), "me"),
        lease(Role::MEMBERS, Role::Member(2), "other"),
        lease(1, Role::Index, "me"),
        lease(1, ACCOUNT, "me"),
    ];
    let view = of(&leases, &[1]);
    assert!(view.is_present && view.step.give.is_none());
    assert_eq!((view.step.take.as_slice(), view.place), ([3].as_slice(), 1));
    let all = of(&leases, &[1, 2, 3]);
    assert_eq!(all.step, Step { take: Vec::new(), give: Some(3) });
    // Its place has expired: the others do not count it, and it does itself.
    let without = of(&leases[1..], &[]);
    assert!(!without.is_present && without.place == 0);
    assert_eq!(without.step.take, [1, 3]);
}

#[test]
fn two_of_one_name_are_two() {
    let mut twin = lease(Role::MEMBERS, Role::Member(1), "me");
    twin.is_ours = false;
    let view = of(&[twin.clone()], &[1, 2, 3]);
    assert_eq!(view.step.give, Some(3));
    twin = Lease { chain_id: 2, role: Role::Index, ..twin };
    assert_eq!(of(&[twin], &[1]).others, [(2, "me".to_owned())].into());
}
