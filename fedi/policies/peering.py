"""Peering: whom a school lets in, whom it holds at the door, and to whom it sends."""

from __future__ import annotations

from fedi.models.peers import Admission, Peering, Standing

_OF_STRANGERS = {
    Peering.OPEN: Admission.ADMIT,
    Peering.QUARANTINE: Admission.HOLD,
    Peering.ALLOWLIST: Admission.REFUSE,
}


def admission(mode: Peering, *standings: Standing) -> Admission:
    """What becomes of an activity that these hosts (of its key, of its actor) stand behind: the worst standing
    decides.
    """
    if Standing.BLOCKED in standings:
        return Admission.REFUSE
    return _OF_STRANGERS[mode] if Standing.UNKNOWN in standings else Admission.ADMIT


def may_send(mode: Peering, standing: Standing) -> bool:
    """Whether anything of ours goes to a host. In quarantine a teacher may address a stranger, so that she can be
    answered.
    """
    return standing is Standing.TRUSTED or (standing is Standing.UNKNOWN and mode is not Peering.ALLOWLIST)
