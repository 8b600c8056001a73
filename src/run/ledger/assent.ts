/** Words with which people agree, in the languages that many write in. A word that is missing costs a question, a wrong one an unwanted run. */
const YES = wordsOf(`
  yes yeah yep y ok okay okey sure start begin run go proceed continue resume confirm confirmed approve approved launch execute fine good great perfect lgtm agreed
  accept accepted
  ja jawohl jo klar gerne los starte starten beginne beginnen mach weiter passt gut bestätigt einverstanden
  oui accord vas allez commence commencez lance lancez parfait démarre démarrez
  sí si vale claro adelante empieza dale comienza inicia sim pode comece começa certo avanti inizia procedi bene
  tak dobrze zaczynaj да давай начинай запускай ок хорошо так починай
`);
const YES_PARTS = [
  '好',
  '是的',
  '可以',
  '开始',
  '開始',
  '确认',
  '確認',
  'はい',
  'お願い',
  '네',
  '예',
  '시작',
  '좋아',
];

/** Words that take an agreement back. */
const NO = wordsOf(`
  no not nope never don't dont won't wont can't cant shouldn't stop wait cancel abort hold later unless before instead but
  nein nicht nee kein keine keinen halt stopp warte abbrechen später sondern aber
  non pas arrête attends annule jamais mais nada espera cancela después pero não nao depois mas aspetta annulla dopo ma
  nie stój czekaj нет не стоп подожди ні
`);
const NO_PARTS = ['不', '别', '別', '否', '停', 'いいえ', 'やめ', '待っ', '아니', '안 ', '중지'];

/** An agreement is short; a longer text is read to here only. */
const READ = 300;

/**
 * Whether what a human said to a shown plan is plainly a yes: it holds a word of agreement and neither one of refusal or delay nor a question. Anything
 * else is for the human to decide when asked. Pure.
 */
export function isAssent(text: string): boolean {
  const { said, words } = read(text);
  if (/[?？¿]/.test(said) || isRefusal(text)) return false;
  return words.some((word) => YES.has(word)) || YES_PARTS.some((part) => said.includes(part));
}

/** Whether it holds a word of refusal or delay, which takes an earlier yes back. Pure. */
export function isRefusal(text: string): boolean {
  const { said, words } = read(text);
  return words.some((word) => NO.has(word)) || NO_PARTS.some((part) => said.includes(part));
}

function read(text: string): { said: string; words: string[] } {
  const said = text.slice(0, READ).normalize('NFC').toLowerCase().replaceAll('’', "'");
  return { said, words: said.match(/[\p{L}\p{M}']+/gu) ?? [] };
}

function wordsOf(text: string): ReadonlySet<string> {
  return new Set(text.trim().split(/\s+/));
}
