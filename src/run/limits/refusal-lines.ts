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

/** Lines at the end of a program's messages that may tell why it failed. */
const LAST_LINES = 12;

/** The last lines of a client's report, each without what services put before a message. Pure. */
export function refusalLines(text: string): string[] {
  const lines = text.split(/\r?\n/).filter((line) => line.trim() !== '');
  return lines.slice(-LAST_LINES).flatMap((line) => {
    const bare = line.trim().slice(0, 2000);
    const message = bare.replace(PREFIX, '');
    return [bare, message, message.replace(STATUS, '')];
  });
}
