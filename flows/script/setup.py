"""What goes wrong before the activation, each a short tree: one thing to try, "did it help?", a person at its end.

It is entered by a visit, at the place of the trouble or at START, and comes back to where the person was.
"""

from flows.notation import Choose, End, Exit, Flow, Go
from flows.script.places import Level2, NoChip, NoSmartphone, Welcome
from flows.script.places import Setup as At
from flows.speech import Tone


def trying(at: At, onward: At = At.PERSON, **more: Exit) -> Choose:
    """One thing to try; it helped, or the next thing (in the end a person)."""
    return Choose(at, {"helped": At.SOLVED, **more, "not_helped": onward})


SETUP = Flow(
    "setup",
    At,
    (
        Choose(
            At.START,
            {
                "installing": At.INSTALLING,
                "app": At.APP,
                "qr": At.QR,
                "nfc": At.NFC,
                "portrait": At.PORTRAIT,
                "data": At.MISMATCH,
                "number": At.NUMBER_TAKEN,
                "other": At.SCREEN,
            },
        ),
        # the store and the phone
        Choose(
            At.INSTALLING,
            {
                "store": At.STORE,
                "not_found": At.NOT_FOUND,
                "account": At.STORE_ACCOUNT,
                "old": At.OLD_PHONE,
                "full": At.STORAGE,
                "no_net": At.INTERNET,
                "helped": At.SOLVED,
                "person": At.PERSON,
            },
        ),
        trying(At.STORE, At.STORE_NONE, account=At.STORE_ACCOUNT),
        Choose(At.STORE_NONE, {"other_phone": At.SOLVED, "no_phone": Go(NoSmartphone.START), "person": At.PERSON}),
        trying(At.STORE_ACCOUNT),
        trying(At.NOT_FOUND, At.REGION, wrong=At.WRONG_APP),
        trying(At.REGION, At.OLD_PHONE),
        Choose(
            At.WRONG_APP,
            {"understood": At.SOLVED, "installed": At.WRONG_INSTALLED, "person": At.PERSON},
            tone=Tone.STOP,
        ),
        Choose(At.WRONG_INSTALLED, {"done": At.SOLVED, "person": At.PERSON}, tone=Tone.STOP),
        trying(At.OLD_PHONE, At.OLD_OTHER),
        Choose(
            At.OLD_OTHER,
            {
                "other_phone": At.SOLVED,
                "no_phone": Go(NoSmartphone.START),
                "level2": Go(Level2.START),
                "person": At.PERSON,
            },
        ),
        trying(At.STORAGE),
        trying(At.INTERNET),
        # the app itself
        Choose(
            At.APP,
            {
                "maintenance": At.BUSY,
                "closes": At.UPDATE,
                "spinning": At.SPINNING,
                "unsafe": At.UNSAFE,
                "helped": At.SOLVED,
                "person": At.PERSON,
            },
        ),
        trying(At.BUSY),
        trying(At.UNSAFE),
        trying(At.UPDATE, At.SPINNING),
        trying(At.SPINNING, At.CACHE),
        trying(At.CACHE, At.REINSTALL),
        trying(At.REINSTALL),
        trying(At.SCREEN),
        trying(At.TYPING),
        # the card: QR
        trying(At.QR, At.QR_CLEAN, where=At.QR_SIDE, camera=At.QR_CAMERA),
        trying(At.QR_SIDE, At.QR_CLEAN, no_code=Go(NoChip.START)),
        trying(At.QR_CAMERA, At.QR_TYPE),
        trying(At.QR_CLEAN, At.QR_TYPE),
        trying(At.QR_TYPE, level1=At.QR_LEVEL1),
        Choose(At.QR_LEVEL1, {"nfc": At.NFC, "level2": Go(Level2.START), "person": At.PERSON}),
        # the card: NFC
        Choose(
            At.NFC,
            {
                "android": At.NFC_ON,
                "iphone": At.NFC_IPHONE,
                "lacks": At.NFC_NONE,
                "chip": At.NFC_CHIP,
                "helped": At.SOLVED,
            },
        ),
        trying(At.NFC_ON, At.NFC_CASE, lacks=At.NFC_NONE),
        trying(At.NFC_IPHONE, At.NFC_CASE, lacks=At.NFC_NONE),
        trying(At.NFC_CASE, At.NFC_SPOT),
        trying(At.NFC_SPOT, At.NFC_UPDATE),
        trying(At.NFC_UPDATE, At.NFC_QR),
        Choose(At.NFC_QR, {"try_qr": At.SOLVED, "qr_fails": At.QR, "chip": At.NFC_CHIP, "person": At.PERSON}),
        Choose(At.NFC_NONE, {"try_qr": At.SOLVED, "qr_fails": At.QR, "borrow": At.NFC_BORROW}),
        Choose(At.NFC_BORROW, {"understood": At.SOLVED, "level2": Go(Level2.START), "person": At.PERSON}),
        Choose(At.NFC_CHIP, {"understood": At.SOLVED, "person": At.PERSON}),
        # the face
        trying(At.PORTRAIT, At.PORTRAIT_FACE),
        trying(At.PORTRAIT_FACE, At.PORTRAIT_LEVEL2),
        Choose(At.PORTRAIT_LEVEL2, {"again": At.SOLVED, "level2": Go(Level2.START), "person": At.PERSON}),
        # what the population database has
        trying(At.MISMATCH, At.FIX_DATA),
        Choose(At.WRONG_DATA, {"helped": At.SOLVED, "data": At.FIX_DATA}),
        Choose(At.FIX_DATA, {"later": At.ANOTHER_DAY, "understood": At.SOLVED, "person": At.PERSON}),
        # the phone number
        Choose(
            At.NUMBER_TAKEN,
            {"helped": At.SOLVED, "family": At.OWN_NUMBER, "stranger": At.NUMBER_STRANGER},
        ),
        Choose(At.NUMBER_STRANGER, {"later": At.ANOTHER_DAY, "understood": At.SOLVED, "person": At.PERSON}),
        Choose(At.OWN_NUMBER, {"helped": At.SOLVED, "level2": Go(Level2.START), "person": At.PERSON}),
        # nobody mends their data on the spot: a rest, with the way on in view
        Choose(At.ANOTHER_DAY, {"mended": At.SOLVED, "elsewhere": Go(Welcome.WHERE)}, tone=Tone.WAIT),
        Choose(At.PERSON, {"go_on": At.SOLVED}),
        End(At.SOLVED),
    ),
)
