"""After the activation: log in once, and four short rules that keep the account one's own; then what it opens."""

from flows.core.journey import Report, Stage
from flows.notation import Choose, End, Flow, Go, Visit
from flows.script.places import After as At
from flows.script.places import Safety, Trouble, Use

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
        Choose(At.FINISH, {"use": Go(Use.START), "safety": Go(Safety.START), "done": At.DONE}),
        End(At.DONE),
    ),
    stage=Stage.LOG_IN,
)
