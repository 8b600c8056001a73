/** Verbs that name an activity with any object: nothing says when it is finished. */
const ACTIVITIES =
  /^(?:work|working|continue|help|assist|support|look|deal|take care|keep|handle|think|investigate|play|try|start|begin|go|get started)\b(?:\s+(?:on|with|at|into|of|out|about|working|to))*/i;
/** Verbs that name a result only together with a specific object. */
const CHANGES =
  /^(?:fix|improve|enhance|optimi[sz]e|refactor|clean(?:\s?up)?|polish|update|upgrade|change|modify|tweak|adjust|rework|finish|complete|do|make|debug|test|review|check|resolve|address|tidy(?:\s?up)?|harden|modernize|write|add|implement|build|create|develop)\b\s*/i;
/** Words that say nothing about which part is meant. */
const EMPTY_WORDS = new Set(
  (
    'a an the some any all every various several many more most other remaining few minor major small big general misc miscellaneous different ' +
    'our my your their its this that these those existing current new old latest whole entire overall of in on to for with and or up as needed etc ' +
    'better faster nicer cleaner properly correctly quickly again everywhere where necessary possible ' +
    'bug bugs issue issues problem problems error errors failure failures thing things stuff item items task tasks todo todos feedback comment comments ' +
    'code codes codebase backend frontend app apps application applications system systems project projects product software service services ' +
    'module modules component components feature features function functions functionality part parts area areas file files ' +
    'performance quality stability reliability security usability maintainability readability ux ui design architecture structure logic ' +
    'test tests testing documentation docs doc everything anything something it them work changes improvements fixes cleanup refactoring'
  ).split(' '),
);
/** A verb of help or of waiting whose object is a team, coder, leader, agent or cluster. */
const TEAM_HELP =
  /^(?:help|support|assist|unblock|back up|pair|sync|coordinate|wait|stand in|fill in|join|cover|hand over|review)\b(?:\s+(?:with|for|to|on|out))*\s+(?:the\s+|a\s+|another\s+|other\s+)?(?:(?:team|coder|leader|agent|cluster)s?\b(?:[\s-]?(?:\d+(?:\.\d+)?|[a-d]|one|two|three|four)\b|\s*$|\s+(?:with|on|in|if|when|and|who|that)\b)|(?:team-\d+|c\d+\.\d+)\b)/i;

/** Whether the object of a title is a team or coder: a dependency, no deliverable. */
export function isHelpForTeam(title: string): boolean {
  return TEAM_HELP.test(title.trim());
}

/** Whether a title names no result that one can check: an activity, or a change of nothing specific. */
export function isVague(title: string): boolean {
  const text = title.trim();
  if (ACTIVITIES.test(text)) return !startsResult(text);
  const verb = CHANGES.exec(text)?.[0];
  const object = verb === undefined ? text : text.slice(verb.length);
  const words = object.toLowerCase().match(/[\p{L}\p{N}_./#@-]+/gu) ?? [];
  return words.every((word) => EMPTY_WORDS.has(word.replace(/[.,;:!?]+$/, '')));
}

/** "Support for X" and "Handle X" name results: a feature, and a case that the code has to handle. */
function startsResult(text: string): boolean {
  const rest = /^(?:support|handle|keep|start|try)\s+(?!(?:with|on|working|out)\b)(.*)$/i.exec(text)?.[1];
  if (rest === undefined) return false;
  const words = rest.toLowerCase().match(/[\p{L}\p{N}_./#@-]+/gu) ?? [];
  return !words.every((word) => EMPTY_WORDS.has(word));
}
