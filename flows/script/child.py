"""Children and people under guardianship: the rule of the documents beside the rule of 2024, by age."""

from flows.core.journey import Card
from flows.notation import Choose, Flow, Go, Visit
from flows.script.places import Approval, NoChip, Trouble, Welcome
from flows.script.places import Child as At

CHILD = Flow(
    "child",
    At,
    (
        Choose(At.START, {"under_six": At.BABY, "six": At.SIX, "fourteen": At.FOURTEEN, "ward": At.WARD}),
        Choose(At.BABY, {"next": At.OLD_RULE}),
        Choose(At.SIX, {"card": At.OLD_RULE, "no_card": At.CARD_FIRST}),
        Choose(At.CARD_FIRST, {"next": At.OLD_RULE}),
        Choose(At.OLD_RULE, {"next": At.CONSENT}),
        Choose(At.CONSENT, {"ready": At.IN_APP, "not_ready": Go(Welcome.CARD)}),
        Choose(At.IN_APP, {"next": At.PACK}),
        Choose(
            At.PACK,
            {
                "filed": Go(Approval.START),
                "person": Visit(Trouble.PERSON, back=At.PACK),
                "elsewhere": Go(Welcome.WHERE),
            },
        ),
        Choose(
            At.FOURTEEN,
            {"card": Go(Welcome.CARD), "no_card": Go(NoChip.WITH_CARD)},
            moves={"no_card": Card.NO_CHIP},
        ),
        Choose(At.WARD, {"ready": At.PACK, "not_ready": Go(Welcome.CARD)}),
    ),
)
