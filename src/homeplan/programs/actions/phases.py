"""Moves the phase of a patient's program: by rule at a gate, again after time away, or by a therapist."""

from collections.abc import Iterable

from homeplan.context import Context
from homeplan.errors import Invalid
from homeplan.library.content import starter
from homeplan.programs import store
from homeplan.programs.actions.episodes import require_open_episode
from homeplan.programs.episode import NoOpenEpisode
from homeplan.programs.model import GateReason, PlanStep, Program
from homeplan.programs.timeline.clocks import revision_in_force
from homeplan.programs.timeline.plan_clock import plan_clock


async def move_phase(ctx: Context, patient_id: str, phase: str) -> None:
    """Begin `phase` now, by hand. Nothing changes when it is on already.

    Raises NoOpenEpisode without a program in force, and Invalid for a phase that the plan does not have, or one of the
    first three days.
    """
    await require_open_episode(ctx, patient_id)
    chart = await store.read_chart(ctx, patient_id)
    revision = None if chart.program is None else revision_in_force(chart.program, ctx.now)
    if chart.program is None or revision is None:
        raise NoOpenEpisode
    ctx.object_id = chart.program.id
    rules = starter().plan_rules
    if phase not in [one.slug for one in revision.phases if one.from_h >= rules.start.building_h]:
        raise Invalid("The plan has no such phase after the third day.", field="phase")
    clock = plan_clock(chart.program, chart.sessions, chart.facts, revision.phases, rules=rules)
    if revision.phases[clock.place(ctx.now)].slug == phase:
        ctx.repeated = True
        return
    step = PlanStep(at=ctx.now, kind="phase", phase=phase, by_id=ctx.actor.id)
    await store.insert_plan_step(ctx, patient_id, chart.program.id, step)
    await store.update_gate_waits(ctx, chart.program.id, ())


async def begin_phase(ctx: Context, patient_id: str, program: Program, phase: str) -> None:
    """Begin `phase` now, since its gate is open."""
    await store.insert_plan_step(ctx, patient_id, program.id, PlanStep(at=ctx.now, kind="phase", phase=phase))
    await store.update_gate_waits(ctx, program.id, ())


async def note_waiting(ctx: Context, program: Program, reasons: Iterable[GateReason]) -> None:
    """Keep the reasons for which the next phase waits, for the patient's list."""
    await store.update_gate_waits(ctx, program.id, reasons)


async def begin_again(ctx: Context, patient_id: str, program: Program, step: PlanStep) -> None:
    """Begin the phase again with `step`; while the patient stays away, an earlier restart moves along."""
    last = next((one for one in reversed(program.steps) if one.kind != "walk"), None)
    if last is not None and last.kind == "restart" and last.phase == step.phase:
        await store.put_off_restart(ctx, program.id, last.at, step.at)
    else:
        await store.insert_plan_step(ctx, patient_id, program.id, step)


async def walk_on(ctx: Context, patient_id: str, program: Program, walk_s: int) -> None:
    """Walk `walk_s` seconds per week from now on."""
    await store.insert_plan_step(ctx, patient_id, program.id, PlanStep(at=ctx.now, kind="walk", walk_s=walk_s))
