//! The base of a comparison: another revision, judged as often as its causes need.

use std::sync::Arc;

use super::Workspace;
use crate::check::{Base, Failure, Input, Judgement, Loaded, judge, load_with};
use crate::triage::BaseName;

/// True if two workspaces are judged by other rules: packs, schemas or configuration differ.
#[must_use]
pub fn asks_otherwise(one: &Workspace, other: &Workspace) -> bool {
    let has_same_packs =
        (one.packs.iter().map(|pack| &pack.files)).eq(other.packs.iter().map(|pack| &pack.files));
    one.configuration != other.configuration || one.schemas != other.schemas || !has_same_packs
}

/// Judges the base that a head is compared with.
///
/// `head` is how the head is judged, and `profile` the profile that holds there; `base` is the base
/// revision with its own policies, and `across` the records of the head with the policies of the
/// base, if they differ from those of the head.
///
/// # Errors
///
/// If policies of the base are wrong, or a rule cannot be evaluated.
pub fn judge_base(
    head: &Input<'_>,
    (workspace, profile): (&Workspace, &str),
    base: &Workspace,
    across: Option<&Workspace>,
    name: BaseName,
) -> Result<Base, Failure> {
    let input = like(head, base);
    let loaded = Arc::new(load_with(&input, &base.kinds)?);
    let before = judge(&input, &loaded)?;
    let on_its_day = if name.day == head.as_of {
        None
    } else {
        let input = Input {
            as_of: name.day,
            ..like(head, base)
        };
        Some(judge(&input, &loaded)?)
    };
    let own = &loaded.policies.profile;
    // A profile that the records choose is a policy all the same.
    let across = across.or((own != profile).then_some(workspace));
    let old_policies = across.map(|across| judge_across(head, across, &loaded));
    Ok(Base {
        name,
        before,
        old_policies: old_policies.transpose()?,
        on_its_day,
    })
}

fn judge_across(head: &Input<'_>, across: &Workspace, base: &Loaded) -> Result<Judgement, Failure> {
    let input = Input {
        profile: Some(&base.policies.profile)
            .filter(|profile| !profile.is_empty())
            .map(String::as_str),
        ..like(head, across)
    };
    judge(&input, &Arc::new(load_with(&input, &across.kinds)?))
}

/// Another workspace, judged with the wishes of the head.
fn like<'a>(head: &Input<'a>, workspace: &'a Workspace) -> Input<'a> {
    Input {
        from: head.from,
        profile: head.profile,
        select: head.select,
        ignore: head.ignore,
        may_lack_rules: true,
        without_waivers: head.without_waivers,
        ..workspace.input(head.as_of)
    }
}
