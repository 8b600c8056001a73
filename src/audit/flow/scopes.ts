import { bracedHeads, indentedHeads, type Span } from '../../source/spans.ts';
import type { FlowLanguage } from './flow-language.ts';
import type { TextReader } from './text-reader.ts';

/** An assignment to a name; `start` and `end` are those of the assigned expression. */
export interface Assignment {
  name: string;
  at: number;
  start: number;
  end: number;
  /** `+=`, `.=` and `append`: the value is added to the former one. */
  isAppended: boolean;
  /** Columns before the statement: a deeper one may not have run. */
  indent: number;
}

/** The assignments of a file, by function. */
export interface Scopes {
  /** Returns the assignments that can give a name its value at an offset; undefined if its function has none. */
  findAssignments(name: string, at: number): Assignment[] | undefined;
  /** Returns the start of the function around an offset; 0 outside of functions. */
  startOf(at: number): number;
  /** Returns whether all assignments of the file to a name are constants of the source. */
  isConstant(name: string): boolean;
}

/** Reads the functions and assignments of a file. */
export function readScopes(reader: TextReader, language: FlowLanguage): Scopes {
  const spans =
    language.bodies === 'braces'
      ? bracedHeads(reader.code, language.head)
      : indentedHeads(reader.code, language.head);
  const functionOf = (offset: number) => innermost(spans, offset);
  const byName = new Map<string, (Assignment & { owner: Span | undefined })[]>();
  for (const assignment of readAssignments(reader, language)) {
    const list = byName.get(assignment.name) ?? [];
    list.push({ ...assignment, owner: functionOf(assignment.at) });
    byName.set(assignment.name, list);
  }
  return {
    findAssignments(name, at) {
      const known = byName.get(name);
      if (!known) return undefined;
      const place = functionOf(at);
      const own = known.filter(({ owner, end }) => owner === place && end <= at);
      return own.length === 0 ? undefined : lastValues(own, indentAt(reader.code, at));
    },
    startOf: (at) => functionOf(at)?.start ?? 0,
    isConstant(name) {
      const known = byName.get(name);
      return known?.every(({ start, end }) => isConstantCode(reader.code.slice(start, end))) ?? false;
    },
  };
}

// The last assignment counts, and earlier ones where it may not have run; additions count with their start.
function lastValues(own: readonly Assignment[], indent: number): Assignment[] {
  const values: Assignment[] = [];
  for (let i = own.length - 1; i >= 0; i--) {
    const assignment = own[i];
    if (!assignment) continue;
    values.unshift(assignment);
    if (!assignment.isAppended && assignment.indent <= indent) break;
  }
  return values;
}

function innermost(spans: readonly Span[], offset: number): Span | undefined {
  let found: Span | undefined;
  for (const span of spans) {
    if (span.start > offset) break;
    if (offset < span.end) found = span;
  }
  return found;
}

function readAssignments(reader: TextReader, language: FlowLanguage): Assignment[] {
  const found: Assignment[] = [];
  for (const match of reader.code.matchAll(language.assignment)) {
    const { name, builder, loop, walrus, op = '' } = match.groups ?? {};
    const target = name ?? builder ?? loop ?? walrus;
    if (target === undefined) continue;
    // Blank space after the operator can be a heredoc.
    const start = match.index + match[0].trimEnd().length;
    const end =
      loop === undefined ? reader.expressionEnd(start, language.byLine) : lineEnd(reader.code, start);
    const isAppended = builder !== undefined || /^(?:\+=|\.=|<<)$/.test(op);
    found.push({
      name: target,
      at: match.index,
      start,
      end,
      isAppended,
      indent: indentAt(reader.code, start),
    });
  }
  return found;
}

function lineEnd(code: string, from: number): number {
  const end = code.indexOf('\n', from);
  return end < 0 ? code.length : end;
}

function indentAt(code: string, offset: number): number {
  const start = code.lastIndexOf('\n', offset - 1) + 1;
  const line = code.slice(start, start + 200);
  return line.length - line.trimStart().length;
}

function isConstantCode(code: string): boolean {
  return !/[A-Za-z_$@]/.test(
    code.replace(/\b(?:[rbfu]{1,2}(?=["'])|true|false|null|None|True|False|nil|array|new|String)\b/g, ''),
  );
}
