import { dictionary } from "../../ui/language.svelte";

const en = {
  painNow: "Your pain now",
  /** The change today, or on the named day. */
  score: (score: number, day: string) => (day ? `${score} on ${day}` : `${score} today`),
  /** A week ago, or on the named day. */
  before: (score: number, day: string) => (day ? `${score} on ${day}` : `${score} a week ago`),
  change: {
    lower: "That is lower. Good to see.",
    same: "That is about the same. Good days and so-so days both belong; the trend matters most.",
    higher: "That is higher. Your therapist can see it, too. If something is new or worries you, tap “Get help”.",
  },
  firstWeek: "In a week you can see here how it has changed.",
  noLastWeek: "There is no check-in of the week before to compare with.",
  lastDays: "The last seven days. A gap is a day without a check-in.",
  noAnswer: "no check-in",
  progress: "See your progress",
};

const es: typeof en = {
  painNow: "Su dolor ahora",
  score: (score, day) => (day ? `${score} el ${day}` : `${score} hoy`),
  before: (score, day) => (day ? `${score} el ${day}` : `${score} hace una semana`),
  change: {
    lower: "Es menos. Da gusto verlo.",
    same: "Es más o menos igual. Hay días buenos y días regulares; lo que más cuenta es la tendencia.",
    higher: "Es más. Su terapeuta también puede verlo. Si hay algo nuevo o algo le preocupa, toque “Pedir ayuda”.",
  },
  firstWeek: "En una semana podrá ver aquí cómo ha cambiado.",
  noLastWeek: "No hay un registro de la semana anterior para comparar.",
  lastDays: "Los últimos siete días. Un hueco es un día sin registro.",
  noAnswer: "sin registro",
  progress: "Ver su progreso",
};

export const words = dictionary({ en, es });
