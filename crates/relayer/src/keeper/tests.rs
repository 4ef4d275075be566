use super::*;

const ACCOUNT: Role = Role::Signer(alloy::primitives::Address::ZERO);

fn lease(chain_id: u64, role: Role, holder: &str) -> Lease {
    let (expires_in, is_ours) = (Duration::from_secs(1), holder == "me");
    Lease { chain_id, role, holder: holder.to_owned(), epoch: 1, expires_in, is_given_back: false, is_ours }
}

fn of(leases: &[Lease], mine: &[u64]) -> View {
    seen_by(leases, mine, false)
}

fn seen_by(leases: &[Lease], mine: &[u64], is_new: bool) -> View {
    let (knows, mine) = ([1, 2, 3].into(), mine.iter().copied().collect());
    view(leases, &Me { name: "me", knows: &knows, out: &BTreeSet::new(), mine: &mine, is_new })
}

#[test]
fn what_nobody_has_is_free() {
    let expired = Lease { expires_in: Duration::ZERO, ..lease(1, Role::Index, "gone") };
    let view = of(&[expired, lease(2, ACCOUNT, "other"), lease(7, Role::Index, "other")], &[]);
    assert_eq!(view.step.take, [1, 3], "of one of which all leases have expired");
    assert_eq!(view.others, [(2, "other".to_owned())].into());
    assert_eq!(view.unseen, [1, 2, 3].map(|chain| (chain, Role::Member(0))).into());
    // What it has and does not work under: another tenure of its own.
    assert_eq!(of(&[lease(1, Role::Index, "me")], &[]).step.take, [1, 2, 3]);
}

#[test]
fn those_who_are_there_count_before_they_have_a_chain() {
    let mut leases = vec![lease(1, Role::Index, "me"), lease(1, ACCOUNT, "me")];
    for chain in [1, 2, 3] {
        leases.push(lease(chain, Role::Member(0), "me"));
        leases.push(lease(chain, Role::Member(2), "other"));
    }
    let view = of(&leases, &[1]);
    assert!(view.unseen.is_empty() && view.step.give.is_none());
    assert_eq!(view.step.take, [3]);
    assert_eq!(of(&leases, &[1, 2, 3]).step, Step { take: Vec::new(), give: Some(3) });
    // Its place at one chain has expired: the others do not count it there, and it does itself.
    let without = of(&leases.split_off(2)[1..], &[]);
    assert_eq!((without.unseen, without.step.take), ([(1, Role::Member(0))].into(), vec![1, 3]));
}

/// A chain was added to this one's configuration, or to another one's.
#[test]
fn others_may_know_other_chains() {
    let other = [1, 2].map(|chain| lease(chain, Role::Member(0), "other"));
    let view = of(&other, &[1, 2, 3]);
    let places = [(1, Role::Member(1)), (2, Role::Member(1)), (3, Role::Member(0))];
    assert_eq!((view.unseen, view.step), (places.into(), Step::default()));
    assert_eq!(of(&other, &[1, 2]).step.take, [3], "nobody else can have it");
    let more = [1, 2, 3, 7].map(|chain| lease(chain, Role::Member(0), "other"));
    assert_eq!(of(&more, &[2, 3]).step, Step::default(), "the other one begins with what is free");
    let more = [more.as_slice(), &[1, 7].map(|chain| lease(chain, Role::Index, "other"))].concat();
    assert_eq!(of(&more, &[2, 3]).step.give, Some(3), "it knows more");
}

/// Who cannot reach a chain's node says so, and is not counted there.
#[test]
fn who_cannot_work_for_a_chain_is_there_all_the_same() {
    let leases = [
        lease(3, Role::Member(0), "me"),
        lease(1, Role::Away(0), "other"),
        lease(2, Role::Member(0), "other"),
        lease(3, Role::Member(1), "other"),
    ];
    let (knows, out) = ([1, 2, 3].into(), [3].into());
    let me = Me { name: "me", knows: &knows, out: &out, mine: &[1, 2].into(), is_new: false };
    let view = view(&leases, &me);
    assert_eq!(view.rivals, [2].into());
    assert_eq!(view.unseen, [(1, Role::Member(1)), (2, Role::Member(1)), (3, Role::Away(2))].into());
    assert_eq!((view.step, view.free), (Step::default(), BTreeSet::new()), "the other one takes 3");
    assert_eq!(view.deserted, [1].into());
    assert_eq!(view.nobodys, [3].into(), "until it has");
}

#[test]
fn two_of_one_name_are_two() {
    let mut twins = [1, 2, 3].map(|chain| lease(chain, Role::Member(1), "me"));
    for twin in &mut twins {
        twin.is_ours = false;
    }
    assert_eq!(of(&twins, &[1, 2, 3]).step.give, Some(3));
    let twin = Lease { role: Role::Index, ..twins[1].clone() };
    assert_eq!(of(&[twin], &[1]).others, [(2, "me".to_owned())].into());
}

/// One that ends and is started again and again would leave its chains to nobody each time.
#[test]
fn who_is_new_waits_unless_it_is_alone() {
    let other = [lease(1, Role::Member(0), "other"), lease(1, Role::Index, "other")];
    let new = seen_by(&other, &[], true);
    assert_eq!((&new.step, new.unseen.len(), new.free.len()), (&Step::default(), 0, 0));
    assert_eq!(new.others.len(), 1, "it stands by");
    assert_eq!(of(&other, &[]).step.take, [2, 3]);
    let gone = other.map(|lease| Lease { expires_in: Duration::ZERO, ..lease });
    let alone = seen_by(&gone, &[], true);
    assert_eq!((alone.step.take.as_slice(), alone.unseen.len()), ([1, 2, 3].as_slice(), 3));
    // Others that came later do not drive it away.
    let later = [lease(1, Role::Member(0), "me"), lease(1, Role::Member(1), "other")];
    assert_eq!(seen_by(&later, &[], true).unseen.len(), 2);
    assert_eq!(seen_by(&later, &[], true).rivals, [1].into());
}

#[test]
fn what_is_given_back_is_not_deserted() {
    let expired = Lease { expires_in: Duration::ZERO, ..lease(1, Role::Index, "other") };
    let given_back = Lease { chain_id: 2, is_given_back: true, ..expired.clone() };
    let view = of(&[expired, given_back, lease(3, Role::Index, "other")], &[]);
    assert_eq!((view.deserted, view.free), ([1].into(), [1, 2].into()));
}
