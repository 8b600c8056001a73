/** Words that services put before a message. An error class of a program's own, such as `RuntimeError`, is none. */
const PREFIX = new RegExp(
  [
    String.raw`^[\s>*|■✗✘×⎿•-]*`,
    String.raw`(?:\[[^\]\n]{0,40}\]\s*|\d{4}-\d\d-\d\d[T ][\d:.,]+(?:Z|[+-]\d\d:?\d\d)?\s*)*`,
    String.raw`(?:(?:[\w.]*\.)?(?:fatal|error|api ?error|apistatuserror|stream error|ratelimiterror|authenticationerror|permissiondeniederror|overloadederror|internalservererror|claude|codex|gemini|agent terminated early due to an api error|agent|failed to authenticate|rate_limit|authentication_failed|\w+_error)(?:\s*\(\d{3}\))?\s*[:.·-]\s*|\[?api error:?\s*)*`,
  ].join(''),
  'i',
);

/** What the client puts before the service's own words. */
const STATUS = /^request rejected \(\d{3}\)\s*·\s*/i;

/** The status of HTTP before the service's own words. */
const STATUS_NUMBER = /^(?:error code: )?(?:400|401|402|403|429|503|529)\s*[:·-]?\s+(?=\S)/i;

/** The message of an answer in JSON, of which the line may be a part. */
const MESSAGE = /^(?:\{.*?)?"message"\s*:\s*"((?:[^"\\]|\\.){1,1000})"/;

/** Lines at the end of a program's messages that may tell why it failed. */
const LAST_LINES = 12;

/** The last lines of a client's report, each without what services put before a message, or wrap it in. Pure. */
export function refusalLines(text: string): string[] {
  const lines = text.split(/\r?\n/).filter((line) => line.trim() !== '');
  return lines.slice(-LAST_LINES).flatMap((line) => {
    const bare = line.trim().slice(0, 2000);
    const message = bare.replace(PREFIX, '');
    const inner = message.replace(STATUS, '').replace(STATUS_NUMBER, '');
    const told = MESSAGE.exec(inner)?.[1];
    return [bare, message, inner, ...(told === undefined ? [] : [told])];
  });
}
