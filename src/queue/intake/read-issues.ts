import { plainLines, plainText, truncate } from '../../findings/plain-text.ts';
import { accept, type Result, reject } from '../../system/result.ts';
import { MAX_TASK_TITLE, MAX_TEXT } from '../model/types.ts';
import { queueProblems } from '../wording.ts';

/** An issue of a tracker. Its texts are anyone's: data, without terminal sequences and invisible characters. */
export interface ImportedIssue {
  /** Its address, or else the tracker and its number: the same issue has the same source at each import. */
  source: string;
  title: string;
  body: string;
}

type Fields = Readonly<Record<string, unknown>>;
const isObject = (value: unknown): value is Fields =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
const MAX_SOURCE = 500;

/**
 * Reads what `gh issue view --json number,title,body,url`, the API of GitLab or that of Linear prints: one issue or many. Texts that are too long are
 * cut, since their author cannot be asked.
 */
export function readIssues(json: string): Result<ImportedIssue[]> {
  let value: unknown;
  try {
    value = JSON.parse(json);
  } catch {
    return reject(queueProblems.noIssues('it is not JSON'));
  }
  const found = listIssues(value);
  if (found.length === 0) return reject(queueProblems.noIssues('it holds no issue'));
  const issues: ImportedIssue[] = [];
  for (const [at, fields] of found.entries()) {
    const issue = readIssue(fields);
    if (!issue)
      return reject(queueProblems.noIssues(`issue ${at + 1} has no title, or nothing that identifies it`));
    if (!issues.some(({ source }) => source === issue.source)) issues.push(issue);
  }
  return accept(issues);
}

/** The issues in an answer: itself, a list, or what GraphQL wraps them in. */
function listIssues(value: unknown): Fields[] {
  if (Array.isArray(value)) return value.flatMap(listIssues);
  if (!isObject(value)) return [];
  const { data, issue, issues, nodes } = value;
  const inner = data ?? issue ?? issues ?? nodes;
  return inner !== undefined && value.title === undefined ? listIssues(inner) : [value];
}

function readIssue(fields: Fields): ImportedIssue | undefined {
  const { title, body, description } = fields;
  const source = findSource(fields);
  if (typeof title !== 'string' || plainText(title) === '' || source === undefined) return undefined;
  const text = typeof body === 'string' ? body : typeof description === 'string' ? description : '';
  return {
    source,
    title: truncate(plainText(title), MAX_TASK_TITLE),
    body: truncate(plainLines(text).trim(), MAX_TEXT),
  };
}

function findSource({ url, web_url: webUrl, identifier, id, number, iid }: Fields): string | undefined {
  const address = [url, webUrl].find((each) => typeof each === 'string' && /^https?:\/\/\S+$/.test(each));
  if (address !== undefined) return plainText(String(address), MAX_SOURCE);
  const name = [identifier, id, number, iid].find(
    (each) => typeof each === 'string' || typeof each === 'number',
  );
  return name === undefined || name === '' ? undefined : plainText(`issue ${name}`, MAX_SOURCE);
}
