import { plainLines, plainText } from '../../findings/plain-text.ts';
import { accept, type Result, reject } from '../../system/result.ts';
import { MAX_TASK_TITLE, MAX_TEXT } from '../model/types.ts';
import { queueProblems } from '../wording.ts';

/** A title on one line; refused if it is empty, too long, or has characters that cannot be shown. */
export function readTitle(given: string, what = 'title'): Result<string> {
  const title = plainText(given);
  if (title === '') return reject(queueProblems.textEmpty(what));
  if (title.length > MAX_TASK_TITLE)
    return reject(queueProblems.textTooLong(what, title.length, MAX_TASK_TITLE));
  if (title !== given.trim()) return reject(queueProblems.textHidden(what));
  return accept(title);
}

/** A text of several lines without terminal sequences and invisible characters; refused if it is too long. */
export function readText(given: string, what: string): Result<string> {
  if (given.length > MAX_TEXT) return reject(queueProblems.textTooLong(what, given.length, MAX_TEXT));
  return accept(plainLines(given).trim());
}
