"""For agencies and schools: what five letters of 2022-2023 asked of them, as a menu; all their dates have passed."""

from flows.notation import Choose, Flow, Go, Visit
from flows.script.places import Agency as At
from flows.script.places import Child, Trouble, Welcome


def reading(at: At, onward: At, menu: At) -> Choose:
    """One thing told; the next one, or back to the menu it belongs to."""
    return Choose(at, {"next": onward, "menu": menu})


AGENCY = Flow(
    "agency",
    At,
    (
        Choose(
            At.START,
            {
                "school": At.SCHOOL,
                "office": At.OFFICE,
                "documents": At.DOCUMENTS,
                "ask": At.ASK,
                "elsewhere": Go(Welcome.WHERE),
            },
        ),
        # An agency, a firm, a village or a neighbourhood.
        Choose(
            At.OFFICE,
            {
                "whom": At.WHOM,
                "what": At.WHAT,
                "how": At.HOW,
                "staff_list": At.STAFF_LIST,
                "must": At.MUST,
                "start": At.START,
            },
        ),
        reading(At.WHOM, At.WHOM_HELPERS, At.OFFICE),
        reading(At.WHOM_HELPERS, At.WHOM_INTAKE, At.OFFICE),
        reading(At.WHOM_INTAKE, At.WHOM_FAMILY, At.OFFICE),
        reading(At.WHOM_FAMILY, At.WHAT, At.OFFICE),
        reading(At.WHAT, At.WHAT_PURPOSE, At.OFFICE),
        reading(At.WHAT_PURPOSE, At.WHAT_SAFE, At.OFFICE),
        reading(At.WHAT_SAFE, At.HOW, At.OFFICE),
        reading(At.HOW, At.HOW_PRINT, At.OFFICE),
        reading(At.HOW_PRINT, At.HOW_DIRECT, At.OFFICE),
        reading(At.HOW_DIRECT, At.HOW_MEDIA, At.OFFICE),
        reading(At.HOW_MEDIA, At.HOW_RADIO, At.OFFICE),
        Choose(At.HOW_RADIO, {"menu": At.OFFICE, "documents": At.DOCUMENTS}),
        reading(At.STAFF_LIST, At.STAFF_SAFE, At.OFFICE),
        Choose(At.STAFF_SAFE, {"ask": At.ASK, "menu": At.OFFICE}),
        reading(At.MUST, At.MUST_PENALTY, At.START),
        Choose(At.MUST_PENALTY, {"start": At.START, "ask": At.ASK}),
        # A school.
        Choose(
            At.SCHOOL,
            {
                "teacher": At.TEACHER,
                "meeting": At.MEETING,
                "group": At.GROUP,
                "material": At.MATERIAL,
                "must": At.MUST,
                "start": At.START,
            },
        ),
        Choose(At.TEACHER, {"next": At.EXAM, "young": Go(Child.START), "menu": At.SCHOOL}),
        reading(At.EXAM, At.MEETING, At.SCHOOL),
        reading(At.MEETING, At.GROUP, At.SCHOOL),
        reading(At.GROUP, At.GROUP_SAMPLE, At.SCHOOL),
        reading(At.GROUP_SAMPLE, At.MATERIAL, At.SCHOOL),
        Choose(At.MATERIAL, {"ask": At.ASK, "menu": At.SCHOOL}),
        # The letters themselves.
        Choose(
            At.DOCUMENTS,
            {
                "ward": At.WARD,
                "nhu_xuan": At.NHU_XUAN,
                "long_an": At.LONG_AN,
                "gia_lam": At.GIA_LAM,
                "ha_dong": At.HA_DONG,
                "start": At.START,
            },
        ),
        reading(At.WARD, At.WARD_PLAN, At.DOCUMENTS),
        Choose(At.WARD_PLAN, {"must": At.MUST, "staff_list": At.STAFF_LIST, "menu": At.DOCUMENTS}),
        reading(At.NHU_XUAN, At.NHU_XUAN_TO, At.DOCUMENTS),
        reading(At.NHU_XUAN_TO, At.NHU_XUAN_DO, At.DOCUMENTS),
        Choose(At.NHU_XUAN_DO, {"whom": At.WHOM, "how": At.HOW, "menu": At.DOCUMENTS}),
        Choose(At.LONG_AN, {"menu": At.DOCUMENTS, "office": At.OFFICE}),
        reading(At.GIA_LAM, At.GIA_LAM_PLAN, At.DOCUMENTS),
        reading(At.GIA_LAM_PLAN, At.GIA_LAM_NUMBERS, At.DOCUMENTS),
        Choose(At.GIA_LAM_NUMBERS, {"school": At.SCHOOL, "menu": At.DOCUMENTS}),
        Choose(At.HA_DONG, {"radio": At.HOW_RADIO, "menu": At.DOCUMENTS}),
        # Difficulties.
        Choose(At.ASK, {"next": At.ASK_DISTRICT, "person": Visit(Trouble.PERSON, back=At.ASK), "start": At.START}),
        Choose(At.ASK_DISTRICT, {"person": Visit(Trouble.PERSON, back=At.ASK), "start": At.START}),
    ),
)
