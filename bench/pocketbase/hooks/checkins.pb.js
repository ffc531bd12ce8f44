/// The check-in as a PocketBase hook: stored, two weeks read back, an audit event, in one transaction.

routerAdd(
  "PUT",
  "/api/me/checkins/{day}",
  (e) => {
    const day = e.request.pathValue("day");
    const entry = e.requestInfo().body;
    for (const score of [entry.painNow, entry.painWorst24h, entry.interference]) {
      if (!(score >= 0 && score <= 10)) throw new BadRequestError("A score is from 0 to 10.");
    }
    const patient = e.auth.id;
    let mean = 0;
    $app.runInTransaction((tx) => {
      let checkin;
      try {
        checkin = tx.findFirstRecordByFilter("checkins", "patient = {:patient} && day = {:day}", { patient, day });
      } catch {
        checkin = new Record(tx.findCollectionByNameOrId("checkins"));
        checkin.set("patient", patient);
        checkin.set("day", day);
      }
      for (const name in entry) checkin.set(name, entry[name]);
      tx.save(checkin);
      const since = new Date(Date.parse(day) - 14 * 86400000).toISOString().slice(0, 10);
      const found = tx.findRecordsByFilter("checkins", "patient = {:patient} && day >= {:since}", "day", 0, 0, {
        patient,
        since,
      });
      for (const each of found) mean += each.getInt("painNow") / found.length;
      const event = new Record(tx.findCollectionByNameOrId("events"));
      event.set("patient", patient);
      event.set("action", "checkin.save");
      event.set("at", new Date().toISOString());
      tx.save(event);
    });
    return e.json(200, { ...entry, day, mean });
  },
  $apis.requireAuth("patients"),
);

routerAdd(
  "GET",
  "/api/me",
  (e) => e.json(200, { id: e.auth.id, zone: e.auth.get("zone"), words: e.auth.get("words") }),
  $apis.requireAuth("patients"),
);

/// What the bench sends as its patients' sign-ins.
routerAdd("GET", "/bench/tokens", (e) => {
  return e.json(
    200,
    $app.findAllRecords("patients").map((patient) => patient.newAuthToken()),
  );
});
