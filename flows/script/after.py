"""After the activation: log in once, and four short rules that keep the account one's own."""

from flows.core.journey import Report, Stage
from flows.notation import Choose, End, Flow, Visit
from flows.script.places import After as At
from flows.script.places import Trouble

AFTER = Flow(
    "after",
    At,
    (
        Choose(At.START, {"log_in": At.LOG_IN, "logged_in": At.SAFE_SECRETS}, moves={"logged_in": Report.LOGGED_IN}),
        Choose(
            At.LOG_IN,
            {
                "done": At.SAFE_SECRETS,
                "forgot": Visit(Trouble.FORGOT_PASSWORD, back=At.LOG_IN),
                "stuck": Visit(Trouble.APP, back=At.LOG_IN),
            },
            moves={"done": Report.LOGGED_IN},
        ),
        Choose(At.SAFE_SECRETS, {"next": At.SAFE_CODE}),
        Choose(At.SAFE_CODE, {"next": At.SAFE_LENDING}),
        Choose(At.SAFE_LENDING, {"next": At.FINISH}, moves={"next": Report.FINISHED}),
        End(At.FINISH),
    ),
    stage=Stage.LOG_IN,
)
