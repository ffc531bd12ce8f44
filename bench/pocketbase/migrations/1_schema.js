/// Patients with six weeks of check-ins, and an audit trail. Run by PocketBase at its first start.

migrate((app) => {
  const patients = new Collection({
    type: "auth",
    name: "patients",
    fields: [
      { name: "zone", type: "text" },
      { name: "words", type: "text" },
    ],
  });
  app.save(patients);
  const checkins = new Collection({
    type: "base",
    name: "checkins",
    fields: [
      { name: "patient", type: "text", required: true },
      { name: "day", type: "text", required: true },
      { name: "clientEventId", type: "text" },
      { name: "answeredAt", type: "text" },
      { name: "timeZone", type: "text" },
      { name: "painNow", type: "number" },
      { name: "painWorst24h", type: "number" },
      { name: "regions", type: "json" },
      { name: "interference", type: "number" },
      { name: "sleep", type: "text" },
      { name: "anythingNew", type: "bool" },
      { name: "safetyYes", type: "json" },
      { name: "instrumentVersion", type: "text" },
    ],
    indexes: ["CREATE UNIQUE INDEX checkins_of_day ON checkins (patient, day)"],
  });
  app.save(checkins);
  const events = new Collection({
    type: "base",
    name: "events",
    fields: [
      { name: "patient", type: "text" },
      { name: "action", type: "text" },
      { name: "at", type: "text" },
    ],
  });
  app.save(events);
  for (let number = 0; number < 20; number++) {
    const patient = new Record(patients);
    patient.set("email", `patient-${number}@clinic.example`);
    patient.setPassword("a long enough sentence");
    patient.set("zone", "America/Denver");
    patient.set("words", "Move gently. ".repeat(55));
    app.save(patient);
    for (let back = 1; back < 42; back++) {
      const checkin = new Record(checkins);
      checkin.set("patient", patient.id);
      checkin.set("day", new Date(Date.now() - back * 86400000).toISOString().slice(0, 10));
      checkin.set("clientEventId", `${number}-${back}`);
      checkin.set("painNow", 4);
      checkin.set("painWorst24h", 5);
      app.save(checkin);
    }
  }
});
