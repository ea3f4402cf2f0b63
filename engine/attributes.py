"""Facial attributes: the engine guesses none, and says nothing in their place, or what claims nothing."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from types import MappingProxyType
from typing import Any

_AGE_RANGE = {"Low": 0, "High": 120}

_TOSS = 50.0
"""The confidence, in percent, of who does not know whether yes or no."""

_UNKNOWN = {"Value": False, "Confidence": _TOSS}

_FEELINGS = ("HAPPY", "SAD", "ANGRY", "CONFUSED", "DISGUSTED", "SURPRISED", "CALM", "FEAR")
"""What programs look for in a list of emotions, beside the likeliest, which comes first."""

_NEUTRAL: Mapping[str, tuple[str, Any]] = MappingProxyType(
    {
        "BEARD": ("Beard", _UNKNOWN),
        "EMOTIONS": (
            "Emotions",
            [
                {"Type": "UNKNOWN", "Confidence": _TOSS},
                *({"Type": each, "Confidence": (100 - _TOSS) / len(_FEELINGS)} for each in _FEELINGS),
            ],
        ),
        "EYE_DIRECTION": ("EyeDirection", {"Yaw": 0.0, "Pitch": 0.0, "Confidence": 0.0}),
        "EYEGLASSES": ("Eyeglasses", _UNKNOWN),
        "EYES_OPEN": ("EyesOpen", _UNKNOWN),
        "FACE_OCCLUDED": ("FaceOccluded", _UNKNOWN),
        # The model knows two and no third: it is the same of everybody, and a coin would be right as often.
        "GENDER": ("Gender", {"Value": "Female", "Confidence": _TOSS}),
        "MOUTH_OPEN": ("MouthOpen", _UNKNOWN),
        "MUSTACHE": ("Mustache", _UNKNOWN),
        "SMILE": ("Smile", _UNKNOWN),
        "SUNGLASSES": ("Sunglasses", _UNKNOWN),
    }
)
"""By what a request calls them, the members of a FaceDetail and values that are the same for every face."""


def attributes(wanted: Collection[str], *, neutral: bool) -> dict[str, Any]:
    """The members that a FaceDetail gets for the `wanted` attributes beside the default ones.

    Emotion, gender, glasses and the like are left out, which their shapes allow, unless they are to be `neutral`, for
    programs that crash without them. Such programs read the age range, too: it is always there, and the widest.
    """
    everything = "ALL" in wanted
    age = {"AgeRange": dict(_AGE_RANGE)} if everything or "AGE_RANGE" in wanted else {}
    others = _NEUTRAL.items() if neutral else ()
    return age | {member: _copy(value) for name, (member, value) in others if everything or name in wanted}


def _copy(value: Any) -> Any:
    return [dict(item) for item in value] if isinstance(value, list) else dict(value)
