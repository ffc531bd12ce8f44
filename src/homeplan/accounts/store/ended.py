"""Statements that look through a table in pages, for what ended before an instant, and that delete a row which did.

The tables are those of sign-ins, invitations, helpers with their links, and covers (privacy/ended.py).
"""

_LINK = "(used_at < :before OR voided_at < :before OR expires_at < :before)"

# The first sign-in of a patient stays: it says since when they have joined.
_ENDED = {
    "sign_ins": """
  (revoked_at < :before OR idle_expires_at < :before OR expires_at < :before) AND (patient_id IS NULL OR EXISTS (
    SELECT 1 FROM sign_ins e WHERE e.clinic_id = sign_ins.clinic_id AND e.patient_id = sign_ins.patient_id
      AND (e.created_at < sign_ins.created_at OR (e.created_at = sign_ins.created_at AND e.id < sign_ins.id))))""",
    "invitations": _LINK,
    "staff_invitations": _LINK,
    "helpers": "(ended_at < :before OR (joined_at IS NULL AND expires_at < :before))",
    "care_covers": "until_at < :before",
}

SELECT_ENDED = {
    table: f"""
SELECT clinic_id, id, CASE WHEN {ended} THEN 1 ELSE 0 END AS ended FROM {table}
WHERE (clinic_id, id) > (:clinic_id, :id) ORDER BY clinic_id, id LIMIT :most"""  # noqa: S608 - constants
    for table, ended in _ENDED.items()
}

DELETE_ENDED = {
    table: f"DELETE FROM {table} WHERE clinic_id = :clinic_id AND id = :id AND {ended}"  # noqa: S608 - constants
    for table, ended in _ENDED.items()
}
