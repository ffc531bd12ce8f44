// The peer of bench/web.py: the first screen as Vite's React template would have it. It asks the server for the same
// answers, draws the same words in the same styles, and has the two answers to a tap that are compared. No figures, no
// second language, no copy on the phone, no worker.
import { useEffect, useState } from "react";
import { createRoot } from "react-dom/client";

import { doseText, timesText } from "@web/core/dose";
import { itemsOf, knownLogs, segmentAt } from "@web/core/today";
import "@web/ui/tokens.css";
import "@web/patient/patient.css";
import "./page.css";

const answers = ["me", "plan", "checkins", "checkin", "aftercare"];
const numbers = Array.from({ length: 11 }, (_, number) => number);

function App() {
  const [data, setData] = useState();
  const [pain, setPain] = useState();
  useEffect(() => {
    Promise.all(answers.map((name) => fetch(`/${name}.json`).then((answer) => answer.json()))).then((found) =>
      setData(Object.fromEntries(answers.map((name, at) => [name, found[at]]))),
    );
  }, []);
  return (
    <main className="page">
      {!data ? <p className="muted">Loading …</p> : pain === undefined ? <Today {...data} onPain={setPain} /> : <CheckIn {...data.checkin} pain={pain} />}
    </main>
  );
}

function Today({ me, plan, checkin, aftercare, onPain }) {
  const [done, setDone] = useState([]);
  const segment = segmentAt(plan, new Date());
  const items = itemsOf(plan, segment, knownLogs(plan, [], []));
  const card = aftercare[segment.aftercarePhase];
  return (
    <div className="stack">
      <header>
        <p className="muted">{new Intl.DateTimeFormat("en", { weekday: "long", month: "long", day: "numeric" }).format()}</p>
        <h1>Good morning, {me.patient.givenName}</h1>
      </header>
      <section className="card stack-s">
        <h2>{checkin.pain_now}</h2>
        <p className="muted">Tap a number. You can add more on the next page.</p>
        <div className="numbers">
          {numbers.map((number) => (
            <button type="button" className="number" key={number} onClick={() => onPain(number)}>
              {number}
            </button>
          ))}
        </div>
      </section>
      {card && (
        <section className="card">
          <h2>{card.title.en}</h2>
          <p>{card.expect.en}</p>
        </section>
      )}
      {["exercise", "activity", "education"].map((kind) => (
        <ul className="plain stack-s" key={kind}>
          {items
            .filter((item) => item.kind === kind)
            .map((item) => (
              <Item item={item} key={item.prescriptionId} done={done.includes(item.slug)} onDone={() => setDone([...done, item.slug])} />
            ))}
        </ul>
      ))}
      {plan.goal && <p>“{plan.goal}”</p>}
    </div>
  );
}

function Item({ item, done, onDone }) {
  const title = item.content.title.en;
  return (
    <li className="card item">
      <a className="words" href="#item">
        <strong>{title}</strong>
        {item.dosage && <span>{[doseText(item.dosage, "en", item.side), timesText(item.dosage.timesPerDay, "en")].filter(Boolean).join(" · ")}</span>}
      </a>
      {done || item.timesLeft === 0 ? (
        <span className="mark">✓</span>
      ) : (
        <button type="button" className="mark" aria-label={`Mark “${title}” as done`} onClick={onDone}>
          ✓
        </button>
      )}
      {item.tiny && <p className="small muted">Smallest version: {item.tiny.text.en}</p>}
    </li>
  );
}

function CheckIn({ pain, ...questions }) {
  const [answers, setAnswers] = useState({ pain_now: pain });
  return (
    <div className="stack">
      <h1>Check-in</h1>
      {Object.entries(questions).map(([id, question]) => (
        <fieldset className="card" key={id}>
          <legend>{question}</legend>
          <div className="numbers">
            {numbers.map((number) => (
              <label className="number" key={number}>
                <input type="radio" name={id} checked={answers[id] === number} onChange={() => setAnswers({ ...answers, [id]: number })} />
                {number}
              </label>
            ))}
          </div>
        </fieldset>
      ))}
      <button type="button" className="button wide">Nothing new. Save</button>
    </div>
  );
}

createRoot(document.getElementById("app")).render(<App />);
