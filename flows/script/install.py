"""From an empty phone to the opened app: which phone, what it must have, the store, the right app, never a link."""

from flows.core.journey import Handset, Report, Stage
from flows.notation import Choose, Flow, Go, Visit
from flows.script.places import Activate, Approval, Level1, Level2, NoSmartphone, Register, Setup, Trouble, Welcome
from flows.script.places import Install as At
from flows.speech import Tone


def needs(at: At, store: At) -> Choose:
    """What the phone must have: a network, and a system the store still serves."""
    return Choose(at, {"next": store, "no_net": Visit(Setup.INTERNET, back=at), "old": Visit(Setup.OLD_PHONE, back=at)})


def from_store(store: At, search: At, maker: At, get: At) -> tuple[Choose, ...]:
    """Open the store, search, look who made it, get it: the same four on both kinds of phone."""
    return (
        Choose(store, {"done": search, "link": At.LINK, "stuck": Visit(Setup.STORE, back=store)}),
        Choose(search, {"found": maker, "not_found": Visit(Setup.NOT_FOUND, back=search)}),
        Choose(maker, {"same": get, "other": Visit(Setup.WRONG_APP, back=search)}),
        Choose(get, {"done": At.OPEN, "there": At.OPEN, "stuck": Visit(Setup.INSTALLING, back=get)}),
    )


INSTALL = Flow(
    "install",
    At,
    (
        Choose(
            At.START,
            {
                "android": At.ANDROID,
                "iphone": At.IPHONE,
                "other": At.OTHER,
                "have_app": At.HAVE_APP,
                "more": At.MORE,
            },
            moves={"android": Handset.ANDROID, "iphone": Handset.IPHONE},
        ),
        Choose(At.MORE, {"what": At.WHAT, "paper": At.PAPER, "link": At.LINK, "back": At.START}),
        Choose(At.WHAT, {"next": At.MAKER, "start": At.START}),
        Choose(At.MAKER, {"start": At.START}),
        Choose(At.PAPER, {"seven": At.PAPER_SEVEN, "eight": At.PAPER_EIGHT, "other": At.PAPER_OTHER, "back": At.START}),
        Choose(At.PAPER_SEVEN, {"start": At.START, "elsewhere": Go(Welcome.WHERE)}),
        Choose(At.PAPER_EIGHT, {"start": At.START, "elsewhere": Go(Welcome.WHERE)}),
        Choose(At.PAPER_OTHER, {"start": At.START, "elsewhere": Go(Welcome.WHERE)}),
        Choose(
            At.OTHER,
            {
                "unsure": At.WHICH_PHONE,
                "computer": At.COMPUTER,
                "buttons": Go(NoSmartphone.START),
                "back": At.START,
            },
            moves={"computer": Handset.COMPUTER, "buttons": Handset.NO_SMARTPHONE},
        ),
        Choose(
            At.WHICH_PHONE,
            {"android": At.ANDROID, "iphone": At.IPHONE, "neither": Visit(Setup.STORE, back=At.WHICH_PHONE)},
            moves={"android": Handset.ANDROID, "iphone": Handset.IPHONE},
        ),
        Choose(
            At.COMPUTER,
            {
                "activate": Go(Activate.WEB),
                "waiting": Go(Approval.START),
                "nothing": Go(NoSmartphone.POLICE),
                "phone": At.START,
            },
            moves={"activate": Report.APPROVED},
        ),
        Choose(At.HAVE_APP, {"store": At.OPEN, "link": At.LINK, "unsure": At.WHICH_PHONE}),
        Choose(At.LINK, {"not_installed": At.START, "installed": At.LINK_DONE}, tone=Tone.STOP),
        Choose(At.LINK_DONE, {"done": At.START, "person": Visit(Trouble.PERSON, back=At.LINK_DONE)}, tone=Tone.STOP),
        needs(At.ANDROID, At.STORE_ANDROID),
        *from_store(At.STORE_ANDROID, At.SEARCH_ANDROID, At.MAKER_ANDROID, At.GET_ANDROID),
        needs(At.IPHONE, At.STORE_IPHONE),
        *from_store(At.STORE_IPHONE, At.SEARCH_IPHONE, At.MAKER_IPHONE, At.GET_IPHONE),
        Choose(
            At.OPEN,
            {"done": At.ACCOUNT, "stuck": Visit(Setup.APP, back=At.OPEN)},
            moves={"done": Report.INSTALLED},
        ),
        Choose(
            At.ACCOUNT,
            {
                "register": Go(Register.START),
                "notice": Go(Approval.SENDER),
                "police": Go(Approval.START),
                "has_account": Go(Level1.START),
                "unsure": At.WAYS,
            },
            moves={"police": Report.TAKEN_LEVEL2, "has_account": Report.REGISTERED},
        ),
        Choose(At.WAYS, {"level1": Go(Register.START), "level2": Go(Level2.START), "back": At.ACCOUNT}),
    ),
    stage=Stage.INSTALL,
)
