import { dictionary } from "../../ui/language.svelte";

const en = {
  title: "Progress",
  pain: {
    lower: (first: number, last: number) =>
      `Your pain is clearly lower: on average ${first} in your first week, ${last} in the last seven days.`,
    "a-little-lower": (first: number, last: number) =>
      `Your pain is a little lower: on average ${first} in your first week, ${last} in the last seven days.`,
    same: (first: number, last: number) =>
      `Your pain is about the same: on average ${first} in your first week, ${last} in the last seven days.`,
    "a-little-higher": (first: number, last: number) =>
      `Your pain is a little higher: on average ${first} in your first week, ${last} in the last seven days.`,
    higher: (first: number, last: number) =>
      `Your pain is higher: on average ${first} in your first week, ${last} in the last seven days. Your therapist sees it, too.`,
  },
  firstDays: "These are your first days. In two weeks you can see a trend here.",
  tooFew: "A trend needs three check-ins in your first week and three in the last seven days.",
  asOf: (day: string) => `This sentence is from ${day}. Newer answers count when you are connected again.`,
  exerciseDays: (done: number, of: number) => `You did exercises on ${done} of ${of} ${of === 1 ? "day" : "days"}.`,
  noExerciseDays: "No exercises were due in the last seven days.",
  painBetween: (least: number, most: number) =>
    least === most ? `Your pain was ${least}.` : `Your pain was between ${least} and ${most}.`,
  slept: (well: number, of: number) => `You slept well in ${well} of ${of} ${of === 1 ? "night" : "nights"}.`,
  checkIns: (n: number) => (n === 1 ? "1 check-in in the last seven days." : `${n} check-ins in the last seven days.`),
  lastWeek: "The last seven days",
  mark: { done: "done", open: "not done", rest: "no exercise due", unknown: "not known yet" },
  part: (done: number, due: number) => `${done} of ${due} done`,
  calendar: "Your days",
  legend: { done: "exercises done", part: "part of them", checkIn: "check-in", needling: "needling" },
  openDay: "Tap a day to see it.",
  month: { before: "The month before", after: "The month after" },
  painOf: (score: number) => `pain ${score}`,
  noCheckIn: "no check-in",
  day: {
    none: "There is no check-in of this day.",
    scoresOnly: "Your other answers of this day are with the clinic, not on this phone.",
    note: "Your note",
    before: "Day before",
    after: "Day after",
    needled: "You had dry needling on this day.",
    unknown: "This phone does not know what was due on this day.",
  },
  started: (score: number) => `${score} when you started`,
  ofTen: (score: number) => `${score} of 10 now`,
  howWell: (first: number, now: number) => `How well you can do it: ${first} of 10 when you started, ${now} of 10 now`,
  sessions: "After each needling session",
  around: (before: number, after: number) =>
    `Pain ${before} on average in the week before, ${after} from the fourth day on.`,
  change: { lower: "That is lower.", higher: "That is higher." },
  tooEarly: "From the fourth day on you can see here how your pain has changed.",
  tooFewAround: "There are no check-ins before and after it to compare.",
  chart: "Pain and soreness, day by day",
  chartName: (days: number) => `Chart of pain and soreness over ${days} days. The same numbers are in the table below.`,
  painLine: "Pain now",
  sorenessLine: "Soreness after needling",
  needling: "Needling session",
  table: "Show as a table",
  columns: { day: "Day", pain: "Pain now", soreness: "Sore\u00adness", exercises: "Exer\u00adcises" },
  notHere: "Your progress is not on this phone yet. Connect once to see it here.",
  empty: "After your first check-in, you can see your pain here.",
};

const es: typeof en = {
  title: "Progreso",
  pain: {
    lower: (first, last) =>
      `Su dolor es claramente menor: en promedio ${first} en su primera semana y ${last} en los últimos siete días.`,
    "a-little-lower": (first, last) =>
      `Su dolor es un poco menor: en promedio ${first} en su primera semana y ${last} en los últimos siete días.`,
    same: (first, last) =>
      `Su dolor está más o menos igual: en promedio ${first} en su primera semana y ${last} en los últimos siete días.`,
    "a-little-higher": (first, last) =>
      `Su dolor es un poco mayor: en promedio ${first} en su primera semana y ${last} en los últimos siete días.`,
    higher: (first, last) =>
      `Su dolor es mayor: en promedio ${first} en su primera semana y ${last} en los últimos siete días. Su terapeuta también lo ve.`,
  },
  firstDays: "Son sus primeros días. En dos semanas podrá ver aquí una tendencia.",
  tooFew: "Para ver una tendencia hacen falta tres registros en su primera semana y tres en los últimos siete días.",
  asOf: (day) => `Esta frase es del ${day}. Lo más nuevo contará cuando vuelva a tener conexión.`,
  exerciseDays: (done, of) => `Hizo ejercicios en ${done} de ${of} ${of === 1 ? "día" : "días"}.`,
  noExerciseDays: "En los últimos siete días no tocaban ejercicios.",
  painBetween: (least, most) =>
    least === most ? `Su dolor fue ${least}.` : `Su dolor estuvo entre ${least} y ${most}.`,
  slept: (well, of) => `Durmió bien ${well} de ${of} ${of === 1 ? "noche" : "noches"}.`,
  checkIns: (n) => (n === 1 ? "1 registro en los últimos siete días." : `${n} registros en los últimos siete días.`),
  lastWeek: "Los últimos siete días",
  mark: { done: "hecho", open: "sin hacer", rest: "no tocaba", unknown: "aún no se sabe" },
  part: (done, due) => `${done} de ${due} hechos`,
  calendar: "Sus días",
  legend: { done: "ejercicios hechos", part: "una parte", checkIn: "registro", needling: "punción" },
  openDay: "Toque un día para verlo.",
  month: { before: "El mes anterior", after: "El mes siguiente" },
  painOf: (score) => `dolor ${score}`,
  noCheckIn: "sin registro",
  day: {
    none: "No hay un registro de este día.",
    scoresOnly: "Sus otras respuestas de este día están en la clínica, no en este teléfono.",
    note: "Su nota",
    before: "Día anterior",
    after: "Día siguiente",
    needled: "Este día tuvo punción seca.",
    unknown: "Este teléfono no sabe qué tocaba este día.",
  },
  started: (score) => `${score} al empezar`,
  ofTen: (score) => `${score} de 10 ahora`,
  howWell: (first, now) => `Qué tan bien puede hacerlo: ${first} de 10 al empezar, ${now} de 10 ahora`,
  sessions: "Después de cada sesión de punción",
  around: (before, after) => `Dolor ${before} en promedio en la semana anterior, ${after} a partir del cuarto día.`,
  change: { lower: "Es menos.", higher: "Es más." },
  tooEarly: "A partir del cuarto día podrá ver aquí cómo ha cambiado su dolor.",
  tooFewAround: "No hay registros de antes y de después para comparar.",
  chart: "Dolor, y dolor muscular por la punción, día por día",
  chartName: (days) =>
    `Gráfica de dolor, y de dolor muscular por la punción, en ${days} días. Los mismos números están en la tabla de abajo.`,
  painLine: "Dolor ahora",
  sorenessLine: "Dolor muscular por la punción",
  needling: "Sesión de punción",
  table: "Ver como tabla",
  columns: { day: "Día", pain: "Dolor ahora", soreness: "Moles\u00adtia", exercises: "Ejer\u00adcicios" },
  notHere: "Su progreso todavía no está en este teléfono. Conéctese una vez para verlo aquí.",
  empty: "Después de su primer registro, aquí verá su dolor.",
};

export const words = dictionary({ en, es });
