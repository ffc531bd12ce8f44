/** The patient's reminders, as the server keeps them. */

import type { Reminder, ReminderEntry, ReminderSettings, Reminders, Snooze } from "./api";
import { call } from "./call";
import { askAndKeep } from "./copies";
import type { Store } from "./db";
import { newId } from "./ids";

export async function knownReminders(store: Store): Promise<Reminders | undefined> {
  return await store.get("single", "reminders");
}

export async function refreshReminders(store: Store): Promise<Reminders> {
  const fetched = () => call("GET /api/me/reminders");
  return await askAndKeep(store, fetched, (tx, found) => tx.objectStore("single").put(found, "reminders"));
}

/** Tells the server where this phone is, when that changed: reminders that follow the phone move with it. */
export async function reportZone(store: Store, timeZone: string): Promise<void> {
  if ((await store.get("single", "reportedZone")) === timeZone) return;
  const reported = () => call("PUT /api/me/phone-zone", { body: { timeZone } });
  await askAndKeep(store, reported, (tx) => tx.objectStore("single").put(timeZone, "reportedZone"));
}

export async function saveReminder(id: string, reminder: ReminderEntry): Promise<Reminder> {
  return await call("PUT /api/me/reminders/{reminder_id}", { path: { reminder_id: id }, body: reminder });
}

/** Reminders that were just allowed should remind of something: unless one is on, of the check-in. Returns it. */
export async function remindDaily(store: Store): Promise<Reminder | undefined> {
  const { reminders, suggested } = await refreshReminders(store);
  if (reminders.some(({ enabled }) => enabled)) return undefined;
  const known = reminders.find(({ kind }) => kind === "checkin");
  const entry = known ?? suggested.find(({ kind }) => kind === "checkin")!;
  return await saveReminder(known?.id ?? newId(), entryOf(entry, { enabled: true }));
}

/** The fields of a changed reminder that are sent. */
export function entryOf(before: ReminderEntry, changes: Partial<ReminderEntry>): ReminderEntry {
  const { kind, weekdays, wallTime, zonePolicy, enabled, secondChanceMinutes } = { ...before, ...changes };
  const entry: ReminderEntry = { kind, weekdays, wallTime, zonePolicy, enabled };
  if (secondChanceMinutes != null) entry.secondChanceMinutes = secondChanceMinutes;
  return entry;
}

export async function saveReminderSettings(settings: ReminderSettings): Promise<ReminderSettings> {
  return await call("PUT /api/me/reminder-settings", { body: settings });
}

/** Rings this reminder later today. */
export async function snooze(id: string, wanted: Snooze): Promise<Reminder> {
  return await call("POST /api/me/reminders/{reminder_id}/snooze", { path: { reminder_id: id }, body: wanted });
}
