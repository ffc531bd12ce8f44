import { dictionary } from "../../ui/language.svelte";
import type { Order } from "../model/overview";
import type { Need, OverviewRow } from "../wire";

const en = {
  title: "Patients",
  add: "New patient",
  search: "Search by name",
  count: (shown: number, all: number) => (shown === all ? `${all}` : `${shown} of ${all}`),
  order: "Sort by",
  orders: {
    needs: "Needs me",
    name: "Name",
    pain: "Last pain",
    adherence: "Adherence",
    needling: "Since needling",
  } as Record<Order, string>,
  none: {
    title: "No patients yet",
    hint: "Register your first patient; the needling session, the program and the invitation follow from there.",
  },
  nothing: { title: "Nobody of that name", hint: "Search by the beginning of a first or last name." },
  columns: {
    name: "Patient",
    needs: "Needs me",
    pain: "Pain, 14 days",
    last: "Last",
    adherence: "Exercise, 14 days",
    needling: "Since needling",
    phase: "Phase",
    phone: "Phone",
  },
  needs: {
    "alert-high": "Alert: today",
    "exercise-paused": "Exercises paused",
    "alert-normal": "Alert: this week",
    "alert-low": "Alert: when you can",
    "phone-unreachable": "Phone unreachable",
  } as Record<Need, string>,
  fine: "–",
  positive: "Improving",
  sparkline: (scores: string) => `Pain now by day, oldest first: ${scores}`,
  noPain: "no check-in",
  adherence: (done: number, due: number) => `${done} of ${due} days`,
  noDue: "nothing due",
  phones: {
    none: "no reminders",
    unproven: "not proven",
    reachable: "reachable",
    unreachable: "unreachable",
  } as Record<OverviewRow["phone"], string>,
  notJoined: "not joined",
  left: (day: string) => `Left ${day}, kept under this code`,
  noPlan: "no plan",
};

const es: typeof en = {
  title: "Pacientes",
  add: "Paciente nuevo",
  search: "Buscar por nombre",
  count: (shown, all) => (shown === all ? `${all}` : `${shown} de ${all}`),
  order: "Ordenar por",
  orders: {
    needs: "Me necesita",
    name: "Nombre",
    pain: "Último dolor",
    adherence: "Cumplimiento",
    needling: "Desde la punción",
  },
  none: {
    title: "Todavía no hay pacientes",
    hint: "Registre al primero; la sesión de punción, el programa y la invitación siguen desde ahí.",
  },
  nothing: { title: "Nadie con ese nombre", hint: "Busque por el principio de un nombre o apellido." },
  columns: {
    name: "Paciente",
    needs: "Me necesita",
    pain: "Dolor, 14 días",
    last: "Último",
    adherence: "Ejercicio, 14 días",
    needling: "Desde la punción",
    phase: "Fase",
    phone: "Teléfono",
  },
  needs: {
    "alert-high": "Alerta: hoy",
    "exercise-paused": "Ejercicios en pausa",
    "alert-normal": "Alerta: esta semana",
    "alert-low": "Alerta: cuando pueda",
    "phone-unreachable": "Teléfono sin contacto",
  },
  fine: "–",
  positive: "Mejora",
  sparkline: (scores) => `Dolor por día, del más antiguo al más reciente: ${scores}`,
  noPain: "sin registro",
  adherence: (done, due) => `${done} de ${due} días`,
  noDue: "nada pendiente",
  phones: { none: "sin avisos", unproven: "por probar", reachable: "con contacto", unreachable: "sin contacto" },
  notJoined: "sin conectar",
  left: (day) => `Se fue el ${day}; queda con este código`,
  noPlan: "sin plan",
};

export const patients = dictionary({ en, es });
