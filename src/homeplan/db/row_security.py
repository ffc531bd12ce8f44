"""Row-level security on PostgreSQL: a request's transaction reaches rows of one clinic only, once the clinic is known.

A request begins as the user of HOMEPLAN_DATABASE_URL. The statement that finds out who sends it also gives the
transaction the role `homeplan_app` and the clinic (`Tx.enter`), so that this costs no round trip. Workers and commands
keep the user's own role and see all clinics. A forgotten `clinic_id = :clinic_id` then finds no row instead of another
clinic's, and a row of another clinic cannot be written.
"""

from homeplan.db.base import CannotOpen, Database, Tx, Violated

ENTER = """
SELECT entered.*, set_config('homeplan.clinic', entered.clinic_id, true), set_config('role', 'homeplan_app', true)
FROM ({}) AS entered"""
"""The statement around a SELECT that finds the clinic. The two settings end with the transaction."""

_OF_THIS_ROLE = "current_user <> 'homeplan_app' OR clinic_id = current_setting('homeplan.clinic', true)"

SELECT_UNCONFINED = """
SELECT c.relname FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid AND a.attname = 'clinic_id'
WHERE c.relnamespace = current_schema()::regnamespace AND c.relkind = 'r' AND NOT a.attisdropped
  AND NOT (c.relrowsecurity AND c.relforcerowsecurity
           AND EXISTS (SELECT 1 FROM pg_policy p WHERE p.polrelid = c.oid AND p.polname = 'one_clinic'))
ORDER BY c.relname"""

CONFINE = (
    "DROP POLICY IF EXISTS one_clinic ON {}",
    f"CREATE POLICY one_clinic ON {{}} USING ({_OF_THIS_ROLE}) WITH CHECK ({_OF_THIS_ROLE})",
    "ALTER TABLE {} ENABLE ROW LEVEL SECURITY",
    "ALTER TABLE {} FORCE ROW LEVEL SECURITY",
)
"""The owner of the tables is bound too, and passes by the policy; only a superuser is not asked."""

TAKE_ROLE = """
DO $$
BEGIN
  BEGIN
    CREATE ROLE homeplan_app NOLOGIN;
  EXCEPTION WHEN duplicate_object OR unique_violation OR insufficient_privilege THEN
    NULL;
  END;
  BEGIN
    GRANT homeplan_app TO CURRENT_USER;
  EXCEPTION WHEN undefined_object OR insufficient_privilege THEN
    NULL;
  END;
  BEGIN
    PERFORM set_config('role', 'homeplan_app', true);
    PERFORM set_config('role', 'none', true);
  EXCEPTION WHEN undefined_object OR invalid_parameter_value OR insufficient_privilege THEN
    RAISE EXCEPTION 'The user % may neither make the role homeplan_app nor take it on. Let the server''s administrator '
      'run: CREATE ROLE homeplan_app NOLOGIN; GRANT homeplan_app TO %;', session_user, session_user
      USING ERRCODE = 'integrity_constraint_violation';
  END;
END $$"""
"""The role belongs to the whole server: another database of it, or its administrator, may have made it."""

SELECT_SCHEMA = "SELECT quote_ident(current_schema()) AS name"

GRANTS = (
    "GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA {} TO homeplan_app",
    "GRANT USAGE ON SCHEMA {} TO homeplan_app",
    "REVOKE ALL ON schema_migration FROM homeplan_app",
)


async def confine(db: Database) -> None:
    """Bind every table that names a clinic, after the migrations; what is bound already stays. SQLite has no roles.

    Raises CannotOpen when the database's user may neither make the role nor take it on.
    """
    if db.engine == "postgresql":
        await db.write(_confine)


async def _confine(tx: Tx) -> None:
    await tx.lock("schema")
    try:
        await tx.execute(TAKE_ROLE)
    except Violated as refused:
        raise CannotOpen(str(refused)) from refused
    unconfined = [row["relname"] for row in await tx.fetch(SELECT_UNCONFINED)]
    for table in unconfined:
        for statement in CONFINE:
            await tx.execute(statement.format(table))
    [schema] = await tx.fetch(SELECT_SCHEMA)
    for statement in GRANTS:
        await tx.execute(statement.format(schema["name"]))
