/** Words that start something, in the languages that many write in. */
const START = wordsOf(`
  start begin run go proceed continue resume launch execute ship confirm approve
  starte starten los beginne beginnen weiter
  vas-y commence commencez lance lancez démarre démarrez
  adelante empieza dale comienza inicia ejecuta comece começa começar avanti inizia procedi avvia
  zaczynaj начинай запускай починай
`);

/** Words of agreement. */
const YES = wordsOf(`
  yes yeah yep yup y ok okay okey k sure fine good great perfect lgtm agreed accept accepted confirmed approved do
  ja jawohl jo klar gerne mach fang leg passt gut bestätigt einverstanden
  oui d'accord accord parfait bon sí si vale claro sim certo bene tak dobrze да давай ок хорошо так
`);

/** Words for that which is started. */
const OBJECTS = wordsOf(
  'plan run agents workers orchestration lauf agenten ejecución agentes execução agenti план агентов',
);

/** Words that change nothing of an agreement. */
const FILLERS = wordsOf(`
  it this that these the them all now please pls then so ahead with for let's lets looks sounds recommended
  es das den die der so jetzt bitte dann mal nun an alle
  le la les il on va maintenant s'il te vous plaît el los las ahora por favor o os as agora pode lo ora per favore
  proszę teraz пожалуйста сейчас
`);

/** The same for languages that put no blanks between words. */
const PARTS =
  /好的|好|是的|可以|请|開始|开始|确认|確認|吧|了|はい|お願いします|お願い|開始して|ください|네|예|시작해주세요|시작해|시작|좋아요|좋아|👍|✅/gu;

/** Signs that change nothing of an agreement: a question mark is none of them. */
const ONLY_SIGNS = /^[\s.,;:!()"'`*_…–—。，！、-]*$/u;

/** An agreement is short, in characters. */
const LONGEST = 160;

/** What a plain yes says: `start` names what is started, `yes` does not, so it answers what was asked last. */
export type Assent = 'yes' | 'start';

/**
 * What a human said to the plan of a run, if it is plainly a yes: nothing but words of agreement, fillers and the run's id. Undefined for anything else,
 * such as a condition, a change, a question or another topic: then the human is asked. A word that is missing here costs a question; a text that is
 * taken for one would start agents without a human's word. Pure.
 */
export function readAssent(text: string, run: string): Assent | undefined {
  if (text.length > LONGEST) return undefined;
  const said = text.normalize('NFC').toLowerCase().replaceAll('’', "'");
  const words: string[] = [];
  const id = run.toLowerCase();
  const names = new Set([id, id.slice(-ID_END)]);
  const rest = said.replace(/[\p{L}\p{M}\p{N}'-]+/gu, (word) => {
    const isKnown = [START, YES, OBJECTS, FILLERS, names].some((set) => set.has(word));
    if (isKnown) words.push(word);
    return isKnown ? '' : word;
  });
  const parts = rest.replace(PARTS, '');
  if (!ONLY_SIGNS.test(parts)) return undefined;
  const agrees = words.some((word) => YES.has(word) || START.has(word)) || parts !== rest;
  if (!agrees) return undefined;
  return words.some((word) => names.has(word)) || namesStart(words) ? 'start' : 'yes';
}

/** Whether a question asks to start a run: it names the run, or what is started. Pure. */
export function asksToStart(question: string, run: string): boolean {
  if (question.includes(run.slice(-ID_END))) return true;
  return namesStart(question.toLowerCase().match(/[\p{L}\p{M}'-]+/gu) ?? []);
}

/** The word `run` alone is what is done, and not also that which it is done to. */
function namesStart(words: readonly string[]): boolean {
  return words.some(
    (verb, at) => START.has(verb) && words.some((object, other) => other !== at && OBJECTS.has(object)),
  );
}

/** Length of the random end of a run's id, which is enough to name it. */
export const ID_END = 8;

function wordsOf(text: string): ReadonlySet<string> {
  return new Set(text.trim().split(/\s+/));
}
