"""Without a valid chip card: the card is made at the police, and level 2 with it."""

from flows.core.journey import Report
from flows.notation import Choose, Flow, Go
from flows.script.places import Abroad, Approval, Level2, Welcome
from flows.script.places import NoChip as At

NO_CHIP = Flow(
    "no_chip",
    At,
    (
        Choose(
            At.START,
            {
                "old_id": At.OLD_ID,
                "barcode": At.BARCODE,
                "expired": At.EXPIRED,
                "lost": At.LOST,
                "never": At.WITH_CARD,
                "has_qr": Go(Welcome.BEFORE),
            },
        ),
        Choose(At.OLD_ID, {"next": At.WITH_CARD}),
        Choose(At.BARCODE, {"next": At.WITH_CARD}),
        Choose(At.EXPIRED, {"next": At.WITH_CARD}),
        Choose(At.LOST, {"next": At.WITH_CARD}),
        Choose(
            At.WITH_CARD,
            {"next": At.TIME, "been": Go(Approval.START), "abroad": Go(Abroad.AT_HOME)},
            moves={"been": Report.TAKEN_LEVEL2},
        ),
        Choose(At.TIME, {"next": Go(Level2.PAPERS), "where": Go(Level2.PLACE)}),
    ),
)
