"""Citizens abroad: the code needs the registered SIM, level 2 needs the person; of embassies nobody says anything."""

from flows.notation import Choose, Flow, Go, Visit
from flows.script.places import Abroad as At
from flows.script.places import Activate, Approval, Install, Level2, Trouble, Welcome

ABROAD = Flow(
    "abroad",
    At,
    (
        Choose(At.START, {"activate": At.CODE, "level1": At.LEVEL1, "level2": At.AT_HOME}),
        Choose(At.CODE, {"have_sim": At.SIM, "no_sim": At.NO_SIM}),
        Choose(At.SIM, {"start": Go(Activate.READY), "later": Go(Approval.WAIT)}),
        Choose(At.NO_SIM, {"change": Visit(Trouble.OLD_NUMBER, back=At.NO_SIM), "at_home": At.AT_HOME}),
        Choose(At.LEVEL1, {"have_sim": Go(Install.START), "no_sim": At.AT_HOME}),
        Choose(
            At.AT_HOME,
            {
                "bring": Go(Level2.CARD),
                "person": Visit(Trouble.PERSON, back=At.AT_HOME),
                "elsewhere": Go(Welcome.WHERE),
            },
        ),
    ),
)
