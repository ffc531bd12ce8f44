"""The person, how they sign in and are called, and who looked at the record."""

from homeplan.privacy.sections.section import INTERNAL, KEY, STAFF, Section

SECTIONS = (
    Section(
        "profile",
        "patients",
        "id given_name family_name language time_zone birth_year record_number problem goal created_at",
        "id",
        of="t.id = :patient_id",
        left_out={
            "import_id": INTERNAL,
            "archived_at": "the clinic's own order: it changes nothing for the patient",
            "merged_into": INTERNAL,
            "search_key": "the names once more, in lower case",
            "left_at": "none: a patient who left has no sign-in to export with",
        },
    ),
    Section(
        "invitations",
        "invitations",
        "created_at expires_at used_at voided_at",
        "created_at",
        left_out={
            "id": INTERNAL,
            "token_hash": KEY,
            "code_lookup": KEY,
            "code_hash": KEY,
            "code_expires_at": INTERNAL,
            "code_tries": INTERNAL,
            "sign_in_id": INTERNAL,
            "from_sign_in_id": INTERNAL,
        },
    ),
    Section(
        "helpers",
        "helpers",
        "id name created_at expires_at joined_at ended_at ended_by history_at messages_at",
        "created_at id",
        left_out={"token_hash": KEY, "sign_in_id": INTERNAL},
    ),
    Section(
        "signIns",
        "sign_ins",
        "id label created_at last_seen_at expires_at revoked_at helper_id",
        "created_at id",
        left_out={
            "token_hash": KEY,
            "staff_id": "none: the sign-in is a patient's",
            "device_hash": KEY,
            "idle_expires_at": INTERNAL,
            "reauth_at": INTERNAL,
            "stage": "none: a patient's sign-in has one step",
            "code_tries": "none: a patient enters no code to sign in",
        },
    ),
    Section(
        "telephoneNumbers",
        "phone_numbers",
        "whose number name changed_at",
        "whose",
        left_out={"changed_by": STAFF, "kept_until": "none: a patient who left has no sign-in to export with"},
    ),
    Section(
        "auditEvents",
        "audit_events",
        "at role action object_id",
        "seq",
        left_out={
            "seq": INTERNAL,
            "actor_id": STAFF,
            "sign_in_id": STAFF,
            "ip": STAFF,
            "request_id": INTERNAL,
        },
    ),
)
