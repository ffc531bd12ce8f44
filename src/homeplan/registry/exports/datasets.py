"""The datasets of an export: their statements, and each column with its meaning in both languages."""

from typing import Literal, NamedTuple

from homeplan.values import Text

Kind = Literal["text", "whole number", "instant", "day", "JSON"]


class Column(NamedTuple):
    """One column: its name in the file, its kind, and its meaning."""

    name: str
    kind: Kind
    meaning: Text
    json_key: str = ""
    """The key of the value within the JSON of the column `document`."""


class Dataset(NamedTuple):
    """One file: a table of the clinic, with the patient in the first column."""

    source: str
    order: str
    columns: tuple[Column, ...]
    where: str = ""

    def statement(self) -> str:
        named = ["patient_id", *dict.fromkeys("document" if each.json_key else each.name for each in self.columns)]
        columns = ", ".join("t.id AS patient_id" if self.source.startswith("patients") and name == "patient_id"
                            else f"v.{name}" if name == "document" else f"t.{name}" for name in named)  # fmt: skip
        key = "id" if self.source.startswith("patients") else "patient_id"
        return (
            f"SELECT {columns} FROM {self.source} WHERE t.clinic_id = :clinic_id "  # noqa: S608 - constants
            f"AND t.{key} IN (:patient_ids) {self.where} ORDER BY t.{key}, {self.order}"
        )


def _text(en: str, es: str) -> Text:
    return Text(en=en, es=es)


_PAIN = "0 (none) to 10 (worst imaginable)", "de 0 (nada) a 10 (el peor imaginable)"
_ZONE = Column("time_zone", "text", _text("IANA zone of the patient then", "Zona IANA del paciente entonces"))
_DAY = Column("day", "day", _text("The patient's local day", "Día local del paciente"))
_ID = Column("id", "text", _text("Id of the row", "Id de la fila"))


def _score(name: str, en: str, es: str) -> Column:
    return Column(name, "whole number", _text(f"{en}, {_PAIN[0]}", f"{es}, {_PAIN[1]}"))


DATASETS: dict[str, Dataset] = {
    "patients": Dataset(
        "patients t",
        "t.id",
        (
            Column("given_name", "text", _text("First name", "Nombre")),
            Column("family_name", "text", _text("Last name", "Apellidos")),
            Column("birth_year", "whole number", _text("Year of birth", "Año de nacimiento")),
            Column("record_number", "text", _text("Number in the clinic's records", "Número de expediente")),
            Column("language", "text", _text("Language: en or es", "Idioma: en o es")),
            Column("time_zone", "text", _text("IANA zone of their home", "Zona IANA de su casa")),
            Column("created_at", "instant", _text("Registered at", "Momento de registro")),
            Column("archived_at", "instant", _text("Archived at", "Momento de archivo")),
            Column("left_at", "instant", _text("Left at; names are a code then", "Se fue; el nombre es un código")),
        ),
    ),
    "check-ins": Dataset(
        "checkins t",
        "t.day",
        (
            _DAY,
            _score("pain_now", "Pain now", "Dolor ahora"),
            _score("pain_worst_24h", "Worst pain in 24 hours", "Peor dolor en 24 horas"),
            _score("pain_average_24h", "Average pain in 24 hours", "Dolor medio en 24 horas"),
            _score("soreness", "Soreness of the needled muscle", "Molestia del músculo punzado"),
            _score("interference", "Interference with daily life", "Interferencia con la vida diaria"),
            _score("sleep", "Disturbed sleep", "Sueño alterado"),
            Column("regions", "JSON", _text("Where it hurts, with sides", "Dónde duele, con lados")),
            Column("safety_yes", "JSON", _text("Warning signs that were named", "Señales de alarma nombradas")),
            Column("note", "text", _text("The patient's words", "Palabras del paciente")),
            Column("answered_at", "instant", _text("Given at, as the phone says", "Momento según el teléfono")),
            Column("received_at", "instant", _text("Received by the server at", "Momento de llegada al servidor")),
            _ZONE,
        ),
    ),
    "needling-sessions": Dataset(
        "needling_sessions t JOIN needling_session_versions v"
        " ON v.clinic_id = t.clinic_id AND v.session_id = t.id AND v.version = t.version",
        "t.ended_at, t.id",
        (
            _ID,
            Column("ended_at", "instant", _text("End of the session", "Fin de la sesión")),
            Column("needled_at", "instant", _text("The same when needles were used", "Lo mismo si hubo agujas")),
            Column("version", "whole number", _text("1, and one more per amendment", "1, y uno más por corrección")),
            Column(
                "muscles",
                "JSON",
                _text("Muscle, side, technique, twitch", "Músculo, lado, técnica, espasmo"),
                "muscles",
            ),
            Column(
                "pain_before",
                "whole number",
                _text(f"Pain before, {_PAIN[0]}", f"Dolor antes, {_PAIN[1]}"),
                "painBefore",
            ),
            Column(
                "pain_after",
                "whole number",
                _text(f"Pain after, {_PAIN[0]}", f"Dolor después, {_PAIN[1]}"),
                "painAfter",
            ),
            Column("note", "text", _text("The therapist's note", "Nota del terapeuta"), "note"),
        ),
        where="AND t.voided_at IS NULL",
    ),
    "exercise-logs": Dataset(
        "exercise_logs t",
        "t.day, t.occurred_at, t.id",
        (
            _ID,
            Column("prescription_id", "text", _text("The item of the program", "Elemento del programa")),
            _DAY,
            Column("occurred_at", "instant", _text("Done at", "Momento")),
            Column("outcome", "text", _text("done, partial or skipped", "hecho, en parte u omitido")),
            Column("skip_reason", "text", _text("Why it was skipped", "Por qué se omitió")),
            Column("sets_done", "whole number", _text("Sets", "Series")),
            Column("reps_done", "whole number", _text("Repetitions per set", "Repeticiones por serie")),
            Column("seconds_done", "whole number", _text("Seconds", "Segundos")),
            _score("pain_during", "Pain during it", "Dolor durante"),
            Column("counts", "whole number", _text("1 when it counts as done", "1 si cuenta como hecho")),
        ),
    ),
    "outcomes": Dataset(
        "outcome_answers t",
        "t.day, t.id",
        (
            _ID,
            Column("episode_id", "text", _text("The episode of care", "El episodio")),
            Column("instrument", "text", _text("psfs, groc or weekly function", "psfs, groc o función semanal")),
            _DAY,
            Column("scores", "JSON", _text("The answers, per activity", "Las respuestas, por actividad")),
        ),
    ),
    "adverse-events": Dataset(
        "adverse_events t",
        "t.reported_at, t.id",
        (
            _ID,
            Column("session_id", "text", _text("The needling session", "La sesión de punción")),
            Column("event", "text", _text("What happened", "Qué pasó")),
            Column("severity", "text", _text("How much it changed the day", "Cuánto cambió el día")),
            Column("reported_at", "instant", _text("Reported at", "Momento del aviso")),
            Column("serious", "text", _text("The therapist's judgment: serious", "Juicio: grave")),
            Column("causality", "text", _text("The therapist's judgment: cause", "Juicio: causa")),
            Column("outcome", "text", _text("The therapist's judgment: outcome", "Juicio: desenlace")),
        ),
    ),
    "visits": Dataset(
        "visits t",
        "t.starts_at, t.id",
        (
            _ID,
            Column("kind", "text", _text("needling, follow-up, video or other", "punción, control, video u otra")),
            Column("day", "day", _text("The clinic's day", "Día de la clínica")),
            Column("wall_time", "text", _text("The clinic's clock", "Reloj de la clínica")),
            Column("state", "text", _text("planned, took-place, missed, cancelled, moved", "estado de la cita")),
        ),
    ),
}
"""By the name of the file."""

STATEMENTS = {name: each.statement() for name, each in DATASETS.items()}
